"""The table of cases: for each rule, both sides of each boundary, and what is missing.

A case is (name, rule, muscles, entries, outcome); outcome None: the rule has nothing to say. A
muscle made by :func:`muscle` is examined in full and normal; each word changes one thing.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from emgview.findings.entries import Entries
from emgview.findings.facts import MuscleFacts, StudyFacts
from emgview.findings.grid import principal_roots, region_of
from emgview.findings.measures import ClassNumbers, FasciculationNumbers
from emgview.model import Side, load_muscles

S, N, I = "supported", "not_supported", "insufficient"  # noqa: E741 - short, the table is long
Case = tuple[str, str, tuple[MuscleFacts, ...], dict[str, str], str | None]

UNKNOWN_MUP: dict[str, Any] = {"amplitude": "", "duration": "", "recruitment": "", "judged": False}
UNKNOWN_REST: dict[str, Any] = {
    "rest_s": 30.0,
    "trains": None,
    "trains_grade": "",
    "fp": None,
    "other": None,
}
CN: dict[str, Any] = {"amplitude": "increased", "duration": "increased", "recruitment": "reduced"}
FIB: dict[str, Any] = {"trains": True, "trains_grade": "2+", "sustained": 3}
MYO: dict[str, Any] = {"amplitude": "decreased", "duration": "decreased", "recruitment": "early"}


def muscle(where: str, **changes: Any) -> MuscleFacts:
    """A muscle as ``tib_ant`` or ``tib_ant:L``."""
    muscle_id, _, side = where.partition(":")
    table = load_muscles().get(muscle_id)
    assert table is not None, muscle_id
    known: dict[str, Any] = {
        "side": Side(side or "R"),
        "region": region_of(muscle_id, "cervical"),
        "nerve": table.nerve,
        "trunk": table.nerve_trunk,
        "roots": frozenset(table.roots),
        "principal": frozenset(principal_roots(muscle_id)),
        "segment": table.segment,
        "rest_s": 100.0,
        "sites": 4,
        "trains": False,
        "trains_grade": "0",
        "fp": False,
        "other": False,
        "amplitude": "normal",
        "duration": "normal",
        "recruitment": "normal",
        "interference": "full",
        "judged": True,
    }
    return MuscleFacts(muscle_id, f"{table.name}, {side or 'R'}", **{**known, **changes})


def fp(n: int = 12, *, complex_n: int = 0, cv: float | None = 1.0, **more: Any) -> dict[str, Any]:
    """Fasciculation potentials."""
    numbers = FasciculationNumbers(n, complex_n, n, cv, 60.0 * n / 100, **more)
    return {"fp": True, "fasciculation": numbers}


def discharge(
    name: str,
    bursts: int = 30,
    *,
    cv: float | None = 0.1,
    rate_hz: float | None = 3.0,
    longest_s: float = 1.0,
) -> dict[str, Any]:
    """Another discharge of one class."""
    numbers = ClassNumbers(1, bursts, 1, longest_s, cv, rate_hz, ("item",))
    return {"other": True, "discharges": MappingProxyType({name: numbers})}


def four(**changes: dict[str, Any]) -> tuple[MuscleFacts, ...]:
    """Five muscles, of all four regions; ``changes`` by muscle."""
    ids = ("genioglossus", "deltoid", "fdi", "psp_thor_low", "tib_ant", "gastroc_med")
    return tuple(muscle(i, **changes.get(i, {})) for i in ids)


def with_cn(*wanted: str, extra: dict[str, Any] | None = None) -> tuple[MuscleFacts, ...]:
    """All four regions; in those of ``wanted`` chronic and active change."""
    by = {
        "bulbar": ("genioglossus",),
        "cervical": ("deltoid", "fdi"),
        "thoracic": ("psp_thor_low",),
        "lumbosacral": ("tib_ant", "gastroc_med"),
    }
    change = {**CN, **(FIB if extra is None else extra)}
    return four(**{name: change for region in wanted for name in by[region]})


def study(muscles: tuple[MuscleFacts, ...], entries: dict[str, str]) -> StudyFacts:
    """Facts of a study."""
    return StudyFacts(muscles, Entries(MappingProxyType(entries)))


NCS_OK = {
    "ncs_block": "absent",
    "ncs_velocity": "normal",
    "ncs_latency": "normal",
    "ncs_sensory": "normal",
    "ncs_decrement": "none",
}
CLINIC_OK = {"weakness": "no", "wasting": "no", "reflexes": "normal", "sensory_loss": "no"}
NO_UMN = {f"umn_{r}": "absent" for r in ("bulbar", "cervical", "thoracic", "lumbosacral")}
ALS = {"progression": "yes", "exclusion": "done"}


def umn(*regions: str) -> dict[str, str]:
    """Upper motor neurone signs present there, absent elsewhere."""
    return {**NO_UMN, **{f"umn_{r}": "present" for r in regions}}


def lmn(*regions: str) -> dict[str, str]:
    """Clinical lower motor neurone signs present there, absent elsewhere."""
    none = {f"lmn_{r}": "absent" for r in ("bulbar", "cervical", "thoracic", "lumbosacral")}
    return {**none, **{f"lmn_{r}": "present" for r in regions}}


def one(**changes: Any) -> tuple[MuscleFacts, ...]:
    """One muscle."""
    return (muscle("tib_ant", **changes),)


SAMPLED = {"judged": False, "sample": 20, "outliers": 0}

MUSCLE: list[Case] = [
    ("60 s, 2 sites", "M0", one(rest_s=60.0, sites=2), {}, S),
    ("59.9 s", "M0", one(rest_s=59.99, sites=2), {}, I),
    ("1 site", "M0", one(sites=1), {}, I),
    ("no rest", "M0", one(rest_s=0.0), {}, I),
    ("20 % artefact", "M0", one(artefact_share=0.2), {}, S),
    ("over 20 % artefact", "M0", one(artefact_share=0.201), {}, I),
    ("1+", "M1", one(trains=True, trains_grade="1+"), {}, S),
    ("±", "M1", one(trains=True, trains_grade="±"), {}, I),
    ("4+", "M1", one(trains=True, trains_grade="4+"), {}, S),
    ("1+ in short rest still counts", "M1", one(trains=True, trains_grade="1+", rest_s=5.0), {}, S),
    ("absent, rest met", "M1", one(), {}, N),
    ("absent, 1 site", "M1", one(sites=1), {}, I),
    ("absent, 59 s", "M1", one(rest_s=59.0), {}, I),
    ("not known", "M1", one(trains=None, trains_grade=""), {}, I),
    ("one potential", "M2", one(**fp(1)), {}, S),
    ("many in short rest", "M2", one(**{**fp(40), "rest_s": 5.0}), {}, S),
    ("none in 90 s", "M2", one(rest_s=90.0), {}, N),
    ("none in 89.9 s", "M2", one(rest_s=89.99), {}, I),
    ("not known", "M2", one(fp=None), {}, I),
    ("reader: large", "M3", one(amplitude="increased"), {}, S),
    ("reader: long", "M3", one(duration="increased"), {}, S),
    ("reader: normal", "M3", one(), {}, N),
    ("reader: normal, recruitment open", "M3", one(recruitment=""), {}, I),
    ("reader: normal, reduced recruitment", "M3", one(recruitment="reduced"), {}, I),
    ("reader: single unit recruitment", "M3", one(recruitment="single unit"), {}, I),
    ("reader: only amplitude", "M3", one(duration=""), {}, I),
    ("small with early recruitment", "M3", one(**MYO), {}, N),
    ("nothing examined", "M3", one(**UNKNOWN_MUP), {}, I),
    ("20 inside limits", "M3", one(**SAMPLED), {}, N),
    ("19 inside limits", "M3", one(**{**SAMPLED, "sample": 19}), {}, I),
    ("10 over the limit", "M3", one(**{**SAMPLED, "sample": 10, "amplitude": "increased"}), {}, S),
    ("9 over the limit", "M3", one(**{**SAMPLED, "sample": 9, "amplitude": "increased"}), {}, I),
    ("3 outliers of 20", "M3", one(**{**SAMPLED, "outliers": 3}), {}, S),
    ("2 outliers of 20", "M3", one(**{**SAMPLED, "outliers": 2}), {}, N),
    ("3 outliers of 19", "M3", one(**{**SAMPLED, "sample": 19, "outliers": 3}), {}, I),
    ("no reference", "M3", one(**{**SAMPLED, "amplitude": "", "duration": ""}), {}, I),
    ("unstable alone is not enough", "M3", one(stability="unstable"), {}, N),
    ("short, early", "M4", one(**MYO), {}, S),
    ("short, recruitment normal", "M4", one(**{**MYO, "recruitment": "normal"}), {}, I),
    ("short, recruitment open", "M4", one(**{**MYO, "recruitment": ""}), {}, I),
    ("inside limits", "M4", one(), {}, N),
    ("20 short, early", "M4", one(**{**SAMPLED, **MYO, "judged": False}), {}, S),
    ("19 short, early", "M4", one(**{**SAMPLED, **MYO, "judged": False, "sample": 19}), {}, I),
    ("not examined", "M4", one(**UNKNOWN_MUP), {}, I),
    ("active and chronic", "M5", one(**CN, **FIB), {}, S),
    ("fasciculation does not count", "M5", one(**CN, **fp()), {}, N),
    ("active, no chronic", "M5", one(**FIB), {}, N),
    ("active, chronic open", "M5", one(**FIB, **UNKNOWN_MUP), {}, I),
    ("chronic, active open", "M5", one(**{**CN, **UNKNOWN_REST}), {}, I),
    ("no chronic, active open", "M5", one(**UNKNOWN_REST), {}, N),
    ("± and chronic", "M5", one(**CN, trains=True, trains_grade="±"), {}, I),
    ("myopathic takes the trains out", "M5", one(**MYO, **FIB), {}, N),
    ("chronic and active", "M6", one(**CN, **FIB), {}, S),
    ("chronic and fasciculation", "M6", one(**CN, **fp()), {}, S),
    ("fasciculation alone", "M6", one(**fp()), {}, N),
    ("fasciculation, chronic open", "M6", one(**fp(), **UNKNOWN_MUP), {}, I),
    ("chronic alone", "M6", one(**CN), {}, N),
    ("chronic, both open", "M6", one(**{**CN, **UNKNOWN_REST}), {}, I),
    ("chronic open, none of both", "M6", one(**UNKNOWN_MUP), {}, N),
    ("chronic, trains absent, fasciculation open", "M6", one(**CN, fp=None), {}, I),
    ("myopathic takes the trains out", "M6", one(**MYO, **FIB), {}, N),
]

HALF = {**CN, "trains": None, "trains_grade": "", "fp": None}  # chronic, the rest open
REGION: list[Case] = [
    ("tongue meets", "G1:bulbar:m5", with_cn("bulbar"), {}, S),
    ("tongue normal", "G1:bulbar:m5", four(), {}, N),
    ("no bulbar muscle", "G1:bulbar:m5", one(), {}, I),
    (
        "tongue open",
        "G1:bulbar:m6",
        (muscle("genioglossus", **{**UNKNOWN_REST, **UNKNOWN_MUP}),),
        {},
        I,
    ),
    (
        "one normal, one open",
        "G1:bulbar:m6",
        (muscle("genioglossus"), muscle("masseter", **{**UNKNOWN_REST, **UNKNOWN_MUP})),
        {},
        N,
    ),
    (
        "one normal, one half",
        "G1:bulbar:m6",
        (muscle("genioglossus"), muscle("masseter", **HALF)),
        {},
        I,
    ),
    ("fasciculation with change", "G1:bulbar:m6", with_cn("bulbar", extra=fp()), {}, S),
    ("the same by El Escorial", "G1:bulbar:m5", with_cn("bulbar", extra=fp()), {}, N),
    ("deltoid and FDI", "G2:cervical:m5", with_cn("cervical"), {}, S),
    (
        "either side",
        "G2:cervical:m5",
        (muscle("deltoid:L", **CN, **FIB), muscle("fdi:R", **CN, **FIB)),
        {},
        S,
    ),
    (
        "same nerve",
        "G2:cervical:m5",
        (muscle("adm", **CN, **FIB), muscle("fdi", **CN, **FIB)),
        {},
        I,
    ),
    (
        "same principal root",
        "G2:cervical:m5",
        (muscle("deltoid", **CN, **FIB), muscle("infraspinatus", **CN, **FIB)),
        {},
        I,
    ),
    (
        "principal roots overlap",
        "G2:cervical:m5",
        (muscle("deltoid", **CN, **FIB), muscle("biceps", **CN, **FIB)),
        {},
        I,
    ),
    (
        "principal root not named, roots apart",
        "G2:cervical:m5",
        (muscle("deltoid", **CN, **FIB), muscle("opponens", **CN, **FIB)),
        {},
        S,
    ),
    (
        "principal root not named, roots shared",
        "G2:cervical:m5",
        (muscle("triceps", **CN, **FIB), muscle("opponens", **CN, **FIB)),
        {},
        I,
    ),
    ("two fitting normal", "G2:cervical:m5", four(), {}, N),
    ("two of one nerve normal", "G2:cervical:m5", (muscle("adm"), muscle("fdi")), {}, I),
    (
        "1 meets of 3",
        "G2:cervical:m5",
        (muscle("deltoid", **CN, **FIB), muscle("fdi"), muscle("triceps")),
        {},
        I,
    ),
    (
        "1 meets of 4",
        "G2:cervical:m5",
        (muscle("deltoid", **CN, **FIB), muscle("fdi"), muscle("triceps"), muscle("apb")),
        {},
        N,
    ),
    ("nothing examined", "G2:cervical:m5", (muscle("tib_ant"),), {}, I),
    (
        "one half open",
        "G2:cervical:m6",
        (muscle("deltoid"), muscle("fdi"), muscle("apb", **HALF)),
        {},
        I,
    ),
    ("tib ant and gastrocnemius", "G2:lumbosacral:m6", with_cn("lumbosacral", extra=fp()), {}, S),
    ("tib ant alone", "G2:lumbosacral:m6", (muscle("tib_ant", **CN, **fp()),), {}, I),
    ("T6 to T12", "G3:thoracic:m6", with_cn("thoracic"), {}, S),
    ("abdominal", "G3:thoracic:m6", (muscle("rectus_abd", **CN, **FIB),), {}, S),
    ("T1 to T5 does not count", "G3:thoracic:m6", (muscle("psp_thor_upper", **CN, **FIB),), {}, I),
    ("intercostal does not count", "G3:thoracic:m6", (muscle("intercostal", **CN, **FIB),), {}, I),
    ("normal", "G3:thoracic:m6", (muscle("ext_oblique"),), {}, N),
    ("not examined", "G3:thoracic:m5", one(), {}, I),
]

TWO = with_cn("cervical", "lumbosacral")
THREE = with_cn("cervical", "thoracic", "lumbosacral")
CRITERIA: list[Case] = [
    ("all normal, nothing missing", "X1", four(), NCS_OK, None),
    ("not entered", "X1", four(), {}, I),
    ("one not entered", "X1", four(), {**NCS_OK, "ncs_block": ""}, I),
    ("block", "X1", four(), {**NCS_OK, "ncs_block": "present"}, N),
    ("slow", "X1", four(), {"ncs_velocity": "slow"}, N),
    ("late", "X1", four(), {"ncs_latency": "long"}, N),
    ("sensory", "X1", four(), {"ncs_sensory": "abnormal"}, N),
    ("decrement", "X1", four(), {"ncs_decrement": "over_20"}, N),
    ("full pattern in a weak muscle", "X1", one(weak=True), NCS_OK, N),
    (
        "reduced pattern in a weak muscle",
        "X1",
        one(weak=True, interference="discrete"),
        NCS_OK,
        None,
    ),
    ("myopathic in two muscles", "X1", four(deltoid=MYO, tib_ant=MYO), NCS_OK, N),
    ("myopathic in one muscle", "X1", four(deltoid=MYO), NCS_OK, None),
    ("two regions and the clinic", "C-REEC", TWO, {**ALS, **umn("bulbar")}, S),
    ("no upper signs entered", "C-REEC", TWO, ALS, I),
    ("upper signs absent", "C-REEC", TWO, {**ALS, **NO_UMN}, N),
    ("progression missing", "C-REEC", TWO, {"exclusion": "done", **umn("bulbar")}, I),
    ("no progression", "C-REEC", TWO, {**ALS, "progression": "no", **umn("bulbar")}, N),
    ("exclusion missing", "C-REEC", TWO, {"progression": "yes", **umn("bulbar")}, I),
    ("exclusion still open", "C-REEC", TWO, {**ALS, "exclusion": "open", **umn("bulbar")}, I),
    ("another cause", "C-REEC", TWO, {**ALS, "exclusion": "other_cause", **umn("bulbar")}, N),
    ("one region, all examined", "C-REEC", with_cn("cervical"), {**ALS, **umn("bulbar")}, N),
    ("one region, one open", "C-REEC", with_cn("cervical")[1:], {**ALS, **umn("bulbar")}, I),
    (
        "fasciculation is not enough here",
        "C-REEC",
        with_cn("cervical", "lumbosacral", extra=fp()),
        {**ALS, **umn("bulbar")},
        N,
    ),
    ("definite", "C-AWAJI", THREE, {**ALS, **umn("cervical", "thoracic", "lumbosacral")}, S),
    (
        "bulbar and two",
        "C-AWAJI",
        with_cn("bulbar", "cervical", "lumbosacral"),
        {**ALS, **umn("bulbar", "cervical", "lumbosacral")},
        S,
    ),
    ("probable", "C-AWAJI", TWO, {**ALS, **umn("cervical", "lumbosacral")}, S),
    ("possible: one region of both", "C-AWAJI", with_cn("cervical"), {**ALS, **umn("cervical")}, S),
    ("possible: lower above upper", "C-AWAJI", with_cn("bulbar"), {**ALS, **umn("lumbosacral")}, S),
    (
        "upper in one, above the lower",
        "C-AWAJI",
        with_cn("lumbosacral"),
        {**ALS, **lmn("lumbosacral"), **umn("bulbar")},
        N,
    ),
    (
        "lower by the clinic counts",
        "C-AWAJI",
        with_cn("cervical"),
        {**ALS, **lmn("lumbosacral"), **umn("cervical", "lumbosacral")},
        S,
    ),
    (
        "conduction block",
        "C-AWAJI",
        TWO,
        {**ALS, **umn("cervical", "lumbosacral"), "ncs_block": "present"},
        I,
    ),
    ("upper signs not entered", "C-AWAJI", TWO, ALS, I),
    ("none meets, all examined", "C-AWAJI", four(), {**ALS, **umn("bulbar", "cervical")}, N),
    ("none meets, one region open", "C-AWAJI", four()[1:], {**ALS, **umn("bulbar")}, I),
    (
        "lower in one and upper open elsewhere",
        "C-AWAJI",
        with_cn("cervical"),
        {**ALS, "umn_bulbar": "present"},
        I,
    ),
    ("both in one region", "C-GC", with_cn("cervical"), {**ALS, **umn("cervical")}, S),
    ("lower in two", "C-GC", TWO, {**ALS, **NO_UMN}, S),
    ("lower in two, upper not entered", "C-GC", TWO, ALS, I),
    ("lower in one, upper absent", "C-GC", with_cn("cervical"), {**ALS, **NO_UMN}, I),
    ("lower here, upper there", "C-GC", with_cn("cervical"), {**ALS, **umn("lumbosacral")}, I),
    ("no progression entered", "C-GC", TWO, {"exclusion": "done", **NO_UMN}, I),
    ("progression denied", "C-GC", TWO, {**ALS, **NO_UMN, "progression": "no"}, N),
    ("another cause", "C-GC", TWO, {**ALS, **NO_UMN, "exclusion": "other_cause"}, N),
    ("no region", "C-GC", four(), {**ALS, **umn("bulbar")}, N),
    (
        "no region by EMG, one by the clinic",
        "C-GC",
        four(),
        {**ALS, **lmn("cervical"), **umn("cervical")},
        S,
    ),
    ("no region, one open", "C-GC", four()[1:], {**ALS, **umn("bulbar")}, I),
    (
        "fasciculation with change counts",
        "C-GC",
        with_cn("cervical", extra=fp()),
        {**ALS, **umn("cervical")},
        S,
    ),
    ("two regions, no upper signs", "C-LMN", TWO, NO_UMN, S),
    ("two regions, not entered", "C-LMN", TWO, {}, I),
    ("two regions, three entered absent", "C-LMN", TWO, {**NO_UMN, "umn_bulbar": ""}, I),
    ("two regions, upper signs", "C-LMN", TWO, umn("bulbar"), None),
    ("one region", "C-LMN", with_cn("cervical"), NO_UMN, None),
]

FP_ONLY = four(tib_ant=fp())
FASCICULATION: list[Case] = [
    ("adequate study", "F1", FP_ONLY, {}, I),
    ("adequate study is not F2", "F2", FP_ONLY, {}, None),
    ("90 s each", "F1", four(tib_ant={**fp(), "rest_s": 90.0}), {}, I),
    ("89.9 s in one", "F1", four(tib_ant=fp(), deltoid={"rest_s": 89.99}), {}, None),
    ("89.9 s in one", "F2", four(tib_ant=fp(), deltoid={"rest_s": 89.99}), {}, I),
    ("a region missing", "F2", FP_ONLY[1:], {}, I),
    ("neurogenic change not assessed", "F2", four(tib_ant={**fp(), **UNKNOWN_MUP}), {}, I),
    ("trains not known in one", "F2", four(tib_ant=fp(), fdi={"trains": None}), {}, I),
    (
        "a fibrillation potential",
        "F1",
        four(tib_ant=fp(), fdi={"trains": True, "trains_grade": "±"}),
        {},
        None,
    ),
    (
        "a fibrillation potential",
        "F2",
        four(tib_ant=fp(), fdi={"trains": True, "trains_grade": "±"}),
        {},
        None,
    ),
    ("neurogenic change elsewhere", "F1", four(tib_ant=fp(), fdi=CN), {}, None),
    ("no fasciculation", "F1", four(), {}, None),
    ("clinic normal", "F3", FP_ONLY, {**CLINIC_OK, **NCS_OK}, S),
    ("clinic missing", "F3", FP_ONLY, {}, I),
    ("one entry missing", "F3", FP_ONLY, {**CLINIC_OK, **NCS_OK, "wasting": ""}, I),
    ("weakness", "F3", FP_ONLY, {"weakness": "yes"}, N),
    ("brisk reflexes", "F3", FP_ONLY, {**CLINIC_OK, **NCS_OK, "reflexes": "brisk"}, N),
    ("sensory loss", "F3", FP_ONLY, {"sensory_loss": "yes"}, N),
    ("conduction abnormal", "F3", FP_ONLY, {"ncs_sensory": "abnormal"}, N),
    (
        "upper motor neurone signs",
        "F3",
        FP_ONLY,
        {**CLINIC_OK, **NCS_OK, "umn_bulbar": "present"},
        N,
    ),
    ("neurogenic change", "F3", four(tib_ant={**fp(), **CN}), {**CLINIC_OK, **NCS_OK}, N),
    ("fibrillation", "F3", four(tib_ant={**fp(), **FIB}), {**CLINIC_OK, **NCS_OK}, N),
    ("limited study", "F3", FP_ONLY[1:], {**CLINIC_OK, **NCS_OK}, I),
    ("no fasciculation", "F3", four(), {**CLINIC_OK, **NCS_OK}, None),
    ("second study", "F4", FP_ONLY, {"repeat_study": "same"}, S),
    ("first study", "F4", FP_ONLY, {}, I),
    ("no fasciculation", "F4", four(), {}, None),
    ("one region", "F5", with_cn("cervical", extra=fp()), {}, I),
    ("two regions", "F5", with_cn("cervical", "lumbosacral", extra=fp()), {}, None),
    ("change in another muscle", "F5", four(tib_ant=fp(), fdi=CN), {}, None),
    (
        "two muscles, units known",
        "F6",
        four(tib_ant=fp(8, complex_n=4, units=2, isolated_windows=1), fdi=fp(4, complex_n=1)),
        {},
        S,
    ),
    (
        "10 potentials",
        "F6",
        four(tib_ant=fp(6, complex_n=4, isolated_windows=1), fdi=fp(4, complex_n=1)),
        {},
        S,
    ),
    (
        "9 potentials",
        "F6",
        four(tib_ant=fp(5, complex_n=4, isolated_windows=1), fdi=fp(4, complex_n=1)),
        {},
        I,
    ),
    ("one muscle", "F6", four(tib_ant=fp(20, complex_n=4, isolated_windows=1)), {}, I),
    ("units not known", "F6", four(tib_ant=fp(20, complex_n=4), fdi=fp(4, complex_n=1)), {}, I),
    (
        "no isolated units",
        "F6",
        four(tib_ant=fp(20, complex_n=4, isolated_windows=0), fdi=fp(4, complex_n=1)),
        {},
        I,
    ),
    ("none complex", "F6", FP_ONLY, {}, None),
    ("cramps entered", "F7", FP_ONLY, {"cramps": "yes", **NCS_OK}, S),
    ("cramp discharge", "F7", four(tib_ant={**fp(), **discharge("cramp")}), NCS_OK, S),
    ("conduction missing", "F7", FP_ONLY, {"cramps": "yes"}, I),
    ("cramps not entered", "F7", FP_ONLY, NCS_OK, I),
    ("no cramps", "F7", FP_ONLY, {"cramps": "no"}, None),
    ("fibrillation", "F7", four(tib_ant={**fp(), **FIB}), {"cramps": "yes", **NCS_OK}, N),
]

OTHER: list[Case] = [
    ("fibrillation alone", "P1", one(**FIB), {}, S),
    ("with change", "P1", one(**FIB, **CN), {}, None),
    ("change open", "P1", one(**FIB, **UNKNOWN_MUP), {}, I),
    ("9 potentials measured", "P1", one(**FIB, **{**SAMPLED, "sample": 9}), {}, I),
    ("myopathic", "P1", one(**FIB, **MYO), {}, None),
    ("± is no fibrillation yet", "P1", one(trains=True, trains_grade="±"), {}, None),
    ("change alone", "P2", four(tib_ant=CN), {}, S),
    ("change, rest too short", "P2", four(tib_ant={**CN, "rest_s": 50.0}), {}, I),
    ("fasciculation too", "P2", four(tib_ant={**CN, **fp()}), {}, None),
    ("no change", "P2", four(), {}, None),
    (
        "distal, both sides, sensory abnormal",
        "P3",
        (muscle("edb:L", **CN), muscle("edb:R", **CN)),
        {"ncs_sensory": "abnormal"},
        S,
    ),
    (
        "sensory normal",
        "P3",
        (muscle("edb:L", **CN), muscle("edb:R", **CN)),
        {"ncs_sensory": "normal"},
        N,
    ),
    ("sensory not entered", "P3", (muscle("edb:L", **CN), muscle("edb:R", **CN)), {}, I),
    ("one side", "P3", (muscle("edb:L", **CN), muscle("edb:R")), {"ncs_sensory": "abnormal"}, None),
    (
        "proximal too",
        "P3",
        (muscle("edb:L", **CN), muscle("vast_lat:R", **CN)),
        {"ncs_sensory": "abnormal"},
        None,
    ),
    ("repetitive alone", "P4", four(tib_ant=discharge("crd")), {}, S),
    ("repetitive and change", "P4", four(tib_ant={**discharge("crd"), **CN}), {}, None),
    (
        "repetitive and myotonic",
        "P4",
        four(tib_ant=discharge("crd"), fdi=discharge("myotonic")),
        {},
        None,
    ),
    ("all normal", "P5", four(), {}, S),
    ("a region missing", "P5", four()[1:], {}, I),
    ("motor units open in one", "P5", four(tib_ant=UNKNOWN_MUP), {}, I),
    ("89 s in one", "P5", four(tib_ant={"rest_s": 89.0}), {}, I),
    ("fasciculation", "P5", FP_ONLY, {}, None),
    ("reduced recruitment", "P5", four(tib_ant={"recruitment": "reduced"}), {}, None),
    ("5 bursts", "N4", one(**discharge("myokymic", 5)), {}, S),
    ("4 bursts", "N4", one(**discharge("myokymic", 4)), {}, I),
    ("with will", "N4", one(**discharge("myokymic")), {"changed_by_will": "yes"}, N),
    ("several units", "N4", one(**discharge("myokymic")), {"several_units": "yes"}, N),
    ("in the face", "N4", (muscle("orb_oris", **discharge("myokymic")),), {}, None),
    (
        "two muscles, sleep",
        "N5",
        four(tib_ant=discharge("neuromyotonic"), fdi=discharge("multiplet")),
        {"sleep": "persist"},
        S,
    ),
    (
        "sleep not entered",
        "N5",
        four(tib_ant=discharge("neuromyotonic"), fdi=discharge("multiplet")),
        {},
        I,
    ),
    ("one muscle", "N5", four(tib_ant=discharge("neuromyotonic")), {"sleep": "persist"}, I),
    ("none", "N5", four(), {"sleep": "persist"}, None),
    (
        "three muscles",
        "N6",
        four(
            tib_ant=discharge("myotonic"), fdi=discharge("myotonic"), deltoid=discharge("myotonic")
        ),
        {},
        S,
    ),
    ("two muscles", "N6", four(tib_ant=discharge("myotonic"), fdi=discharge("myotonic")), {}, I),
    (
        "one of 500 ms",
        "N6",
        tuple(
            muscle(i, **discharge("myotonic", longest_s=0.5)) for i in ("fdi", "deltoid", "tib_ant")
        ),
        {},
        S,
    ),
    (
        "one of 499 ms",
        "N6",
        (
            *(muscle(i, **discharge("myotonic")) for i in ("fdi", "deltoid")),
            muscle("tib_ant", **discharge("myotonic", longest_s=0.499)),
        ),
        {},
        I,
    ),
    ("only wane", "N6", four(tib_ant=discharge("myotonic")), {"waning_only": "yes"}, N),
]

BOTH_HIGH = {
    **discharge("neuromyotonic"),
    "discharges": MappingProxyType(
        {
            "neuromyotonic": ClassNumbers(1, 1, 1, 1.0, 0.1, 200.0, ()),
            "crd": ClassNumbers(1, 1, 1, 1.0, 0.1, 30.0, ()),
        }
    ),
}
OTHER.append(("with repetitive ones", "N5", one(**BOTH_HIGH), {"sleep": "stop"}, N))

# L5: tibialis anterior (deep peroneal) and tibialis posterior (tibial) share L5; L4 and S1 normal.
L5 = (
    muscle("tib_ant", **CN),
    muscle("tib_post", **FIB),
    muscle("per_long", **CN),
    muscle("vast_lat"),
    muscle("add_long"),
    muscle("gastroc_med"),
    muscle("psp_lumb_mid"),
)
ROOT = {"onset_weeks": "6", "surgery": "none", "ncs_sensory": "normal"}
PERONEAL = (
    muscle("tib_ant", **CN),
    muscle("ehl", **FIB),
    muscle("tib_post"),
    muscle("psp_lumb_mid"),
)
TERRITORY: list[Case] = [
    ("L5", "N1", L5, ROOT, S),
    ("3 weeks", "N1", L5, {**ROOT, "onset_weeks": "3"}, S),
    ("2.9 weeks", "N1", L5, {**ROOT, "onset_weeks": "2.9"}, I),
    ("onset not entered", "N1", L5, {**ROOT, "onset_weeks": ""}, I),
    ("surgery there", "N1", L5, {**ROOT, "surgery": "lumbosacral"}, I),
    ("surgery elsewhere", "N1", L5, {**ROOT, "surgery": "cervical"}, S),
    ("surgery not entered", "N1", L5, {**ROOT, "surgery": ""}, I),
    ("sensory abnormal", "N1", L5, {**ROOT, "ncs_sensory": "abnormal"}, N),
    ("sensory not entered", "N1", L5, {**ROOT, "ncs_sensory": ""}, I),
    ("6 muscles", "N1", (*L5[:2], *L5[3:]), ROOT, S),
    ("5 muscles", "N1", (*L5[:2], *L5[3:4], *L5[5:]), ROOT, I),
    ("no paraspinal", "N1", L5[:6], ROOT, I),
    ("no normal muscle of S1", "N1", (*L5[:5], L5[6]), ROOT, I),
    ("paraspinal of the level", "N1", (*L5[:6], muscle("psp_lumb_mid", **FIB)), ROOT, S),
    ("paraspinal of another level", "N1", (*L5[:6], muscle("psp_lumb_upper", **FIB)), ROOT, N),
    ("one nerve", "N1", PERONEAL, ROOT, N),
    ("no common root", "N1", (muscle("vast_lat", **CN), muscle("gastroc_med", **CN)), ROOT, N),
    ("both sides and arm", "N1", (*L5, muscle("tib_ant:L", **CN), muscle("fdi", **CN)), ROOT, N),
    ("one muscle", "N1", (L5[0], *L5[3:]), ROOT, None),
    ("peroneal", "N2", PERONEAL, {"ncs_sensory": "abnormal"}, S),
    ("sensory not entered", "N2", PERONEAL, {}, I),
    ("sensory normal", "N2", PERONEAL, {"ncs_sensory": "normal"}, N),
    ("no paraspinal", "N2", PERONEAL[:3], {"ncs_sensory": "abnormal"}, I),
    (
        "no other nerve of the root",
        "N2",
        (*PERONEAL[:2], PERONEAL[3]),
        {"ncs_sensory": "abnormal"},
        I,
    ),
    ("one muscle", "N2", (PERONEAL[0], *PERONEAL[2:]), {"ncs_sensory": "abnormal"}, I),
    (
        "sciatic",
        "N2",
        (*PERONEAL[:2], muscle("gastroc_med", **CN), muscle("glut_med"), PERONEAL[3]),
        {"ncs_sensory": "abnormal"},
        S,
    ),
    ("two nerves", "N2", (muscle("vast_lat", **CN), muscle("tib_ant", **CN)), {}, N),
    ("paraspinal changed", "N2", (*PERONEAL[:3], muscle("psp_lumb_mid", **FIB)), {}, N),
    ("nothing", "N2", four(), {}, None),
    ("inside", "N3", one(**fp()), {"decompressed_root": "L5"}, S),
    ("outside", "N3", one(**fp()), {"decompressed_root": "S1"}, N),
    ("not entered", "N3", one(**fp()), {}, I),
    ("no operation", "N3", one(**fp()), {"decompressed_root": "none"}, None),
    (
        "cramp in a nerve",
        "N3",
        (muscle("fdi", **discharge("cramp")),),
        {"decompressed_root": "ulnar"},
        S,
    ),
    ("nothing", "N3", four(), {"decompressed_root": "L5"}, None),
]

FACE_OK = {"face_changed": "no", "face_synchrony": "asynchronous"}


def face(*where: str, **changes: Any) -> tuple[MuscleFacts, ...]:
    """Facial muscles that share a change."""
    return tuple(muscle(w, **changes) for w in where)


TWITCH = (*four(gastroc_med=fp()),)
EYELID = (*four(), muscle("orb_oculi", **fp()))
FACE: list[Case] = [
    ("two muscles", "A1", face("orb_oculi", "orb_oris", **discharge("myokymic", 10)), FACE_OK, S),
    (
        "19 discharges",
        "A1",
        (
            muscle("orb_oculi", **discharge("myokymic", 10)),
            muscle("orb_oris", **discharge("myokymic", 9)),
        ),
        FACE_OK,
        I,
    ),
    ("one muscle", "A1", face("orb_oris", **discharge("myokymic")), FACE_OK, I),
    ("both sides", "A1", face("orb_oris:L", "orb_oris:R", **discharge("myokymic")), FACE_OK, I),
    ("CV 0.3", "A1", face("orb_oculi", "orb_oris", **discharge("myokymic", cv=0.3)), FACE_OK, S),
    ("CV 0.31", "A1", face("orb_oculi", "orb_oris", **discharge("myokymic", cv=0.31)), FACE_OK, N),
    (
        "rhythm not measured",
        "A1",
        face("orb_oculi", "orb_oris", **discharge("myokymic", cv=None)),
        FACE_OK,
        I,
    ),
    (
        "0.8 per s",
        "A1",
        face("orb_oculi", "orb_oris", **discharge("myokymic", rate_hz=0.8)),
        FACE_OK,
        S,
    ),
    (
        "0.7 per s",
        "A1",
        face("orb_oculi", "orb_oris", **discharge("myokymic", rate_hz=0.7)),
        FACE_OK,
        N,
    ),
    (
        "30 per s",
        "A1",
        face("orb_oculi", "orb_oris", **discharge("myokymic", rate_hz=30.0)),
        FACE_OK,
        S,
    ),
    (
        "31 per s",
        "A1",
        face("orb_oculi", "orb_oris", **discharge("myokymic", rate_hz=31.0)),
        FACE_OK,
        N,
    ),
    (
        "changed by will",
        "A1",
        face("orb_oculi", "orb_oris", **discharge("myokymic")),
        {**FACE_OK, "face_changed": "yes"},
        N,
    ),
    (
        "synchronous",
        "A1",
        face("orb_oculi", "orb_oris", **discharge("myokymic")),
        {**FACE_OK, "face_synchrony": "synchronous"},
        N,
    ),
    (
        "will not entered",
        "A1",
        face("orb_oculi", "orb_oris", **discharge("myokymic")),
        {"face_synchrony": "asynchronous"},
        I,
    ),
    ("none", "A1", four(), FACE_OK, None),
    (
        "two branches",
        "A2",
        face("orb_oculi", "orb_oris", **discharge("hfs")),
        {"face_synchrony": "synchronous", "lateral_spread": "yes"},
        S,
    ),
    (
        "one branch",
        "A2",
        face("orb_oris", **discharge("hfs")),
        {"face_synchrony": "synchronous", "lateral_spread": "yes"},
        I,
    ),
    (
        "lateral spread not done",
        "A2",
        face("orb_oculi", "orb_oris", **discharge("hfs")),
        {"face_synchrony": "synchronous"},
        I,
    ),
    (
        "synchrony not entered",
        "A2",
        face("orb_oculi", "orb_oris", **discharge("hfs")),
        {"lateral_spread": "yes"},
        I,
    ),
    (
        "asynchronous",
        "A2",
        face("orb_oculi", "orb_oris", **discharge("hfs")),
        {"face_synchrony": "asynchronous"},
        N,
    ),
    (
        "both sides",
        "A2",
        face("orb_oculi:L", "orb_oris:R", **discharge("hfs")),
        {"face_synchrony": "synchronous"},
        N,
    ),
    (
        "no synkinesis",
        "A2",
        face("orb_oculi", "orb_oris", **discharge("hfs")),
        {"synkinesis": "no"},
        N,
    ),
    ("none", "A2", four(), {}, None),
    (
        "palsy, change, synkinesis",
        "A3",
        face("orb_oris", **CN),
        {"facial_palsy": "right", "synkinesis": "yes"},
        S,
    ),
    ("no palsy", "A3", face("orb_oris", **CN), {"facial_palsy": "none"}, N),
    ("palsy not entered", "A3", face("orb_oris", **CN), {"synkinesis": "yes"}, I),
    ("synkinesis not entered", "A3", face("orb_oris", **CN), {"facial_palsy": "right"}, I),
    ("no change in the face", "A3", four(), {"facial_palsy": "right", "synkinesis": "yes"}, I),
    ("nothing", "A3", four(), {}, None),
    ("calf", "A4", TWITCH, {}, S),
    ("eyelid", "A4", EYELID, {"face_weakness": "no"}, S),
    ("eyelid, face weak", "A4", EYELID, {"face_weakness": "yes"}, N),
    ("eyelid, face not entered", "A4", EYELID, {}, I),
    ("rhythm not measured", "A4", four(gastroc_med=fp(cv=None)), {}, I),
    ("change in the calf", "A4", four(gastroc_med={**fp(), **CN}), {}, N),
    ("fibrillation elsewhere", "A4", four(gastroc_med=fp(), fdi=FIB), {}, N),
    ("motor units open", "A4", four(gastroc_med={**fp(), **UNKNOWN_MUP}), {}, I),
    ("elsewhere", "A4", FP_ONLY, {}, None),
    ("one arm", "A5", four(fdi=fp()), {}, S),
    ("the neck", "A5", (*four(), muscle("trapezius_upper", **fp()), muscle("scm", **fp())), {}, S),
    (
        "around the mouth",
        "A5",
        (*four(), muscle("orb_oris", **fp()), muscle("mentalis:L", **fp())),
        {},
        S,
    ),
    ("other regions not examined", "A5", (muscle("fdi", **fp()),), {}, I),
    ("arm and leg", "A5", four(fdi=fp(), tib_ant=fp()), {}, N),
    ("both arms", "A5", (*four(fdi=fp()), muscle("fdi:L", **fp())), {}, N),
    ("calf alone is A4", "A5", TWITCH, {}, None),
    ("calf with change", "A5", four(gastroc_med={**fp(), **CN}), {}, S),
    ("none", "A5", four(), {}, None),
]

HISTORY: list[Case] = [
    ("penicillin", "H1", FP_ONLY, {"exposure": "penicillin"}, S),
    ("two of them", "H1", FP_ONLY, {"exposure": "cholinesterase_inhibitor lithium"}, S),
    ("none", "H1", FP_ONLY, {"exposure": "none"}, None),
    ("not entered", "H1", FP_ONLY, {}, I),
    ("raised", "H2", FP_ONLY, {"thyroid": "raised"}, S),
    ("normal", "H2", FP_ONLY, {"thyroid": "normal"}, N),
    ("not entered", "H2", FP_ONLY, {}, I),
    ("raised without fasciculation", "H2", four(), {"thyroid": "raised"}, None),
    ("scorpion", "H3", FP_ONLY, {"envenomation": "scorpion"}, S),
    ("none", "H3", FP_ONLY, {"envenomation": "none"}, None),
    ("not entered", "H3", FP_ONLY, {}, I),
]

# Whatever the clinic says, fasciculation potentials alone are insufficient.
EVERYTHING = {
    **ALS,
    **umn("bulbar", "cervical", "lumbosacral"),
    **lmn("bulbar", "cervical", "lumbosacral"),
}
HARDEST: list[Case] = [
    (f"{kind}, {words}", rule, muscles, entries, I)
    for rule in ("C-REEC", "C-AWAJI", "C-GC")
    for kind, muscles in (("adequate", FP_ONLY), ("limited", FP_ONLY[1:]))
    for words, entries in (
        ("nothing entered", {}),
        ("everything for it", EVERYTHING),
        ("everything against it", {**NO_UMN, "progression": "no", "exclusion": "other_cause"}),
    )
]

CASES: list[Case] = [
    *MUSCLE,
    *REGION,
    *CRITERIA,
    *FASCICULATION,
    *OTHER,
    *TERRITORY,
    *FACE,
    *HISTORY,
    *HARDEST,
]
