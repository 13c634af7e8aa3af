"""Roles, matrix and filter profiles, compiled to access rules; the proof."""
