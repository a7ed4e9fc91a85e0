"""The look of the whole window on top of Qt's Fusion style: palette, style sheet, font, tinted icons."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from spinviz import resources
from spinviz.model.theme import Theme

FAMILY, SERIF = "Inter", "STIX Two Text"
BODY = 13.0
"""Body text in pixels before the theme's scale."""
GLYPHS = {
    "play": "▶", "pause": "‖", "step": "▸", "step-back": "◂", "rewind": "◀", "record": "●", "export": "⇪",
    "camera": "◉", "reset": "↺", "open": "…", "search": "⌕", "faster": "+", "slower": "−", "chevron": "▾",
}  # fmt: skip
"""What stands in where an icon is missing."""


def text_px(theme: Theme, size: float = BODY) -> int:
    """Return a size of text, or a length that follows it, in pixels."""
    return max(1, round(size * theme.font_scale))


def font(theme: Theme, size: float = BODY) -> QFont:
    """Return the typeface of the window with tabular figures."""
    result = QFont(FAMILY)
    result.setPixelSize(text_px(theme, size))
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def mix(theme: Theme, front: str, back: str, part: float) -> str:
    """Return the colour of role ``front`` laid over ``back`` with opacity ``part``, as #rrggbb."""
    pairs = zip(theme.rgb(front), theme.rgb(back))
    return QColor.fromRgbF(*(part * a + (1 - part) * b for a, b in pairs)).name()


def palette(theme: Theme) -> QPalette:
    """Return the colours for Fusion and for everything that paints itself."""
    result = QPalette()
    roles = QPalette.ColorRole
    colors = {
        roles.Window: theme.panel,
        roles.WindowText: theme.text,
        roles.Base: theme.control,
        roles.AlternateBase: theme.panel,
        roles.Text: theme.text,
        roles.Button: theme.control,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.bad,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.on_accent,
        roles.Link: theme.accent,
        roles.LinkVisited: theme.accent,
        roles.ToolTipBase: theme.control,
        roles.ToolTipText: theme.text,
        roles.PlaceholderText: theme.secondary,
        roles.Light: mix(theme, "text", "control", 0.12),
        roles.Midlight: mix(theme, "text", "control", 0.06),
        roles.Mid: theme.line,
        roles.Dark: theme.line,
        roles.Shadow: theme.window,
        roles.Accent: theme.accent,
    }
    for role, color in colors.items():
        result.setColor(role, QColor(color))
    faint = QColor(mix(theme, "secondary", "panel", 0.6))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, faint)
    return result


def icon(name: str, theme: Theme, role: str = "text", size: int = 24) -> QIcon:
    """Return an icon in a colour of the theme; disabled it is faint. Missing icons become a sign in text."""
    result = QIcon(_pixmap(name, theme.color(role), size))
    result.addPixmap(_pixmap(name, mix(theme, role, "panel", 0.35), size), QIcon.Mode.Disabled)
    return result


def _pixmap(name: str, color: str, size: int) -> QPixmap:
    # Twice as large as shown: sharp on screens with two device pixels per pixel.
    pixmap = QPixmap(QSize(2 * size, 2 * size))
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    svg = _svg(name)
    if svg:
        QSvgRenderer(QByteArray(svg.replace("currentColor", color).encode())).render(painter, QRectF(0, 0, size, size))
    else:
        glyph = QFont(FAMILY)
        glyph.setPixelSize(round(0.75 * size))
        painter.setFont(glyph)
        painter.setPen(QColor(color))
        painter.drawText(QRectF(0, 0, size, size), Qt.AlignmentFlag.AlignCenter, GLYPHS.get(name, "•"))
    painter.end()
    return pixmap


@lru_cache(maxsize=128)
def _svg(name: str) -> str:
    try:
        return resources.path(f"icons/{name}.svg").read_text(encoding="utf-8")
    except OSError:
        return ""


