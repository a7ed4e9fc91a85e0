"""The system `exchange_lattice`."""
