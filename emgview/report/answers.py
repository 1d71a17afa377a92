"""Who signed and when, as far as certificates that the reader trusts can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from emgview.report.revisions import OneSignature, Signed, TimeStamp
from emgview.report.stamp import time_with_offset
from emgview.report.trust import path_problem, revocation_problem, trust_problem

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, CertificateRevocationList

Status = Literal["ok", "failed", "unknown"]
_ORDER: tuple[Status, ...] = ("failed", "unknown", "ok")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: ``ok``, ``failed`` or ``unknown``, with the reason in plain words."""

    status: Status
    text: str


def identity_answer(
    signed: Signed,
    trusted: tuple[Certificate, ...] | None,
    file: str,
    crls: Sequence[CertificateRevocationList],
) -> Answer:
    """Who signed in which role; the worst of all answers, and who has not signed yet."""
    lists = (*crls, *signed.crls)
    found = [_one(signature, trusted, file, lists) for signature in signed.signatures]
    if signed.missing_roles:
        roles = ", ".join(signed.missing_roles)
        found.append(Answer("unknown", f"preliminary: not yet signed as {roles}"))
    worst = min((answer.status for answer in found), key=_ORDER.index)
    return Answer(worst, "; ".join(answer.text for answer in found))


def _one(
    signature: OneSignature,
    trusted: tuple[Certificate, ...] | None,
    file: str,
    crls: Sequence[CertificateRevocationList],
) -> Answer:
    from cryptography import x509

    from emgview.report.identity import summary_of

    certificate = x509.load_der_x509_certificate(signature.certificate)
    signer = summary_of(certificate, None)
    who = f"{signer.name} as {signature.meaning or 'signer'}, certificate {signer.fingerprint}"
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    proven = proven_time(signature, trusted or (), crls)
    at = proven or signature.signed_at
    if not (begin <= signature.signed_at <= end and begin <= at <= end):
        return Answer(
            "failed", f"{who}: valid {begin:%Y-%m-%d} to {end:%Y-%m-%d}, not when it was signed"
        )
    if trusted is None:
        return Answer("unknown", f"{who}: no trusted certificate was given")
    problem = revocation_problem(certificate, crls, proven)
    problem = problem or trust_problem(certificate, trusted, at, crls)
    if problem:
        return Answer("failed", f"{who}: {problem} ({file})")
    made_here = "; evaluation identity, not for clinical use" if signer.evaluation else ""
    asked = "not revoked" if crls else "revocation not checked"
    return Answer("ok", f"{who}: trusted by {file}, {asked}{made_here}")


def time_answer(
    signed: Signed,
    trusted: tuple[Certificate, ...] | None,
    crls: Sequence[CertificateRevocationList],
) -> Answer:
    """When it was signed, and whether a trusted clock says so for every signature."""
    lists = (*crls, *signed.crls)
    found = [_when(signature, trusted or (), lists) for signature in signed.signatures]
    worst = min((answer.status for answer in found), key=_ORDER.index)
    return Answer(worst, "; ".join(answer.text for answer in found))


def _when(
    signature: OneSignature,
    trusted: Sequence[Certificate],
    crls: Sequence[CertificateRevocationList],
) -> Answer:
    proven = proven_time(signature, trusted, crls)
    if proven is not None:
        return Answer("ok", f"{time_with_offset(proven)} by a trusted time-stamping server")
    when = time_with_offset(signature.signed_at)
    if signature.stamps:
        stamp = time_with_offset(signature.stamps[0].moment)
        return Answer(
            "unknown", f"{stamp} by a time-stamping server that no trusted certificate vouches for"
        )
    return Answer("unknown", f"{when} by the signer's computer; no trusted clock confirms it")


def proven_time(
    signature: OneSignature,
    trusted: Sequence[Certificate],
    crls: Sequence[CertificateRevocationList],
) -> datetime | None:
    """Earliest time of a stamp whose server a trusted authority vouches for; None without one."""
    good = [stamp.moment for stamp in signature.stamps if _vouched(stamp, trusted, crls)]
    return min(good, default=None)


def _vouched(
    stamp: TimeStamp, trusted: Sequence[Certificate], crls: Sequence[CertificateRevocationList]
) -> bool:
    from cryptography import x509

    certificate: Any = x509.load_der_x509_certificate(stamp.certificate)
    if not trusted or revocation_problem(certificate, crls, stamp.moment):
        return False
    return not path_problem(certificate, trusted, stamp.moment, crls, for_time=True)
