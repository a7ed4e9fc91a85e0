"""The system `ferromagnet`."""
