"""The system `spin_waves`."""
