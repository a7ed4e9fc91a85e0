"""The system `bloch_siegert`."""
