"""Words of others in our messages: as they are, but never a screenful of them."""

LONGEST = 80
"""Letters of a value that a message quotes."""


def shortened(text: str) -> str:
    """Return ``text``, or its beginning and an ellipsis, `LONGEST` letters in all."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
