"""Physical formulas and compiled kernels: functions of arrays and floats, nothing else."""
