"""What is heard: the chosen channel, as loud as its sensitivity asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emgview.sound import Listening, load_sound_settings

if TYPE_CHECKING:
    from emgview.ui.live.live_window import LiveWindow


class LiveEar:
    """Volume and mute of the live sound.

    Parameters
    ----------
    window : LiveWindow
    """

    def __init__(self, window: LiveWindow) -> None:
        self._window = window
        self._volume = window.settings.sound_volume
        self.muted = False

    def toggle(self) -> None:
        """Silence, or sound again."""
        self.muted = not self.muted
        self.listen()

    def change_volume(self, step: float) -> None:
        """Louder (+) or softer (−)."""
        self._volume = min(max(self._volume + step, 0.0), 1.0)
        self.muted = False
        self._window.remember(sound_volume=round(self._volume, 2))
        self._window.tell(f"Volume {self._volume:.0%}")
        self.listen()

    def listen(self) -> None:
        """Hear the chosen channel, else the uppermost."""
        exam, viewport = self._window.exam, self._window.traces.viewport_now
        if exam is None or viewport is None or not viewport.channels:
            return
        chosen = viewport.chosen
        channel = (
            chosen if chosen is not None and chosen in viewport.channels else (viewport.channels[0])
        )
        full_scale_uv = load_sound_settings().full_scale_div * viewport.uv_per_div[channel]
        info = exam.acquisition.info
        turned = info is not None and info.channels[channel].inverted
        volume = 0.0 if self.muted else self._volume
        exam.listen(Listening(channel, full_scale_uv, volume, turned))
