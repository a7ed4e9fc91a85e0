"""Order: lattices of moments at a temperature."""
