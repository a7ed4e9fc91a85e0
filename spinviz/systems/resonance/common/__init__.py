"""What several systems of magnetic resonance share."""
