"""Arista EOS: parser, driver over eAPI."""
