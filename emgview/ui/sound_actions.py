"""What the keys of the sound do: play, loop, speed, channels, loudness, device, WAV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog

from emgview.model import Progress, SampleInterval
from emgview.session.study_session import StudySession
from emgview.sound import (
    Player,
    SoundStream,
    Wish,
    load_sound_settings,
    output_devices,
    write_wav,
)
from emgview.sound.stream import FRAME_RATE_HZ
from emgview.ui.sound_beam import SoundBeam
from emgview.ui.sound_scrub import ScrubTool
from emgview.ui.traces.viewport import Viewport

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_FILL_MS = 60
_FRAME_MS = 16
_VOLUME_STEP = 0.1
_SYSTEM_DEVICE = "System's choice"


class SoundActions(QObject):
    """Commands of the group ``sound``; owns the player, which is filled on the I/O thread."""

    _made = Signal(object)
    _saved = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._player: Player | None = None
        self._beam = SoundBeam()
        self._channel = 0
        self._speeds = load_sound_settings().speeds
        self._speed = 1.0
        self._muted = self._looping = self._stereo = False
        self._generation = 0
        self._told_card = False
        self._scale: tuple[float, ...] = ()
        self._filler = QTimer(self, interval=_FILL_MS)
        self._filler.timeout.connect(self._fill)
        self._frames = QTimer(self, interval=_FRAME_MS)
        self._frames.timeout.connect(self._follow)
        self._made.connect(self._take)
        self._saved.connect(window.tell)
        window.traces.add_overlay(self._beam)
        window.traces.placeClicked.connect(self.mark)
        window.traces.viewportChanged.connect(self._scale_changed)
        window.controller.closed.connect(self.stop)
        window.controller.opened.connect(lambda _: self.stop())

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        actions: dict[str, Callable[[], object]] = {
            "play": self.play_or_stop,
            "loop": lambda: self._set(looping=checked),
            "scrub": lambda: self._scrub(checked),
            "slower": lambda: self._change_speed(-1),
            "faster": lambda: self._change_speed(+1),
            "channel": self._next_channel,
            "stereo": lambda: self._set(stereo=checked),
            "louder": lambda: self._change_volume(+1),
            "softer": lambda: self._change_volume(-1),
            "mute": lambda: self._set(muted=checked),
            "gain": lambda: self._follow_gain(checked),
            "device": self._ask_device,
            "export": self._ask_export,
        }
        actions[name]()

    # -- playing -----------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether sound is wanted just now."""
        return self._frames.isActive()

    @property
    def marked(self) -> int | None:
        """Where the mark is: clicked, or where the sound was."""
        return None if self._beam.sample is None else int(self._beam.sample)

    @property
    def player(self) -> Player | None:
        """The player of the present sound."""
        return self._player

    def play_or_stop(self) -> None:
        """Play from the mark if it is on the screen, else from the left edge; or stop."""
        self.stop() if self.playing else self.play_from(self._start())

    def play_from(self, sample: int) -> None:
        """Play on from a sample."""
        window, wish = self._window, self._wish(sample)
        if window.recording is None or wish is None:
            return
        self._generation += 1
        generation, recording = self._generation, window.recording_id
        player, device = self._player, window.settings.sound_device

        def make(session: StudySession) -> tuple[int, Player]:
            stream = SoundStream(session.reader(recording), wish)
            if player is not None:
                player.switch(stream)
                return generation, player
            fresh = Player(stream, device)
            fresh.fill()
            fresh.start()
            return generation, fresh

        self._beam.sample, self._beam.playing = float(sample), True
        self._frames.start()
        self._filler.start()
        window.controller.with_session(make, self._made.emit)

    def stop(self) -> None:
        """Silence; the mark stays where the sound was."""
        self._generation += 1
        self._frames.stop()
        self._filler.stop()
        player, self._player = self._player, None
        if player is not None:
            player.stop()
        self._beam.playing = False
        self._window.traces.redraw()

    def mark(self, sample: int, channel: int) -> None:
        """Begin there next time, with that channel; at once if the sound is on."""
        self._channel = channel
        self._beam.sample = float(sample)
        if self.playing:
            self.play_from(sample)
        self._window.traces.redraw()

    def _scale_changed(self, viewport: Viewport) -> None:
        """Another sensitivity is another loudness, where it follows."""
        scale, self._scale = self._scale, viewport.uv_per_div
        if self.playing and self._window.settings.sound_follows_gain and scale != self._scale:
            self.play_from(int(self._beam.sample or 0))

    def _take(self, made: tuple[int, Player]) -> None:
        """The sound is ready; unless it is not wanted any more."""
        generation, player = made
        if generation != self._generation or not self.playing:
            if player is not self._player:
                player.stop()
            return
        self._player = player
        if not player.has_card and not self._told_card:
            self._told_card = True
            self._window.tell("No sound card was found: the trace runs without a sound")

    def _fill(self) -> None:
        player = self._player
        if player is not None:
            self._window.controller.with_latest(
                "sound", lambda _session: player.fill(), lambda _done: None
            )

    def _follow(self) -> None:
        """Bring the beam to what is heard, and the window to the beam."""
        player, traces = self._player, self._window.traces
        viewport = traces.viewport_now
        if player is None or viewport is None:
            return
        if player.finished:
            self.stop()
            return
        self._beam.sample = player.position()
        if self._window.groups.modes.draws_over:
            traces.set_viewport(viewport.at(int(self._beam.sample) - viewport.span))
        elif not viewport.start <= self._beam.sample < viewport.start + viewport.span:
            traces.set_viewport(viewport.at(int(self._beam.sample)))
        traces.redraw()

    # -- what is heard -----------------------------------------------------------------------

    def _start(self) -> int:
        viewport = self._window.traces.viewport_now
        if viewport is None:
            return 0
        mark = self._beam.sample
        on_screen = mark is not None and viewport.interval.contains(int(mark))
        if on_screen and mark is not None:
            return int(mark)
        return viewport.interval.stop if self._window.groups.modes.draws_over else viewport.start

    def _stretch(self) -> SampleInterval | None:
        """What is looped or saved: the selected item, else what is on the screen."""
        viewport, recording = self._window.traces.viewport_now, self._window.recording
        if viewport is None or recording is None:
            return None
        chosen = self._window.items.selection()
        label = self._window.label(chosen[0]) if chosen else None
        inside = viewport.interval.intersection(recording.info.whole)
        if label is not None and label.interval.overlaps(viewport.interval):
            return label.interval if len(label.interval) > 0.1 * viewport.fs else inside
        return inside

    def _channels(self) -> tuple[int, ...]:
        viewport = self._window.traces.viewport_now
        shown = viewport.channels if viewport is not None else ()
        if not shown:
            return ()
        first = self._channel if self._channel in shown else shown[0]
        second = shown[(shown.index(first) + 1) % len(shown)]
        return (first, second) if self._stereo and second != first else (first,)

    def _wish(self, sample: int) -> Wish | None:
        viewport, recording = self._window.traces.viewport_now, self._window.recording
        channels = self._channels()
        if viewport is None or recording is None or not channels:
            return None
        numbers, settings = load_sound_settings(), self._window.settings
        scale = [numbers.fixed_full_scale_uv] * len(channels)
        if settings.sound_follows_gain:
            scale = [viewport.uv_per_div[c] * numbers.full_scale_div for c in channels]
        turned = [c in viewport.inverted for c in channels]
        return Wish(
            sample,
            channels,
            tuple(scale),
            tuple(turned),
            0.0 if self._muted else settings.sound_volume,
            self._speed,
            self._stretch() if self._looping else None,
        )

    # -- how it is heard ---------------------------------------------------------------------

    def _again(self, told: str) -> None:
        """Go on with other settings from where the sound is."""
        self._window.tell(told)
        if self.playing and self._beam.sample is not None:
            self.play_from(int(self._beam.sample))

    def _set(
        self,
        *,
        looping: bool | None = None,
        stereo: bool | None = None,
        muted: bool | None = None,
    ) -> None:
        self._looping = self._looping if looping is None else looping
        self._stereo = self._stereo if stereo is None else stereo
        self._muted = self._muted if muted is None else muted
        names = (("loop", self._looping), ("stereo", self._stereo), ("mute", self._muted))
        self._again("Sound: " + ", ".join(f"{name} {'on' if on else 'off'}" for name, on in names))

    def _change_speed(self, steps: int) -> None:
        place = min(max(self._speeds.index(self._speed) + steps, 0), len(self._speeds) - 1)
        self._speed = self._speeds[place]
        self._again(f"Speed × {self._speed:g}")

    def _change_volume(self, steps: int) -> None:
        volume = self._window.settings.sound_volume + steps * _VOLUME_STEP
        volume = round(min(max(volume, 0.0), 1.0), 2)
        self._window.remember(sound_volume=volume)
        self._again(f"Volume {volume * 100:.0f} %")

    def _follow_gain(self, on: bool) -> None:
        self._window.remember(sound_follows_gain=on)
        self._again("Loudness follows the sensitivity" if on else "Loudness fixed")

    def _next_channel(self) -> None:
        viewport, recording = self._window.traces.viewport_now, self._window.recording
        if viewport is None or recording is None or not viewport.channels:
            return
        shown = viewport.channels
        place = shown.index(self._channel) + 1 if self._channel in shown else 0
        self._channel = shown[place % len(shown)]
        self._again(f"Listening to {recording.info.channels[self._channel].label}")

    def _scrub(self, on: bool) -> None:
        self._window.traces.set_tool(ScrubTool(self.play_from, self.stop) if on else None)
        self._window.tell("Drag over a trace to hear it" if on else "Scrubbing off")

    # -- device and file ---------------------------------------------------------------------

    def _ask_device(self) -> None:
        names = [_SYSTEM_DEVICE, *(device.name for device in output_devices())]
        if len(names) == 1:
            self._window.tell("No sound card was found")
            return
        now = self._window.settings.sound_device
        place = names.index(now) if now in names else 0
        name, chosen = QInputDialog.getItem(
            self._window, "Output device", "&Loudspeaker", names, place, editable=False
        )
        if chosen:
            self._window.remember(sound_device="" if name == _SYSTEM_DEVICE else name)
            self.stop()

    def _ask_export(self) -> None:
        text, _ = QFileDialog.getSaveFileName(
            self._window, "Save as WAV", "emg.wav", "Sound (*.wav)"
        )
        if text:
            self.export(Path(text).with_suffix(".wav"))

    def export(self, path: Path) -> None:
        """Write the stretch as a sound file, at real time's pitch and full volume."""
        stretch, recording = self._stretch(), self._window.recording_id
        wish = self._wish(stretch.start) if stretch is not None else None
        if stretch is None or wish is None or self._window.recording is None:
            return
        wish = replace(wish, volume=1.0, speed=1.0, loop=stretch)
        seconds = len(stretch) / self._window.recording.info.sampling_rate_hz
        frames = round(seconds * FRAME_RATE_HZ)

        def write(session: StudySession) -> str:
            stream = SoundStream(session.reader(recording), wish)
            write_wav(path, stream, frames, Progress())
            return f"Saved {seconds:.2f} s as {path.name}"

        self._window.controller.with_session(write, self._saved.emit)
