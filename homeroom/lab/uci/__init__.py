"""OpenWrt, emulated: UCI, a small POSIX shell with BusyBox applets, files, processes, services."""
