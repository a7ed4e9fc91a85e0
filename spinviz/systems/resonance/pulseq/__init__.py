"""The system `pulseq`."""
