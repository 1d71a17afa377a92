"""A stretch as a WAV file."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from emgview.errors import FileError
from emgview.model import Progress
from emgview.sound.stream import FRAME_RATE_HZ, SoundStream

_BLOCK_FRAMES = 16_384
_FULL_16_BIT = 32_767


def write_wav(path: Path, stream: SoundStream, n_frames: int, progress: Progress) -> None:
    """Write what a stream gives, 16 bit, two channels, 48 kHz. On the stream's thread.

    Parameters
    ----------
    n_frames : int
        For the progress; a stream without an end is cut there.

    Raises
    ------
    FileError
        If the file cannot be written; a part of it is not left behind.
    CancelledError
    """
    fresh = path.with_suffix(".part")
    try:
        with fresh.open("wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(FRAME_RATE_HZ)
            done = 0
            while not stream.ended and done < n_frames:
                block = stream.block(min(_BLOCK_FRAMES, n_frames - done))
                file.writeframes(np.round(block * _FULL_16_BIT).astype("<i2").tobytes())
                done += len(block)
                progress.report(done / max(n_frames, 1), "Writing the sound")
        fresh.replace(path)
    except OSError as error:
        raise FileError(
            path.name, "", f"cannot be written ({error.strerror})", "Choose another place."
        ) from error
    finally:
        fresh.unlink(missing_ok=True)
