"""What to ask by SNMP, the engine that asks, the readings."""
