"""Letters of arrows that also say how long the arrow is: a short one is hardly seen."""

from __future__ import annotations


def signed(value: float) -> str:
    """A number with two decimals, a true minus, and no sign where it rounds to zero."""
    return f"{'−' if value < -0.005 else ''}{abs(value):.2f}"
