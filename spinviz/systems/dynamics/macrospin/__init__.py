"""The system `macrospin`."""
