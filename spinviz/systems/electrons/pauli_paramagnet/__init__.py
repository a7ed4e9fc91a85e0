"""The system `pauli_paramagnet`."""
