"""Micromagnetics with stray field: the demagnetizing tensor of cells, its convolution, dynamics and minimisation."""
