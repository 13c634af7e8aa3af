"""The revisions of the database of samples, roll-ups and intervals."""
