"""The Bloch equations, their closed forms, pulses, exchange and radiation damping."""
