"""Pulse sequences: blocks, their timeline, and the engine that plays them on isochromats."""
