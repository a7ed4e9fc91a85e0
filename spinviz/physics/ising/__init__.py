"""The Ising model: Monte Carlo updates, sampling, and its exact solutions."""
