"""Grouped diffs, guarded pushes, the journal."""
