"""Facts: what people enter, loaded strictly, bad rows quarantined."""
