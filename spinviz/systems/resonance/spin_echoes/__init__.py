"""The system `spin_echoes`."""
