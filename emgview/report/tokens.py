"""Cards and tokens by PKCS#11: opens one for a single signature and tells what went wrong.

The PIN is asked before each signature and kept by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emgview.errors import MissingExtraError, SignatureError

_GONE = {
    "DeviceError",
    "DeviceRemoved",
    "FunctionFailed",
    "GeneralError",
    "KeyHandleInvalid",
    "ObjectHandleInvalid",
    "SessionClosed",
    "SessionHandleInvalid",
    "TokenNotPresent",
    "TokenNotRecognised",
    "UserNotLoggedIn",
}
"""What modules say of a token that is not there any more; they do not agree."""


@dataclass(frozen=True, slots=True)
class Pkcs11:
    """A key on a card or token.

    Parameters
    ----------
    module : Path
        The maker's PKCS#11 library.
    token, label : str
        Label of the token; label of the certificate and its key.
    """

    module: Path
    token: str
    label: str
    pin: str = field(repr=False)


@contextmanager
def token_signer(key: Pkcs11) -> Iterator[Any]:
    """The library's signer upon an open session, which ends with the block.

    Raises
    ------
    SignatureError
        If the module does not load, there is no such token or key, the PIN is wrong or locked, or
        the token is pulled before the block ends.
    MissingExtraError
        If python-pkcs11 is not installed.
    """
    try:
        import pkcs11
        from pyhanko.sign.pkcs11 import PKCS11SigningContext
    except ImportError as error:
        raise MissingExtraError(
            "Signing with a card or token needs the library python-pkcs11",
            "Install emgview with its extra: emgview[hsm].",
        ) from error
    from pyhanko.sign.general import SigningError

    if not key.module.is_file():  # the library would say no more than that it cannot load it
        raise SignatureError(f"There is no module {key.module.name}", "State the maker's library.")
    context = PKCS11SigningContext(_config(key), user_pin=key.pin)
    try:
        signer = context.__enter__()
        try:
            _ = signer.signing_cert  # read it now, while errors are those of the token
            _choose_mechanism(signer)
            yield signer
        finally:
            _close(context)
    except SigningError as error:
        cause = error.__cause__
        if isinstance(cause, pkcs11.PKCS11Error):
            raise _told(cause, key) from error
        raise
    except pkcs11.PKCS11Error as error:
        raise _told(error, key) from error


def _config(key: Pkcs11) -> Any:
    from pyhanko.config.pkcs11 import PKCS11SignatureConfig, TokenCriteria

    return PKCS11SignatureConfig(
        module_path=str(key.module),
        token_criteria=TokenCriteria(label=key.token),
        cert_label=key.label,
        other_certs_to_pull=(),
    )


def _choose_mechanism(signer: Any) -> None:
    """Let the token sign the digest alone where it cannot make the digest itself.

    Most tokens do so for elliptic curves; the signature is the same.
    """
    from pkcs11 import Mechanism

    curve = signer.signing_cert.public_key.algorithm == "ec"
    whole = Mechanism.ECDSA_SHA256 if curve else Mechanism.SHA256_RSA_PKCS
    offered = signer.pkcs11_session.token.slot.get_mechanisms()
    signer.use_raw_mechanism = whole not in offered


def _close(context: Any) -> None:
    """End the session; a token that was pulled has ended it already."""
    from contextlib import suppress

    from pkcs11 import PKCS11Error

    with suppress(PKCS11Error):
        context.__exit__(None, None, None)


def _told(error: Any, key: Pkcs11) -> SignatureError:
    """What the token said, in words for the person who holds it."""
    from pkcs11 import exceptions

    if isinstance(error, exceptions.PinLocked):
        return SignatureError(
            f"The PIN of {key.token} is locked", "Unlock it with the maker's program."
        )
    if isinstance(error, (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange)):
        return SignatureError(
            f"The PIN of {key.token} is wrong", "Many cards lock after three wrong ones."
        )
    name = type(error).__name__
    if name in _GONE:
        return SignatureError(
            f"{key.token} was pulled or does not answer ({name})",
            "Put it in again and repeat the signature; nothing was signed.",
        )
    return SignatureError(
        f"No token {key.token} with a key {key.label} that can sign was found ({name})",
        "Put the token in; check its label and that of the key.",
    )
