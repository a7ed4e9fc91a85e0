"""The system `ising_domains`."""
