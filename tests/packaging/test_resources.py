"""Fonts and icons: complete, licensed, and readable by Qt; tables with their sources."""

import re
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF, QImage, QPainter, QRawFont
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from spinviz import resources

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "resources"
KINDS = {
    "fonts": {".ttf": b"\0\1\0\0", ".txt": b"Copyright"},
    "icons": {".svg": b"<svg"},
    "standard_problems": {".txt": b"# muMAG standard problem"},
}
"""Endings that a folder may hold, and how such a file begins."""
ICONS = sorted(path.stem for path in (FOLDER / "icons").glob("*.svg"))
NEEDED_ICONS = """play pause step step-back rewind record camera export home axis-x axis-y axis-z perspective
    orthographic search reset undo redo theme palette fullscreen help open save trails loop chevron warning check copy
    brush spinviz"""
LABELS = "χ ∝ 1/T μ₀H ħ ℏ ⟨m⟩ ΔB₀ T₁ T₂* γ ω θ φ α ε σ −×·± ≤ ≥ ≈ ∂ ∇² √ ∫ ∑ → ↑ ↓ ⊥ ∥ ° Ω Å 10⁻⁹ … – é"


def test_the_folder_holds_data_of_known_kinds_only() -> None:
    for path in (path for path in FOLDER.rglob("*") if path.is_file()):
        beginning = KINDS.get(path.relative_to(FOLDER).parts[0], {}).get(path.suffix)
        assert beginning is not None, f"{path} is of no kind known here"
        assert path.read_bytes().startswith(beginning), path


def test_every_dependency_has_its_licence_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = (ROOT / "THIRD_PARTY.md").read_text().lower()
    names = [re.split(r"[^\w.-]", line)[0].lower() for line in project["dependencies"]]
    assert [name for name in names if name not in listed] == []


def test_a_missing_resource_names_what_is_there() -> None:
    assert resources.path("icons/play.svg").is_file()
    with pytest.raises(FileNotFoundError, match=r"icons/plya\.svg.*play\.svg"):
        resources.path("icons/plya.svg")


@pytest.mark.parametrize("font", resources.fonts(), ids=lambda path: path.stem)
def test_font_is_licensed_small_and_covers_labels(font: Path, qapp: QApplication) -> None:
    licence = font.with_name(f"OFL-{'Inter' if font.stem.startswith('Inter') else 'STIXTwo'}.txt")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text()
    assert font.stat().st_size < 250_000
    face = QRawFont(str(font), 16.0)
    assert [letter for letter in LABELS if not face.supportsCharacter(ord(letter))] == []


@pytest.fixture
def families(qapp: QApplication) -> None:
    for font in resources.fonts():
        assert QFontDatabase.addApplicationFont(str(font)) >= 0, font


@pytest.mark.parametrize(
    ("family", "weights"), [("Inter", [400, 500, 600, 700]), ("STIX Two Text", [400, 700]), ("STIX Two Math", [400])]
)
def test_qt_finds_every_weight(families: None, family: str, weights: list[int]) -> None:
    for weight in weights:
        found = QFontInfo(QFont(family, 12, weight))
        assert (found.family(), found.weight()) == (family, weight)


def test_inter_has_tabular_figures(families: None) -> None:
    font = QFont("Inter")
    font.setPixelSize(100)
    font.setFeature(QFont.Tag("tnum"), 1)
    widths = {QFontMetricsF(font).horizontalAdvance(digit * 4) for digit in "0123456789"}
    assert len(widths) == 1


def test_the_icons_that_the_window_needs_exist() -> None:
    assert set(NEEDED_ICONS.split()) <= set(ICONS)


def drawn(svg: bytes, size: int = 48) -> QImage:
    renderer = QSvgRenderer(QByteArray(svg))
    assert renderer.isValid()
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


@pytest.mark.parametrize("name", sorted(set(ICONS) - {"spinviz"}))
def test_icon_is_drawn_in_the_colour_given(name: str, qapp: QApplication) -> None:
    image = drawn(resources.icon(name, "#3366cc"))
    pixels = [image.pixelColor(x, y) for x in range(48) for y in range(48)]
    solid = [color for color in pixels if color.alpha() == 255]
    assert len(solid) > 40, "an icon is more than a few dots"
    # Blending rounds a channel by one.
    assert all(max(abs(a - b) for a, b in zip(c.getRgb(), (0x33, 0x66, 0xCC, 255))) <= 2 for c in solid)
    edge = [image.pixelColor(k, side).alpha() for k in range(48) for side in (0, 47)]
    assert max(edge) == 0, "an icon keeps a margin"


def test_application_icon_has_an_amber_arrow_and_a_blue_ring(qapp: QApplication) -> None:
    image = drawn(resources.path("icons/spinviz.svg").read_bytes(), 128)
    hues = [image.pixelColor(x, y).getHsv()[:2] for x in range(128) for y in range(128)]
    amber = sum(1 for hue, saturation in hues if 25 <= hue <= 50 and saturation > 120)
    blue = sum(1 for hue, saturation in hues if 200 <= hue <= 220 and saturation > 120)
    assert min(amber, blue) > 200
