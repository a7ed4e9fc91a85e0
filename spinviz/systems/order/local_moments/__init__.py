"""The system `local_moments`."""
