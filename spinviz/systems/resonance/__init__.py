"""Magnetic resonance: isochromats under pulses, gradients and relaxation."""
