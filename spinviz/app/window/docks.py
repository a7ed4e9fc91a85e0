"""The panels around the picture: where they dock, which are shown, how they share the room."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from spinviz.app.run.settings import SettingsStore
from spinviz.app.window.parts import Parts
from spinviz.app.window.theme import ThemeSwitch

SIZE = QSize(1280, 720)
LIBRARY_WIDTH, CONTROLS_WIDTH = 215, 292
PANEL_GROWTH = 0.5
PLOTS_PART, FEWEST_PLOTS, MOST_PLOTS = 0.29, 180, 330
LARGEST_PLOTS = 0.45
"""Part of the window that the plots take at most when their letters grow."""
NARROW = 1200.0
"""Width below which the window folds, in pixels of letters of ordinary size: themes with larger ones fold earlier."""
DRAWERS = ("library", "controls")
"""What folds to a button."""
SHAPE = 1
"""Changes whenever docks do, so that an old shape is not forced onto a new window."""
SHAPES = {False: "state", True: "state-folded"}
"""The names under which the shapes of a wide and of a folded window are remembered."""
CORNERS = (
    (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
    (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
)


class Docks(QObject):
    """Library at the left, parameters and observables at the right, plots below.

    In a narrow window library and parameters fold to buttons beside the transport bar, and plots to tabs. Which panels
    are shown, and how large, is remembered apart for the wide and for the folded window: what the user opens or closes
    in one of them stays so there.
    """

    changed = Signal()
    """The user had a panel shown or hidden."""

    def __init__(self, window: QMainWindow, parts: Parts, themes: ThemeSwitch, store: SettingsStore) -> None:
        super().__init__(window)
        self._window, self._themes, self._store = window, themes, store
        self._search, self._board, self._buttons = parts.library.search, parts.plots, parts.picture.drawers
        self._hidden_together: list[str] = []
        self.is_folded = False
        self._shapes = dict.fromkeys(SHAPES, QByteArray())
        self._shaped: set[bool] = set()
        self._letters: dict[bool, float] = {}
        self._noting = QTimer(self, singleShot=True, interval=0)
        self._noting.timeout.connect(self._note_shape)
        self._sharing = QTimer(self, singleShot=True, interval=0)
        self._sharing.timeout.connect(self._share_room)
        areas = Qt.DockWidgetArea
        self.widgets = {
            "library": self._dock("library", "Library", parts.library, areas.LeftDockWidgetArea),
            "controls": self._dock("controls", "Parameters and observables", parts.side, areas.RightDockWidgetArea),
            "plots": self._dock("plots", "Plots", parts.plots, areas.BottomDockWidgetArea),
        }
        for corner, area in CORNERS:
            window.setCorner(corner, area)
        for name, button in self._buttons.items():
            button.clicked.connect(partial(self._pressed, name))
        self.changed.connect(self._show_buttons)
        themes.changed.connect(self.refold)

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        # Not movable: every panel has its place, and a floating one could be lost behind a full screen.
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setTitleBarWidget(QWidget(dock))
        dock.setWidget(widget)
        self._window.addDockWidget(area, dock)
        dock.installEventFilter(self)
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

    def _pressed(self, name: str, *_: object) -> None:
        self.toggle(name)

    def _show_buttons(self) -> None:
        for name, button in self._buttons.items():
            button.setVisible(self.is_folded)
            button.setChecked(self.has(name))

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
        self._note_shape()
        self.changed.emit()

    # --- their room ---------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Give window and panels the shape they were left in."""
        self._window.resize(SIZE)
        self._window.restoreGeometry(self._store.shape("geometry"))
        self._shapes = {folded: self._store.shape(name) for folded, name in SHAPES.items()}
        self._take_shape(self._is_narrow())

    def keep(self) -> None:
        """Remember the shape, unless it is the screen's."""
        if self._window.isFullScreen():
            return
        self._shapes[self.is_folded] = self._window.saveState(SHAPE)
        self._store.keep_shape("geometry", self._window.saveGeometry())
        for folded, shape in self._shapes.items():
            if not shape.isEmpty():
                self._store.keep_shape(SHAPES[folded], shape)

    def refold_soon(self, *_: object) -> None:
        """Fold or unfold when the event is over in which the window or its letters changed their size."""
        QTimer.singleShot(0, self, self.refold)

    def refold(self, *_: object) -> None:
        """Fold a narrow window, unfold a wide one."""
        if self._is_narrow() == self.is_folded:
            self._scale_plots()
            return
        plots, together = self.has("plots") or "plots" in self._hidden_together, bool(self._hidden_together)
        # Least widths of another theme are known to the panels, and now to the docks that restore their own.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self._take_shape(not self.is_folded)
        self.widgets["plots"].setVisible(plots)
        self._hidden_together = [name for name in self.widgets if together and self.has(name)]
        for name in self._hidden_together:
            self.widgets[name].hide()
        self.settle()
        self.changed.emit()

    def _scale_plots(self) -> None:
        """Let the plots grow and shrink with the letters of the theme."""
        letters, plots = self._themes.current.font_scale, self.widgets["plots"]
        before = self._letters.setdefault(self.is_folded, letters)
        if letters != before and plots.isVisible():
            self._letters[self.is_folded] = letters
            height = min(round(plots.height() * letters / before), round(LARGEST_PLOTS * self._window.height()))
            self._window.resizeDocks([plots], [height], Qt.Orientation.Vertical)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note the shape as soon as a panel has another size."""
        if event.type() == QEvent.Type.Resize:
            self._noting.start()
        return super().eventFilter(watched, event)

    def _note_shape(self) -> None:
        """Keep the shape for the next fold: then it is too late, the narrower window has squeezed the panels."""
        fits = self._is_narrow() == self.is_folded and self.is_folded in self._shaped
        if fits and self._window.isVisible() and not self._hidden_together:
            self._shapes[self.is_folded] = self._window.saveState(SHAPE)

    def _is_narrow(self) -> bool:
        return self._window.width() < NARROW * self._themes.current.font_scale

    def _take_shape(self, folded: bool) -> None:
        """Fold or not, and give the panels the shape in which the window, as wide or as narrow, was left."""
        self.is_folded = folded
        self._board.fold(folded)
        if self._window.restoreState(self._shapes[self.is_folded], SHAPE):
            self._shaped.add(self.is_folded)
        else:
            self._show_those_of_the_design()
        self._letters.setdefault(folded, self._themes.current.font_scale)
        self._scale_plots()
        self._show_buttons()

    def _show_those_of_the_design(self) -> None:
        for name, dock in self.widgets.items():
            dock.setVisible(not (self.is_folded and name in DRAWERS))

    def settle(self) -> None:
        """Share the room out when nothing is remembered: to be called when the window is shown."""
        if self.is_folded not in self._shaped and self._window.isVisible():
            self._shaped.add(self.is_folded)
            self._sharing.start()

    def lay_out(self) -> None:
        """Give everything now the room that it would have soon."""
        if self._sharing.isActive():
            self._sharing.stop()
            self._share_room()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)

    def reset(self) -> None:
        """Show the panels of the design in its sizes."""
        self._hidden_together = []
        self._shapes = dict.fromkeys(SHAPES, QByteArray())
        self._shaped = {self.is_folded}
        self._show_those_of_the_design()
        self._share_room()
        self.changed.emit()

    def _share_room(self) -> None:
        """Give the panels the sizes of the design."""
        # Panels with larger letters grow less than these: the picture owns the window.
        letters = self._themes.current.font_scale
        scale = letters**PANEL_GROWTH
        widths = [round(LIBRARY_WIDTH * scale), round(CONTROLS_WIDTH * scale)]
        sides = [self.widgets["library"], self.widgets["controls"]]
        self._window.resizeDocks(sides, widths, Qt.Orientation.Horizontal)
        height = min(max(round(PLOTS_PART * self._window.height()), round(FEWEST_PLOTS * letters)), MOST_PLOTS)
        self._window.resizeDocks([self.widgets["plots"]], [height], Qt.Orientation.Vertical)
        self._letters[self.is_folded] = letters
