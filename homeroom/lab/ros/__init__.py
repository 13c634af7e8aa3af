"""Emulated MikroTik RouterOS devices."""
