"""The evidence of one audit in one file: written, signed, verified, read back."""
