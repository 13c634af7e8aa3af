"""What stands behind the agent: one engine and one table of objects a device."""
