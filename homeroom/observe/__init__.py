"""Watching the nation: the poller, drift, what devices say by themselves, faults, alerts, metrics, the funnel."""
