"""The system `slice_selection`."""
