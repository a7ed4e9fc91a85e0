"""The system `pulses`."""
