"""The panels around the picture: where they dock, which are shown, how they share the room."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from spinviz.app.run.settings import SettingsStore
from spinviz.app.window.parts import Parts
from spinviz.app.window.theme import ThemeSwitch

SIZE = QSize(1280, 720)
LIBRARY_WIDTH, CONTROLS_WIDTH = 215, 292
PANEL_GROWTH = 0.5
PLOTS_PART, FEWEST_PLOTS, MOST_PLOTS = 0.29, 180, 330
SHAPE = 1
"""Changes whenever docks do, so that an old shape is not forced onto a new window."""
CORNERS = (
    (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
    (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
)


class Docks(QObject):
    """Library at the left, parameters and observables at the right, plots below."""

    changed = Signal()
    """The user had a panel shown or hidden."""

    def __init__(self, window: QMainWindow, parts: Parts, themes: ThemeSwitch, store: SettingsStore) -> None:
        super().__init__(window)
        self._window, self._themes, self._store = window, themes, store
        self._search = parts.library.search
        self._hidden_together: list[str] = []
        self._sized = False
        areas = Qt.DockWidgetArea
        self.widgets = {
            "library": self._dock("library", "Library", parts.library, areas.LeftDockWidgetArea),
            "controls": self._dock("controls", "Parameters and observables", parts.side, areas.RightDockWidgetArea),
            "plots": self._dock("plots", "Plots", parts.plots, areas.BottomDockWidgetArea),
        }
        for corner, area in CORNERS:
            window.setCorner(corner, area)

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        # Not movable: every panel has its place, and a floating one could be lost behind a full screen.
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setTitleBarWidget(QWidget(dock))
        dock.setWidget(widget)
        self._window.addDockWidget(area, dock)
        return dock

    # --- which are shown ----------------------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Whether a panel is shown."""
        return not self.widgets[name].isHidden()

    def has_any(self) -> bool:
        """Whether any panel is shown."""
        return any(map(self.has, self.widgets))

    def toggle(self, name: str) -> None:
        """Show or hide a panel."""
        self._show(name, not self.has(name))

    def toggle_all(self) -> None:
        """Hide all panels, or show again those that were hidden."""
        visible = [name for name in self.widgets if self.has(name)]
        if visible:
            self._hidden_together = visible
        for name in visible or self._hidden_together or list(self.widgets):
            self.widgets[name].setVisible(not visible)
        if not visible:
            self._hidden_together = []
        self.changed.emit()

    def offer_plots(self, wanted: bool) -> None:
        """Show the plots where the system has any, unless all panels are hidden."""
        self.widgets["plots"].setVisible(wanted and not self._hidden_together)

    def focus_search(self) -> None:
        """Put the cursor into the search field of the library."""
        self._show("library", True)
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _show(self, name: str, visible: bool) -> None:
        self.widgets[name].setVisible(visible)
        self.changed.emit()

    # --- their room ---------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Give window and panels the shape they were left in."""
        self._window.resize(SIZE)
        self._window.restoreGeometry(self._store.shape("geometry"))
        self._sized = self._window.restoreState(self._store.shape("state"), SHAPE)

    def keep(self) -> None:
        """Remember the shape, unless it is the screen's."""
        if not self._window.isFullScreen():
            self._store.keep_shape("geometry", self._window.saveGeometry())
            self._store.keep_shape("state", self._window.saveState(SHAPE))

    def settle(self) -> None:
        """Share the room out when nothing is remembered: to be called when the window is shown."""
        if not self._sized:
            self._sized = True
            QTimer.singleShot(0, self, self._share_room)

    def reset(self) -> None:
        """Show all panels in the sizes of the design."""
        self._hidden_together = []
        for dock in self.widgets.values():
            dock.show()
        self._share_room()

    def _share_room(self) -> None:
        """Give the panels the sizes of the design."""
        # Panels with larger letters grow less than these: the picture owns the window.
        scale = self._themes.current.font_scale**PANEL_GROWTH
        widths = [round(LIBRARY_WIDTH * scale), round(CONTROLS_WIDTH * scale)]
        sides = [self.widgets["library"], self.widgets["controls"]]
        self._window.resizeDocks(sides, widths, Qt.Orientation.Horizontal)
        height = min(max(round(PLOTS_PART * self._window.height()), FEWEST_PLOTS), MOST_PLOTS)
        self._window.resizeDocks([self.widgets["plots"]], [height], Qt.Orientation.Vertical)
