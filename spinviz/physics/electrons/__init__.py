"""Electron bands and their population."""
