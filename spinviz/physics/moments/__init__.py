"""Levels of a spin in a field, and the macrospin."""
