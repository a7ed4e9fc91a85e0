"""The same promises as for the plots."""

from plots.conftest import no_widget_left, typefaces

__all__ = ["no_widget_left", "typefaces"]
