"""The system `isochromats`."""
