"""Terms of a spin Hamiltonian, one a file: equation, energy, field, and what the compiled kernels read of it."""
