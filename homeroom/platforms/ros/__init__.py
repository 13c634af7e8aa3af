"""MikroTik RouterOS: API client, export text, delta, driver."""
