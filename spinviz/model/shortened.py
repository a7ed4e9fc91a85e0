"""Words of others in our messages: as they are, but never a screenful of them."""

LONGEST = 80
"""Letters of a value that a message quotes."""


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return ``text``, or its beginning and an ellipsis, ``longest`` letters in all."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
