"""The machine itself, measured like everything else."""

from spinviz.bench.measurement import Limit

BENCHMARKS = (
    Limit("machine-dram", "Bandwidth of the main memory, triad", "B/s", "float64", "DRAM"),
    Limit("machine-l2", "Bandwidth of the second cache, triad", "B/s", "float64", "L2"),
    Limit("machine-float32", "Fused multiply-adds, counted twice", "flop/s", "float32", "float32"),
    Limit("machine-float64", "Fused multiply-adds, counted twice", "flop/s", "float64", "float64"),
    Limit("machine-int32", "Integer operations of a hash", "op/s", "int32", "int32"),
)
