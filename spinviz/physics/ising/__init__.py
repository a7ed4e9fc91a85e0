"""The Ising model: its exact solutions, and how its lattices are sampled."""
