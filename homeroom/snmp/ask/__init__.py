"""What to ask of which device, as data, and what its answers mean: pure, whatever engine asks."""
