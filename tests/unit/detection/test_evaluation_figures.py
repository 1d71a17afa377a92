"""Figures of the evaluation on truths made by hand: each number is known beforehand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import msgspec
import pytest

from emgview.detection.evaluation import (
    Judged,
    KnownPotential,
    KnownStretch,
    Truth,
    alarms,
    default_rules,
    figures,
    judge,
    mapped_scores,
)
from emgview.detection.evaluation.rules import Scores
from emgview.model import Evidence, Potential, Proposal, SampleInterval

FS = 20_000.0
RULES = default_rules()


def known(
    *peaks: int,
    activity: str = "fib",
    channel: int = 0,
    unit: int = 1,
    train: int | None = 0,
    snr: float | None = 12.0,
    uv: float | None = 100.0,
) -> list[KnownPotential]:
    return [
        KnownPotential(activity, channel, p, SampleInterval(p - 20, p + 40), uv, snr, unit, train)
        for p in peaks
    ]


def truth(
    potentials: Iterable[KnownPotential] = (),
    stretches: Iterable[KnownStretch] = (),
    channels: int = 1,
    surface: bool = False,
) -> Truth:
    return Truth(FS, channels, 60.0, surface, tuple(potentials), tuple(stretches))


def stretch(activity: str, start: int, stop: int, channel: int = 0) -> KnownStretch:
    return KnownStretch(activity, channel, SampleInterval(start, stop))


def said(
    *peaks: int,
    activity: str = "fib",
    channel: int = 0,
    score: float = 0.9,
    span: tuple[int, int] | None = None,
    rate_hz: float | None = None,
    amplitude_uv: float | None = None,
) -> Proposal:
    """A train of these peaks; a stretch where only ``span`` is given."""
    own = tuple(Potential(SampleInterval(p - 20, p + 40), p, score) for p in peaks)
    start, stop = span or (peaks[0] - 20, peaks[-1] + 40)
    return Proposal(
        id=f"{activity}/{channel}/{start}",
        recording_id="made by hand",
        channel=channel,
        interval=SampleInterval(start, stop),
        potentials=own,
        activity=activity,
        score=score,
        evidence=Evidence(rate_hz=rate_hz, amplitude_uv=amplitude_uv, n_potentials=len(own)),
        detector="by hand",
        version="1",
        parameters_hash="",
    )


def told(of: Truth, *proposals: Proposal) -> Judged:
    return judge(of, proposals, RULES)


def table(*judged: Judged) -> dict[str, dict[str, object]]:
    made: dict[str, dict[str, object]] = figures(judged, RULES)
    json.dumps(made, allow_nan=False)  # everything must go into JSON
    return made


def counts(judged: Judged, name: str) -> tuple[int, int, int, int]:
    tally = judged.tallies[name]
    return tally.true, tally.found, tally.said, tally.right


# -- potentials ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "surface", "found"), [(100, False, 1), (101, False, 0), (400, True, 1), (401, True, 0)]
)
def test_needle_peaks_may_be_5_ms_off_and_surface_peaks_20(
    off: int, surface: bool, found: int
) -> None:
    judged = told(truth(known(5_000), surface=surface), said(5_000 + off))
    assert counts(judged, "fib") == (1, found, 1, found)


def test_sensitivity_ppv_and_f1_by_hand() -> None:
    """Four true, three found, five said: 3/4, 3/5, 2/3."""
    peaks = (5_000, 10_000, 15_000, 20_000)
    judged = told(truth(known(*peaks)), said(5_000, 10_000, 15_000, 30_000, 35_000))
    row = table(judged)["classes"]["fib"]
    assert isinstance(row, dict)
    assert (row["events"], row["found"], row["said"], row["right"]) == (4, 3, 5, 3)
    assert (row["sensitivity"], row["ppv"], row["f1"]) == (0.75, 0.6, 0.66667)


def test_a_detector_that_says_nothing_has_no_ppv_and_no_alarm() -> None:
    judged = told(truth(known(5_000, 10_000, 15_000)))
    made = table(judged)
    row = made["classes"]["fib"]
    assert isinstance(row, dict)
    assert (row["sensitivity"], row["ppv"], row["f1"]) == (0.0, None, 0.0)
    assert made["confusion"] == {"fib": {"missed": 3}}
    assert made["scores"]["all"] == {"items": 0, "expected_error": None, "bins": []}
    assert made["presence"]["fib"] == {
        "present": 1, "found": 0, "absent": 0, "silent": 0, "sensitivity": 0.0,
        "specificity": None, "sensitivity_interval": None, "specificity_interval": None,
    }  # fmt: skip
    silence = alarms([("rest", told(truth()))])
    assert (silence["alarms"], silence["per_minute"]) == (0, 0.0)


def test_a_detector_that_says_everything_everywhere_finds_all_and_is_seldom_right() -> None:
    everywhere = range(1_000, 400_000, 100)
    judged = told(truth(known(5_000, 10_000, 15_000)), said(*everywhere))
    assert counts(judged, "fib") == (3, 3, len(everywhere), 3)
    assert judged.confusion["nothing", "fib"] == len(everywhere) - 3
    silent = told(truth(), said(*everywhere))
    row = alarms([("rest", silent)])
    assert (row["alarms"], row["potentials"]) == (1, len(everywhere))
    quiet = figures([judged, silent], RULES)["presence"]["fib"]
    assert (quiet["sensitivity"], quiet["specificity"]) == (1.0, 0.0)


def test_cannot_tell_finds_nothing_and_is_never_wrong() -> None:
    judged = told(truth(known(5_000)), said(5_000, activity="cannot_tell"))
    assert counts(judged, "fib") == (1, 0, 0, 0)
    assert "cannot_tell" not in judged.tallies
    assert judged.scores == ()
    assert judged.confusion == {("fib", "cannot_tell"): 1}


def test_a_wrong_name_stands_in_the_confusion_once() -> None:
    judged = told(truth(known(5_000, 9_000)), said(5_000, 30_000, activity="psw"))
    assert judged.confusion == {("fib", "psw"): 1, ("fib", "missed"): 1, ("nothing", "psw"): 1}


def test_fine_names_count_as_their_coarse_class_and_stand_in_a_table_of_their_own() -> None:
    judged = told(
        truth(known(5_000, activity="fp_simple", train=None)), said(5_000, activity="fp_complex")
    )
    assert counts(judged, "fp") == (1, 1, 1, 1)
    assert judged.fine == {("fp_simple", "fp_complex"): 1}


def test_satellites_count_as_motor_unit_potentials() -> None:
    judged = told(truth(known(5_000, activity="satellite")), said(5_000, activity="mup"))
    assert counts(judged, "mup") == (1, 1, 1, 1)


def test_dense_activity_said_as_a_stretch_finds_the_potentials_in_it() -> None:
    true = known(*range(5_000, 25_000, 1_000), activity="mup_normal")
    judged = told(truth(true), said(activity="mup", span=(4_000, 26_000)))
    assert counts(judged, "mup") == (20, 20, 1, 1)


def test_potentials_said_in_a_true_interference_pattern_are_right() -> None:
    of = truth(stretches=[stretch("mup_normal", 0, 100_000)])
    judged = told(of, said(*range(5_000, 25_000, 1_000), activity="mup"))
    assert judged.tallies["mup"].said == judged.tallies["mup"].right == 20
    assert judged.confusion == {}


def test_sensitivity_by_band_of_the_noise() -> None:
    """Edges 0, 4, 6, 10, 20: an edge belongs to the band above it."""
    true = known(5_000, snr=3.9) + known(10_000, snr=4.0) + known(15_000, snr=99.0)
    made = table(told(truth(true + known(50_000, snr=None)), said(10_000, 15_000)))
    rows = made["bands"]["fib"]
    assert isinstance(rows, list)
    assert [(r["from"], r["to"], r["events"], r["found"]) for r in rows] == [
        (0.0, 4.0, 1, 0),
        (4.0, 6.0, 1, 1),
        (20.0, None, 1, 1),
    ]


# -- discharges ------------------------------------------------------------------------------------


def crd(start: int, stop: int, train: int = 0) -> list[KnownPotential]:
    return known(*range(start, stop, 500), activity="crd", train=train)


@pytest.mark.parametrize(("stop", "found"), [(7_000, 1), (6_300, 1), (5_900, 0)])
def test_a_discharge_is_found_when_enough_of_it_is_covered(stop: int, found: int) -> None:
    """True from 4480 to 9540 or 5060 samples; three tenths are 1518."""
    judged = told(truth(crd(4_500, 10_000)), said(activity="crd", span=(4_480, stop)))
    assert counts(judged, "crd")[:2] == (1, found)


def test_a_proposal_is_right_when_half_of_it_lies_in_the_discharge() -> None:
    of = truth(crd(4_500, 10_000))
    assert counts(told(of, said(activity="crd", span=(4_480, 14_500))), "crd")[2:] == (1, 1)
    assert counts(told(of, said(activity="crd", span=(4_480, 15_500))), "crd")[2:] == (1, 0)


def test_shared_time_of_a_discharge() -> None:
    of = truth(stretches=[stretch("crd", 0, 20_000)])
    row = table(told(of, said(activity="crd", span=(10_000, 40_000))))["overlap"]["crd"]
    assert isinstance(row, dict)
    assert (row["true_s"], row["said_s"], row["both_s"]) == (1.0, 1.5, 0.5)
    assert (row["covered"], row["within"], row["overlap"]) == (0.5, 0.33333, 0.25)


def bursts(activity: str = "myokymic") -> list[KnownPotential]:
    """Five bursts, a second apart, each half a second long."""
    rows = [
        known(*range(b, b + 10_000, 500), activity=activity, train=n)
        for n, b in enumerate(range(20_000, 120_000, 20_000))
    ]
    return [one for row in rows for one in row]


def test_one_proposal_may_hold_a_series_of_bursts() -> None:
    judged = told(truth(bursts()), said(activity="myokymic", span=(20_000, 110_000)))
    assert counts(judged, "myokymic") == (5, 5, 1, 1)


def test_or_each_burst_may_have_its_own() -> None:
    own = [
        said(*range(b, b + 9_000, 500), activity="myokymic") for b in range(20_000, 80_000, 20_000)
    ]
    assert counts(told(truth(bursts()), *own), "myokymic") == (5, 3, 3, 3)


def test_a_facial_burst_counts_as_myokymic() -> None:
    judged = told(truth(bursts("fac_myokymia")), said(activity="myokymic", span=(20_000, 110_000)))
    assert counts(judged, "myokymic") == (5, 5, 1, 1)


def test_a_discharge_called_something_else_tells_what() -> None:
    of = truth(crd(20_000, 60_000) + crd(100_000, 140_000, train=1))
    judged = told(of, said(*range(20_000, 60_000, 500), activity="mup"))
    assert judged.discharge_confusion == {("crd", "mup"): 1, ("crd", "missed"): 1}
    assert counts(judged, "crd") == (2, 0, 0, 0)
    assert judged.tallies["mup"].right == 0


def test_units_of_one_cramp_are_one_cramp() -> None:
    units = [
        known(*range(s, 90_000, 900), activity="cramp", unit=n, train=n)
        for n, s in enumerate((20_000, 30_000, 40_000))
    ]
    judged = told(truth([one for row in units for one in row]))
    assert counts(judged, "cramp") == (1, 0, 0, 0)


# -- presence and alarms ---------------------------------------------------------------------------


def test_presence_counts_channels_and_leaves_those_with_few_events_out() -> None:
    """Fibrillation potentials need three true ones; channel 2 has one and is left out."""
    true = [
        *known(5_000, 10_000, 15_000, channel=0),
        *known(5_000, 10_000, 15_000, channel=1),
        *known(5_000, channel=2),
    ]
    judged = told(truth(true, channels=5), said(5_000), said(7_000, channel=4))
    row = table(judged)["presence"]["fib"]
    assert isinstance(row, dict)
    assert [row[k] for k in ("present", "found", "absent", "silent")] == [2, 1, 2, 1]
    assert (row["sensitivity"], row["specificity"]) == (0.5, 0.5)


def test_alarms_are_spontaneous_classes_alone_by_minute_and_kind() -> None:
    """Two channels of a minute each: two proposals are one a minute."""
    fibs = told(truth(channels=2), said(5_000, 9_000), said(5_000, channel=1, activity="fp_simple"))
    voluntary = told(truth(), said(5_000, activity="mup"), said(8_000, activity="eps"))
    made = alarms([("rest", fibs), ("voluntary", voluntary)])
    assert (made["alarms"], made["minutes"], made["per_minute"]) == (2, 3.0, 0.66667)
    assert made["kinds"]["rest"]["classes"] == {"fib": 1, "fp": 1}
    assert made["kinds"]["rest"]["per_minute"] == 1.0
    assert made["kinds"]["voluntary"]["alarms"] == 0
    assert made["recordings_with"] == 1


# -- rate, amplitude, scores -----------------------------------------------------------------------


def test_errors_of_rate_and_amplitude_leave_pauses_out() -> None:
    """Ten a second in two trains with a pause of a second between; said 11, 90 for 100."""
    first = known(*range(20_000, 40_000, 2_000), train=0)
    second = known(*range(60_000, 80_000, 2_000), train=1)
    peaks = [one.peak_sample for one in first + second]
    judged = told(truth(first + second), said(*peaks, rate_hz=11.0, amplitude_uv=90.0))
    row = table(judged)["measures"]["fib"]
    assert isinstance(row, dict)
    assert row["trains"] == 1
    assert row["rate"]["bias"] == pytest.approx(0.1)
    assert row["amplitude"]["bias"] == pytest.approx(-0.1)
    assert row["amplitude"]["error"] == pytest.approx(0.1)


def test_a_train_of_two_units_tells_no_rate() -> None:
    one, other = range(20_000, 60_000, 4_000), range(22_000, 62_000, 4_000)
    of = truth(known(*one) + known(*other, unit=2, train=1))
    assert told(of, said(*sorted([*one, *other]), rate_hz=10.0)).errors == ()


def test_unknown_amplitudes_are_no_error() -> None:
    peaks = tuple(range(20_000, 60_000, 4_000))
    judged = told(truth(known(*peaks, uv=None)), said(*peaks, amplitude_uv=90.0))
    assert judged.errors[0].amplitude is None


@pytest.mark.parametrize(("wrong", "right"), [(3, True), (4, False)])
def test_a_train_is_right_when_half_of_its_potentials_are(wrong: int, right: bool) -> None:
    peaks = (5_000, 10_000, 15_000)
    others = [200_000 + 5_000 * k for k in range(wrong)]
    judged = told(truth(known(*peaks)), said(*peaks, *others, score=0.7))
    assert [(one.score, one.right) for one in judged.scores] == [(0.7, right)]


def test_the_interval_is_by_recording() -> None:
    """One recording all found, one all missed: from nothing to everything, however many peaks."""
    peaks = tuple(range(5_000, 500_000, 1_000))
    pair: Sequence[Judged] = [told(truth(known(*peaks)), said(*peaks)), told(truth(known(*peaks)))]
    row = table(*pair)["classes"]["fib"]
    assert isinstance(row, dict)
    assert (row["sensitivity"], row["sensitivity_interval"]) == (0.5, [0.0, 1.0])
    assert row["ppv_interval"] is None


def test_nothing_judged_gives_empty_tables() -> None:
    made = figures([], RULES)
    assert made["classes"] == {}
    assert alarms([])["per_minute"] is None


def test_a_map_fitted_on_one_set_mends_the_scores_of_another() -> None:
    """Scores of 0.9 of which a half is right, in every recording: after the map, no error."""
    right, wrong = said(5_000, score=0.9), [said(k, score=0.9) for k in (200_000, 210_000)]
    one = told(truth(known(5_000)), right, *wrong[:1])
    rules = msgspec.structs.replace(RULES, scores=Scores(bins=10, least=2))
    made = figures([one], rules)["scores"]
    assert made["all"]["expected_error"] == pytest.approx(0.4)
    assert made["map"] == {"all": [[0.9, 0.5]], "fib": [[0.9, 0.5]]}
    after = mapped_scores([one, one], made["map"], rules)
    assert after["all"]["expected_error"] == pytest.approx(0.0)
    assert after["classes"]["fib"]["items"] == 4


def test_a_class_with_few_proposals_has_no_map_of_its_own() -> None:
    one = told(truth(known(5_000)), said(5_000))
    assert figures([one], RULES)["scores"]["map"] == {}
    assert mapped_scores([one], {}, RULES)["all"]["bins"][0]["mean_score"] == 0.9
