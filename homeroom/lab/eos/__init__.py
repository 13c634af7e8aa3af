"""Emulated Arista EOS devices: eAPI over HTTPS."""
