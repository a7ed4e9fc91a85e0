"""The system `ovf_series`."""
