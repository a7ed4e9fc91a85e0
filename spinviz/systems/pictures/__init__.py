"""Geometry of pictures that is too long for the file of its system: places, directions, colours."""
