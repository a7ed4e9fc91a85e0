"""The system `chemical_exchange`."""
