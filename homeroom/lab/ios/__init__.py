"""An emulated Cisco IOS-XE device: configuration, command line, files."""
