"""Moments: magnetic moments without neighbours."""
