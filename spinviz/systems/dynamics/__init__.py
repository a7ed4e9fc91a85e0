"""Dynamics: the Landau-Lifshitz-Gilbert equation."""
