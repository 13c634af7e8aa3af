"""Playbooks, one operation a file; empty on purpose: import from the module."""
