"""Fonts, texts with a halo, and equations: the pieces of lettering that the overlay sets into a picture."""

from __future__ import annotations

import re
import warnings
from collections import OrderedDict
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QPainter, QPainterPath, QPen
from PySide6.QtSvg import QSvgRenderer

INK = "#010203"
"""The colour in which equations are set before they get their own."""
BODY_FAMILY = "Inter"
MATH_FAMILY = "STIX Two Text"
STORED = 256


def font(pixels: float, bold: bool = False, italic: bool = False) -> QFont:
    """The body typeface with figures of even width; italics come from the mathematical face."""
    return QFont(_font(max(round(pixels), 6), bold, italic, has_family(MATH_FAMILY if italic else BODY_FAMILY)))


@lru_cache(maxsize=64)
def _font(pixels: int, bold: bool, italic: bool, loaded: bool) -> QFont:
    result = QFont(MATH_FAMILY if italic else BODY_FAMILY) if loaded else QFont()
    result.setPixelSize(pixels)
    result.setItalic(italic)
    if bold:
        result.setWeight(QFont.Weight.DemiBold)
    if hasattr(QFont, "Tag"):
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


def has_family(name: str) -> bool:
    """Whether a typeface is loaded now; someone may load it later."""
    return name in _families(len(QFontDatabase.families()))


@lru_cache(maxsize=2)
def _families(count: int) -> frozenset[str]:
    return frozenset(QFontDatabase.families())


class Lettering:
    """Texts as little pictures, drawn once and kept: a halo is costly to draw and cheap to copy."""

    def __init__(self) -> None:
        self._texts: OrderedDict[Any, QImage] = OrderedDict()
        self._equations: OrderedDict[Any, QImage] = OrderedDict()

    def haloed(self, text: str, face: QFont, color: QColor, halo: QColor, ratio: float) -> QImage:
        """A text on an outline of the background's colour."""
        key = (text, face.key(), color.rgba(), halo.rgba(), ratio)
        return _kept(self._texts, key, lambda: _haloed(text, face, color, halo, ratio))

    @staticmethod
    def room(face: QFont) -> float:
        """Width of the halo around a text, in the units of the face."""
        return max(face.pixelSize() * 0.16, 1.5)

    def equation(self, latex: str, pixels: float, color: str, widest: float, ratio: float) -> QImage | None:
        """An equation whose letters are ``pixels`` high, made smaller when wider than ``widest``.

        None when the text is empty; an equation that cannot be set is shown as it was written.
        """
        if not latex.strip():
            return None
        key = (latex, round(pixels, 1), color, round(widest), ratio)
        return _kept(self._equations, key, lambda: _equation(latex, pixels, color, widest, ratio))


def _kept(store: OrderedDict[Any, QImage], key: Any, make: Any) -> QImage:
    if key in store:
        store.move_to_end(key)
        return store[key]
    image: QImage = make()
    store[key] = image
    if len(store) > STORED:
        store.popitem(last=False)
    return image


def _blank(width: float, height: float, ratio: float) -> QImage:
    size = (max(round(width * ratio), 1), max(round(height * ratio), 1))
    image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _haloed(text: str, face: QFont, color: QColor, halo: QColor, ratio: float) -> QImage:
    metrics = QFontMetricsF(face)
    room = Lettering.room(face)
    image = _blank(metrics.horizontalAdvance(text) + 2 * room, metrics.height() + 2 * room, ratio)
    path = QPainterPath()
    path.addText(QPointF(room, room + metrics.ascent()), face, text)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QColor(halo)
    outline.setAlphaF(0.75)
    pen = QPen(outline, 1.5 * room)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)
    painter.fillPath(path, color)
    painter.end()
    return image


def parts_of(latex: str) -> list[str]:
    """The equations that stand beside each other in ``latex``, divided by wide spaces outside of braces."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(r"[{}]|\\\\|\\q?quad(?![a-z])", latex):
        word = match.group()
        depth += {"{": 1, "}": -1}.get(word, 0)
        if word.endswith("quad") and depth == 0:
            parts.append(latex[start : match.start()].strip())
            start = match.end()
    return [part for part in (*parts, latex[start:].strip()) if part]


def equation_rows(latex: str, pixels: float, widest: float) -> list[str]:
    """Break ``latex`` into rows, between its equations, so that letters ``pixels`` high fit into ``widest``."""
    parts = parts_of(latex)
    if len(parts) < 2 or _natural_width(latex) * pixels / 40 <= widest:
        return [latex]
    rows: list[str] = []
    for part in parts:
        joined = rf"{rows[-1]}\quad {part}" if rows else part
        if rows and _natural_width(joined) * pixels / 40 <= widest:
            rows[-1] = joined
        else:
            rows.append(part)
    return rows


@lru_cache(maxsize=256)
def _natural_width(latex: str) -> float:
    """How wide an equation of letters 40 pixels high is; 0 when it cannot be set."""
    svg = typeset(latex)
    return QSvgRenderer(QByteArray(svg)).viewBoxF().width() if svg is not None else 0.0


@lru_cache(maxsize=256)
def typeset(latex: str) -> bytes | None:
    """Return an equation as SVG in the colour `INK`, None when it cannot be set; kept.

    It takes a twentieth of a second: any thread may do this ahead of the picture, once for all colours.
    """
    with warnings.catch_warnings():
        # ziafont 0.10 reads its own font through a deprecated function of importlib.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath

    ziamath.config.svg2 = False  # the other dialect reaches QtSvg as fraction bars only
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            svg: str = ziamath.Latex(latex, size=40, color=INK).svg()
    except Exception:  # ziamath's parser raises many kinds; the plain text is shown instead
        return None
    return svg.encode()


def _equation(latex: str, pixels: float, color: str, widest: float, ratio: float) -> QImage:
    svg = typeset(latex)
    if svg is None:
        face = font(pixels, italic=True)
        return _haloed(latex, face, QColor(color), QColor(0, 0, 0, 0), ratio)
    renderer = QSvgRenderer(QByteArray(svg.replace(INK.encode(), color.encode())))
    natural = renderer.viewBoxF()
    scale = min(pixels / 40, widest / max(natural.width(), 1))
    width, height = natural.width() * scale, natural.height() * scale
    image = _blank(width, height, ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, width, height))
    painter.end()
    return image
