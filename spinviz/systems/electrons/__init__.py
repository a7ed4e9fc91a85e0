"""Electrons: magnetism of the electrons of a metal."""
