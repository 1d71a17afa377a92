"""Traces as sound, and sound as it comes in. The only importer of miniaudio.

Takes a :class:`~emgview.model.SampleSource`, gives sound in a loudspeaker or a WAV file; takes a
sound input, gives its frames (:mod:`.capture`). May import ``signal``, ``model``,
``resource_files`` and ``errors``. The way of a sample to the ear: source → band and gain
(:mod:`.shaping`) → device rate (:mod:`.resampling`) → stream with loop and speed
(:mod:`.stream`) → bounded buffer → device (:mod:`.player`).

Decisions that rule this package
--------------------------------
The sound card's clock leads, the trace follows: the ear notices a break, the eye does not notice
20 ms. (Lost: a timer that leads both, which drifts from the card.)

Half and quarter speed lower the pitch. (Lost: stretching that keeps the pitch; it repeats short
pieces, so that one potential is heard as two.)

A device that cannot play is replaced by the null device, which keeps time in silence, and said so.
"""

from emgview.sound.capture import NULL_DEVICE, Capture, Captured, InputDevice, input_devices
from emgview.sound.export import write_wav
from emgview.sound.live import Listening, LiveSound
from emgview.sound.player import Player, output_devices
from emgview.sound.settings import SoundSettings, load_sound_settings
from emgview.sound.stream import SoundStream, Wish

__all__ = [
    "NULL_DEVICE",
    "Capture",
    "Captured",
    "InputDevice",
    "Listening",
    "LiveSound",
    "Player",
    "SoundSettings",
    "SoundStream",
    "Wish",
    "input_devices",
    "load_sound_settings",
    "output_devices",
    "write_wav",
]
