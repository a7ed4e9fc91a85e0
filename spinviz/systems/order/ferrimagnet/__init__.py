"""The system `ferrimagnet`."""
