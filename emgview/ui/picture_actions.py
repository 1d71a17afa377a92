"""What the commands of pictures do: save, copy, with or without the patient's name."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtWidgets import QApplication, QFileDialog

from emgview import __version__
from emgview.errors import FileError
from emgview.session.modes import DisplayMode
from emgview.ui.picture import Picture
from emgview.ui.traces.viewport import Viewport
from emgview.ui.traces.wording import sweep_text, zone_text
from emgview.ui.wording import clock

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_KINDS = {"PNG picture (*.png)": ".png", "SVG drawing (*.svg)": ".svg"}
_NOT_CLINICAL = "for evaluation, not for clinical use"


class PictureActions:
    """Commands of the group ``picture``."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._with_name = False

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        if name == "save":
            self._ask()
        elif name == "copy":
            self.copy()
        else:
            self._with_name = checked
            self._window.tell(f"Pictures {'tell' if checked else 'do not tell'} the patient's name")

    def picture(self) -> Picture | None:
        """What is in front now; None without traces."""
        window, viewport = self._window, self._window.traces.viewport_now
        if viewport is None or not viewport.channels or window.recording is None:
            return None
        free = window.groups.modes.mode is DisplayMode.FREE_RUN
        view = window.traces if free else window.sweeps
        return Picture(view, view.width(), view.height(), self._caption(viewport))

    def save(self, path: Path) -> None:
        """Save; an error is told."""
        picture = self.picture()
        if picture is None:
            return
        try:
            picture.save(path)
        except FileError as error:
            self._window.complain(error)
            return
        self._window.tell(f"Picture saved: {path.name}")

    def copy(self) -> None:
        """Put it on the clipboard, as pixels and as a drawing."""
        picture = self.picture()
        if picture is None:
            self._window.tell("There is no trace to copy")
            return
        data = QMimeData()
        data.setImageData(picture.image())
        data.setData("image/svg+xml", QByteArray(picture.svg()))
        QApplication.clipboard().setMimeData(data)
        self._window.tell("Picture copied")

    def _ask(self) -> None:
        name, kind = QFileDialog.getSaveFileName(
            self._window, "Save picture", "traces.png", ";;".join(_KINDS)
        )
        if name:
            path = Path(name)
            known = path.suffix.lower() in _KINDS.values()
            self.save(path if known else path.with_name(path.name + _KINDS.get(kind, ".png")))

    def _caption(self, viewport: Viewport) -> tuple[str, ...]:
        """Whose it is, if wished; muscle; when; scales and filters; the program."""
        window, recording = self._window, self._window.recording
        if recording is None or window.view is None:
            return ()
        patient = window.view.study.patient
        who = ", ".join(part for part in (patient.name, patient.identifier) if part)
        first = recording.title
        if self._with_name:
            first = f"{who or 'patient not stated'}   ·   {first}"
        seconds = viewport.start / viewport.fs
        when = f"{clock(seconds)} from the start"
        started = recording.info.started_at
        if started is not None:
            moment = started + timedelta(seconds=seconds)
            when = f"{moment:%Y-%m-%d %H:%M:%S} {zone_text(started)}, {when}"
        scene = window.traces.scene_of(window.width(), window.height(), window.traces.answer_now)
        words = scene.filter_words if scene is not None else ""
        warning = f", {scene.warning}" if scene is not None and scene.warning else ""
        mode = window.sweeps.plan_now.words
        if window.groups.modes.mode is not DisplayMode.FREE_RUN and mode:
            when = f"{when}   ·   {mode}"
        scales = f"{sweep_text(viewport.sweep_ms)}   ·   {words}{warning}"
        return first, when, scales, f"emgview {__version__}, {_NOT_CLINICAL}"
