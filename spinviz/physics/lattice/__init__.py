"""Moments on a lattice: effective field, energy, Landau-Lifshitz-Gilbert steps, textures."""
