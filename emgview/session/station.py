"""The workstation as a witness: a key of its own, and a register of the logs it has written.

Both lie in the user's data folder of the platform, outside of every study. The key signs
checkpoints while the reader works, where nobody can be asked for a passphrase: it says "this
workstation wrote the log up to here", not who decided. Who answers for a report signs that with an
identity of their own, and the head of the log is in it. (Lost: checkpoints signed with the
reader's identity, which would need its passphrase all day.)

The register keeps the last checkpoint of each log under the log's random id. A log that was cut
off or written anew together with its checkpoints is found by it, on this workstation.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import platformdirs

from emgview.errors import FileError
from emgview.review import Checkpoint
from emgview.typed_data import typed_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_KEY_FILE, _REGISTER = "station-key.pem", "checkpoints"


def station_name() -> str:
    """Name of this computer, as it stands in the log."""
    return platform.node()


def station_folder() -> Path:
    """Where key and register lie; ``EMGVIEW_STATION`` overrides it for tests."""
    override = os.environ.get("EMGVIEW_STATION")
    return Path(override or platformdirs.user_data_dir("emgview", appauthor=False))


class StationKey:
    """Ed25519 key of this workstation.

    Parameters
    ----------
    private : Ed25519PrivateKey
    """

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self._public = private.public_key().public_bytes_raw().hex()

    @property
    def public_hex(self) -> str:
        """The public key, 64 hexadecimal digits."""
        return self._public

    def sign(self, statement: bytes) -> bytes:
        """Signature, 64 bytes."""
        return self._private.sign(statement)

    @classmethod
    def load(cls, folder: Path | None = None, *, make: bool = True) -> StationKey:
        """The key; made where there is none, unless told otherwise, readable by its user alone.

        Raises
        ------
        FileError
            If it cannot be read or made.
        """
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        path = (folder or station_folder()) / _KEY_FILE
        try:
            if make and not path.exists():
                _make_key(path)
            private = serialization.load_pem_private_key(path.read_bytes(), None)
        except OSError as error:
            raise FileError(
                path.name, "", f"cannot be used ({error.strerror})", "Check the user's data folder."
            ) from error
        except (ValueError, TypeError) as error:
            raise FileError(
                path.name, "", "is no key", "Move it away; a new one is made."
            ) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise FileError(path.name, "", "is another kind of key", "Move it away.")
        return cls(private)


def _make_key(path: Path) -> None:
    """Write a new key beside, then link it into place: two programs starting agree on one."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path.parent.mkdir(parents=True, exist_ok=True)
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    fresh = path.with_suffix(f".{os.getpid()}.new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


class Register:
    """The last checkpoint of each log that was written on this workstation."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or station_folder()) / _REGISTER

    def keep(self, checkpoint: Checkpoint) -> None:
        """Replace the entry of that log.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        path = self._path(checkpoint.case)
        fresh = path.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(msgspec.json.encode(checkpoint))
            fresh.replace(path)
        except OSError as error:
            raise FileError(
                "checkpoints", "", "cannot be written", "Check the user's data folder."
            ) from error

    def last(self, case: str) -> Checkpoint | None:
        """The last checkpoint of a log; None if this workstation has none of it."""
        try:
            found = typed_json(self._path(case).read_bytes(), Checkpoint)
        except (OSError, msgspec.DecodeError):
            return None
        return found if found.case == case and found.is_genuine else None

    def _path(self, case: str) -> Path:
        safe = "".join(c for c in case if c.isalnum() or c == "-")
        return self._folder / f"{safe or 'unnamed'}.json"
