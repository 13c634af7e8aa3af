"""OpenWrt."""
