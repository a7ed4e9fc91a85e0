"""Recordings of a run: written while it goes on, read back finished or cut short."""
