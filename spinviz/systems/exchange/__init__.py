"""Mesh and closed forms of the exchange lattice."""
