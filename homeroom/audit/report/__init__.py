"""The report: one HTML page that prints, and the same verdicts for machines."""
