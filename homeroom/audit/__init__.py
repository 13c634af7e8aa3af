"""Rules, verdicts, evidence, the report."""
