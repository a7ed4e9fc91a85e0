"""The system `radiation_damping`."""
