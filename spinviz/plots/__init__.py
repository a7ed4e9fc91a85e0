"""Plots of the running system."""
