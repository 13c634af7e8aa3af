"""Homeroom: facts -> plan -> intent -> config -> network -> evidence -> map."""

__version__ = "0.1.0"