def stylesheet(theme: Theme) -> str:
    """Return the style sheet of the whole window: what palette and font of the application do not say.

    A rule for all widgets costs a tenth of the time in which the window takes another theme.
    """
    thick = 2 if theme.name == "high-contrast" else 1
    values = {
        **{name: theme.color(name) for name in _ROLES},
        "hover": mix(theme, "text", "control", 0.08),
        "pressed": mix(theme, "text", "control", 0.16),
        "chosen": mix(theme, "accent", "panel", 0.26 if theme.dark else 0.16),
        "chosen_text": theme.text if theme.name == "high-contrast" else mix(theme, "accent", "text", 0.55),
        "handle": theme.text if theme.dark else theme.accent,
        "bar": mix(theme, "secondary", "panel", 0.45),
        "faint": mix(theme, "secondary", "panel", 0.6),
        "body": text_px(theme),
        "small": text_px(theme, 11.5),
        "title": text_px(theme, 12.4),
        "pad": text_px(theme, 4),
        "field": text_px(theme, 24),
        "groove": max(3, round(3 * theme.line_scale)),
        "slider": text_px(theme, 16),
        "knob": text_px(theme, 12),
        "half": text_px(theme, 12) // 2,
        "out": (text_px(theme, 12) - max(3, round(3 * theme.line_scale)) + 1) // 2,
        "thick": thick,
        "serif": SERIF,
    }
    sheet = _SHEET
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", str(values[name]))
    return sheet


_ROLES = ("window", "panel", "control", "line", "text", "secondary", "accent", "on_accent", "good", "warning", "bad")

