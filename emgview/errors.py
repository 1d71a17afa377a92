"""Errors that a user can act on: what was found, what is allowed, what to do.

Takes nothing, gives the exception types of the whole program, may import nothing.

Every error that is meant for a person derives from :class:`EmgviewError`. Its text is one line
and never holds patient data. Anything else that reaches the top is a defect of the program.
"""

from __future__ import annotations


class EmgviewError(Exception):
    """An error with a remedy.

    Parameters
    ----------
    found : str
        What was found, with the offending value.
    remedy : str, optional
        What the user can do about it.
    """

    def __init__(self, found: str, remedy: str = "") -> None:
        super().__init__(found, remedy)
        self.found = found
        self.remedy = remedy

    def __str__(self) -> str:
        """One line: what was found, then what to do."""
        text = f"{self.found.rstrip('.')}. {self.remedy}" if self.remedy else self.found
        return " ".join(text.split())


class FileError(EmgviewError):
    """A file that cannot be used: missing, damaged, of an unknown kind, or not writable.

    Parameters
    ----------
    file : str
        Name of the file (its last part only: folders may carry names of persons).
    field : str
        The part of the file that is wrong; empty for the whole file.
    found : str
        What was found there.
    remedy : str, optional
        What the user can do about it.
    """

    def __init__(self, file: str, field: str, found: str, remedy: str = "") -> None:
        place = f"{file}, {field}" if field else file
        super().__init__(f"{place}: {found}", remedy)
        self.file = file
        self.field = field


class NewerSchemaError(FileError):
    """A file written by a newer version of the program."""


class ImportNeedsHintError(EmgviewError):
    """A foreign file that does not tell all that is needed (sampling rate, unit, dataset …).

    Parameters
    ----------
    missing : tuple of str
        Names of the missing hints: ``dataset``, ``fs``, ``unit``, ``orientation``.
    """

    def __init__(self, found: str, remedy: str, missing: tuple[str, ...]) -> None:
        super().__init__(found, remedy)
        self.missing = missing


class DetectionRefusedError(EmgviewError):
    """A channel that the detector must not judge (for instance sampled too slowly)."""


class PolicyError(EmgviewError):
    """A change that is not allowed in the present state."""


class SignatureError(EmgviewError):
    """A signature that could not be made or read."""


class CancelledError(EmgviewError):
    """The user cancelled; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("Cancelled", "")


class MissingExtraError(EmgviewError):
    """An optional library that is not installed."""
