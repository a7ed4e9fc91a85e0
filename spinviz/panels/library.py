"""The library: systems by chapter with their presets, and a search field; chapters fold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.model.theme import DARK, Theme
from spinviz.panels.search import score
from spinviz.panels.style import icon, text_px
from spinviz.panels.texts import tip

NAMES = Qt.ItemDataRole.UserRole
CHAPTER = NAMES + 1
"""The role under which a heading keeps its chapter."""
FOLDING = {Qt.Key.Key_Left: False, Qt.Key.Key_Right: True}
"""Whether a chapter is unfolded after these keys."""
NARROWEST = 206
"""Pixels of the design that the longest heading needs beside the scroll bar."""
INDENT = "\u2003"
"""Presets stand in by a space: Qt would leave the indentation of a chosen line without background."""


class Library(QWidget):
    """Signals: ``chosen(system, preset)``, names, where a system alone means its first preset; ``folded(chapters)``,
    the names of those that are folded, after a heading was clicked.
    """

    chosen = Signal(str, str)
    folded = Signal(object)

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("look", "panel")
        self._theme = theme
        self._systems: list[System[Any, Any]] = []
        self._current = ("", "")
        self._folded: set[str] = set()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search systems")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search systems")
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(0)
        self.tree.setIconSize(QSize(10, 10))
        self.tree.setUniformRowHeights(False)
        self.tree.setAccessibleName("Systems by chapter")
        self.tree.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.itemClicked.connect(lambda item, _column: self._open(item))
        self.tree.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 6, 6)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        self.setAccessibleName("Library")
        self.set_theme(theme)

    def sizeHint(self) -> QSize:
        """As wide as in the design."""
        return QSize(text_px(self._theme, 215), 500)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme."""
        self._theme = theme
        self.setMinimumWidth(text_px(theme, NARROWEST))
        for action in self.search.actions():
            if action.objectName() == "lens":
                self.search.removeAction(action)
        lens = self.search.addAction(icon("search", theme, "secondary", 16), QLineEdit.ActionPosition.LeadingPosition)
        lens.setObjectName("lens")
        self._fill()

    def set_systems(self, systems: Iterable[System[Any, Any]]) -> None:
        """Offer ``systems``."""
        self._systems = sorted(systems, key=lambda system: system.place())
        self._fill()

    def fold(self, chapters: Iterable[str]) -> None:
        """Fold these chapters and unfold all others, silently. While something is searched for all are unfolded."""
        self._folded = set(chapters)
        self._fill()

    def show_chosen(self, system: str, preset: str = "") -> None:
        """Show what is open, silently."""
        if (system, preset) != self._current:
            if system != self._current[0]:
                self._folded -= {s.chapter for s in self._systems if s.name == system}
            self._current = (system, preset)
            self._fill()

    def _fill(self, *_: object) -> None:
        query = self.search.text().strip()
        self.tree.clear()
        chapters: dict[str, QTreeWidgetItem] = {}
        for system in self._systems:
            found = self._matching(system, query)
            if found is None:
                continue
            if system.chapter not in chapters:
                chapters[system.chapter] = self._chapter(system.chapter, first=not chapters)
            self._system(chapters[system.chapter], system, found, bool(query))
        self.tree.expandAll()
        for chapter, heading in chapters.items():
            self._set_open(heading, bool(query) or chapter not in self._folded)
        if not chapters and self._systems:
            self._nothing(query)

    def _matching(self, system: System[Any, Any], query: str) -> list[str] | None:
        """Names of the presets that fit, or None when nothing of the system does."""
        presets = [preset.name for preset in system.presets if query and score(query, (preset.title,)) >= 2]
        quantities = system.Parameters.quantities().values()
        words = [word for q in quantities for word in (q.title, q.name, plain_text(q.symbol))]
        if presets or score(query, (system.title, system.name, system.summary, system.chapter, " ".join(words))) > 0:
            return presets
        return None

    def _chapter(self, title: str, *, first: bool) -> QTreeWidgetItem:
        item = QTreeWidgetItem([title.upper()])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        face = QFont(self.font())
        face.setPixelSize(text_px(self._theme, 11))
        face.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.3)
        item.setFont(0, face)
        item.setForeground(0, QColor(self._theme.secondary))
        item.setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        item.setSizeHint(0, QSize(50, text_px(self._theme, 24 if first else 30)))
        item.setData(0, CHAPTER, title)
        self.tree.addTopLevelItem(item)
        return item

    def _set_open(self, heading: QTreeWidgetItem, opened: bool) -> None:
        heading.setExpanded(opened)
        heading.setIcon(0, icon("chevron" if opened else "chevron-right", self._theme, "secondary", 10))
        title = heading.data(0, CHAPTER)
        heading.setToolTip(0, tip(f"Fold {title}" if opened else f"Unfold {title}"))
        state = "open" if opened else "folded"
        heading.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"Chapter {title}, {state}")

    def _fold_or_unfold(self, heading: QTreeWidgetItem) -> None:
        if not self.search.text().strip():
            self._folded ^= {heading.data(0, CHAPTER)}
            self._set_open(heading, not heading.isExpanded())
            self.folded.emit(sorted(self._folded))

    def _system(self, chapter: QTreeWidgetItem, system: System[Any, Any], found: list[str], searching: bool) -> None:
        item = self._line(chapter, system.title, system.summary, (system.name, ""), 25)
        current = system.name == self._current[0]
        if current and not searching:
            self.tree.setCurrentItem(item)
        for preset in system.presets if len(system.presets) > 1 else ():
            if preset.name not in found and (searching or not current):
                continue
            line = self._line(item, INDENT + preset.title, preset.help or preset.title, (system.name, preset.name), 23)
            line.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"Preset {preset.title}")
            line.setForeground(0, QColor(self._theme.secondary))
            if current and preset.name == self._current[1] and not searching:
                line.setForeground(0, QColor(self._theme.accent))
                face = QFont(self.font())
                face.setPixelSize(text_px(self._theme))
                face.setWeight(QFont.Weight.DemiBold)
                line.setFont(0, face)
                line.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"Preset {preset.title}, open now")

    def _line(
        self, parent: QTreeWidgetItem, title: str, help: str, names: tuple[str, str], height: float
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, [title])
        item.setToolTip(0, tip(help))
        item.setData(0, NAMES, names)
        item.setSizeHint(0, QSize(50, text_px(self._theme, height)))
        return item

    def _nothing(self, query: str) -> None:
        item = QTreeWidgetItem([f"Nothing fits “{query}”"])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setForeground(0, QColor(self._theme.secondary))
        self.tree.addTopLevelItem(item)

    def _open(self, item: QTreeWidgetItem | None) -> bool:
        """Open what ``item`` names, fold a heading; return whether something was chosen."""
        if item is not None and item.data(0, CHAPTER):
            self._fold_or_unfold(item)
        names = item.data(0, NAMES) if item is not None else None
        if names is None:
            return False
        system, preset = names
        if not preset:
            preset = next(s.presets[0].name for s in self._systems if s.name == system)
        self.chosen.emit(system, preset)
        return True

    def _open_first(self) -> bool:
        """Enter in the search field opens the best of what is left."""
        query = self.search.text().strip()
        best = max(self._leaves(), key=lambda item: score(query, (item.text(0), item.toolTip(0))), default=None)
        return self._open(best)

    def _leaves(self) -> list[QTreeWidgetItem]:
        chapters = [chapter for chapter in _children(self.tree.invisibleRootItem()) if chapter.isExpanded()]
        systems = [system for chapter in chapters for system in _children(chapter)]
        return [leaf for system in systems for leaf in (system, *_children(system))]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the field into the tree, Up from its first line back; Enter opens or folds, Escape clears.

        Left folds the heading on which the cursor is, Right unfolds it. Escape, and Enter that has opened something,
        are told on to the window.
        """
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        leaves = self._leaves()
        if watched is self.search and event.key() == Qt.Key.Key_Down and leaves:
            self.tree.setFocus(Qt.FocusReason.TabFocusReason)
            self.tree.setCurrentItem(leaves[0])
            return True
        if watched is self.search and event.key() == Qt.Key.Key_Escape:
            self.search.clear()
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            opened = self._open_first() if watched is self.search else self._open(self.tree.currentItem())
            event.setAccepted(not opened)
            return True
        heading = self.tree.currentItem() if watched is self.tree else None
        if heading is not None and heading.data(0, CHAPTER) and event.key() in FOLDING:
            if heading.isExpanded() is not FOLDING[Qt.Key(event.key())]:
                self._fold_or_unfold(heading)
            return True
        if watched is self.tree and event.key() == Qt.Key.Key_Up and leaves and self.tree.currentItem() is leaves[0]:
            self.search.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for n in range(item.childCount()) if (child := item.child(n)) is not None]
