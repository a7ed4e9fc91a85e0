"""What systems of magnetic resonance share: playing sequences, pulse diagrams, fans of isochromats."""
