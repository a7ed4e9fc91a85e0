"""Acquisitions, reconstruction, relaxometry, and a head to image."""
