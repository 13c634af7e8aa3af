"""Decided once and kept: addresses, names; the ledger."""
