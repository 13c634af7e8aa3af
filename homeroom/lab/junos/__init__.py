"""An emulated Junos device: NETCONF over SSH, a command line, one configuration database."""
