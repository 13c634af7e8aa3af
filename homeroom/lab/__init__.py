"""A nation in a box: emulated devices on 127.0.0.0/8, real protocols."""
