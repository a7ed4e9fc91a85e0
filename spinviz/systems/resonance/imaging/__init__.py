"""The system `imaging`."""