_SHEET = """
QMainWindow, QDialog { background: @window; }
QDockWidget, QDockWidget > QWidget { background: @panel; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; font-size: @smallpx; }
QDockWidget::title { background: @panel; padding: @padpx 10px; border-bottom: 1px solid @line; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QStatusBar { background: @panel; color: @secondary; border-top: 1px solid @line; }
QStatusBar::item { border: none; }

QMenuBar { background: @panel; border-bottom: 1px solid @line; padding: 2px 8px; }
QMenuBar::item { background: transparent; padding: 5px 10px; border-radius: 4px; color: @text; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @control; border: 1px solid @line; border-radius: 6px; padding: 5px; }
QMenu::item { padding: 5px 28px 5px 22px; border-radius: 4px; }
QMenu::item:selected { background: @chosen; color: @chosen_text; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 5px 8px; }
QToolTip { background: @control; color: @text; border: 1px solid @line; padding: 5px; }

QPushButton, QToolButton { background: @control; border: @thickpx solid @line; border-radius: 5px;
    padding: @padpx 10px; min-height: @bodypx; }
QToolButton { padding: @padpx; }
QPushButton:hover, QToolButton:hover { background: @hover; }
QPushButton:pressed, QToolButton:pressed { background: @pressed; }
QPushButton:focus, QToolButton:focus { border-color: @accent; outline: none; }
QPushButton:disabled, QToolButton:disabled { color: @faint; }
QPushButton:checked, QToolButton:checked { background: @chosen; border-color: @accent; color: @chosen_text; }
QPushButton:default { border-color: @accent; }
QPushButton[look="flat"], QToolButton[look="flat"] { background: transparent; border-color: transparent; }
QPushButton[look="flat"]:hover, QToolButton[look="flat"]:hover { background: @hover; }
QPushButton[look="flat"]:focus, QToolButton[look="flat"]:focus { border-color: @accent; }
QPushButton[look="flat"]:checked, QToolButton[look="flat"]:checked { background: @chosen; border-color: @accent; }
QPushButton[look="action"] { padding: 6px 4px; }
QToolButton[look="segment"] { border-radius: 4px; border-color: transparent; background: transparent;
    padding: 2px 8px; color: @secondary; }
QToolButton[look="segment"]:hover { background: @hover; }
QToolButton[look="segment"]:checked { background: @chosen; color: @chosen_text; border-color: @accent; }
QToolButton[look="segment"]:focus { border-color: @text; }
QToolButton[look="round"] { background: @accent; border: 2px solid @accent; color: @on_accent; padding: 0; }
QToolButton[look="round"]:hover { background: @chosen_text; border-color: @chosen_text; }
QToolButton[look="round"]:focus { border-color: @text; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit { background: @control;
    border: @thickpx solid @line; border-radius: 5px; padding: 2px 7px; min-height: @fieldpx;
    selection-background-color: @accent; selection-color: @on_accent; }
QAbstractSpinBox { padding: 0; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0 7px; min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 24px; border: none; background: transparent; }
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow { image: none; width: 0; height: 0; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @bar; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: @accent; }
QPlainTextEdit:focus, QTextEdit:focus { border-color: @accent; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"] { border-color: @bad; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: @faint; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox QAbstractItemView { background: @control; border: 1px solid @line; padding: 4px; outline: none;
    selection-background-color: @chosen; selection-color: @chosen_text; }

QSlider { min-height: @sliderpx; background: transparent; }
QSlider::groove:horizontal { height: @groovepx; background: @line; border-radius: 1px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 1px; }
QSlider::handle:horizontal { background: @handle; width: @knobpx; height: @knobpx; margin: -@outpx 0;
    border-radius: @halfpx; }
QSlider::handle:horizontal:hover { background: @accent; }
QSlider::handle:horizontal:focus { background: @accent; }
QSlider:focus { border: 1px solid @accent; border-radius: @halfpx; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: @bar; }
QProgressBar { background: @line; border: none; border-radius: 3px; height: 6px; text-align: center; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QCheckBox, QRadioButton { spacing: 8px; min-height: @fieldpx; background: transparent; }
QCheckBox:focus, QRadioButton:focus { color: @accent; }
QCheckBox::indicator:unchecked { width: 12px; height: 12px; border: @thickpx solid @secondary; border-radius: 3px;
    background: @control; }
QCheckBox::indicator:unchecked:disabled { border-color: @line; }

QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: @bar; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea, QScrollArea > QWidget > QWidget { background: @panel; border: none; }
QSplitter::handle:vertical { background: @panel; border-top: 1px solid @line; }
QSplitter::handle:vertical:hover { background: @line; }

QTabBar::tab { background: transparent; color: @secondary; padding: 6px 12px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { color: @accent; }
QTabWidget::pane { border: none; border-top: 1px solid @line; }

QTreeView, QListView, QTableView { background: @panel; border: none; outline: none; gridline-color: @line;
    selection-background-color: @chosen; selection-color: @chosen_text; }
QTreeView, QListView { selection-background-color: transparent; }
QTreeView::item, QListView::item { padding: 3px 6px; border-radius: 4px; border: 1px solid transparent; }
QTreeView::item:hover, QListView::item:hover { background: @hover; }
QTreeView::item:selected, QListView::item:selected { background: @chosen; color: @chosen_text; }
QTreeView:focus::item:selected, QListView:focus::item:selected { border-color: @accent; }
QTreeView::branch { background: transparent; image: none; border-image: none; }
QHeaderView::section { background: @panel; color: @secondary; border: none; border-bottom: 1px solid @line;
    padding: 3px 4px; font-size: @smallpx; }
QTableView::item { border: none; border-bottom: 1px solid @line; padding: 0 4px; }

QLabel { background: transparent; }
QLabel[look="heading"] { color: @secondary; font-size: @smallpx; }
QLabel[look="secondary"] { color: @secondary; }
QLabel[look="small"] { color: @secondary; font-size: @smallpx; }
QLabel[look="warning"] { color: @warning; font-size: @smallpx; }
QLabel[look="error"] { color: @bad; font-size: @smallpx; }
QLabel[look="drop"] { background: @panel; color: @text; border: 2px dashed @accent; border-radius: 12px; }
QLabel[look="refusal"] { background: @panel; color: @text; border: 2px solid @bad; border-radius: 12px; }
QLabel[look="title"] { font-size: @titlepx; }
QWidget[look="panel"] { background: @panel; }
QFrame[look="bar"] { background: @panel; border: 1px solid @line; border-radius: 8px; }
QFrame[look="segments"] { background: @control; border: 1px solid @line; border-radius: 5px; }
QFrame[look="popup"] { background: @panel; border: 1px solid @line; border-radius: 8px; }
"""
