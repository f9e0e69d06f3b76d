"""The vocabulary as values: one frozen dataclass for each kind of entry in the data files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from secondwind.clinic.model import Effect, Kind, Reply, Side, Urgency


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a data file. `file` is relative to the knowledge directory, `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class KnowledgeError(Exception):
    """The data files cannot be used. `problems` says what is wrong and where, in the order of the files."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the body with a danger screen of its own."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Region:
    """A place on the body. A fine one has `neighbours`; a wider one has `members` and stands for any of
    them.
    """

    id: str
    label: str
    area: str
    coarse: str
    neighbours: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def fine(self) -> tuple[str, ...]:
        """The fine places that it stands for: itself, or its members."""
        return self.members or (self.id,)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a runner can say yes, no or unsure to.

    `base` is the share of injured runners who say yes when none of the conditions that list it is there. A
    finding without a `question` is only read from words: it is never asked and weighs nothing.
    """

    id: str
    group: str
    label: str
    question: str = ""
    base: float = 0.0
    screen: bool = False
    self_test: bool = False


@dataclass(frozen=True, slots=True)
class Treatment:
    """Something runners try, and in one sentence what is known of it."""

    id: str
    label: str
    coarse: str
    says: str
    source: str
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """An examination or scan, and the findings that a clear or an abnormal result answers."""

    id: str
    label: str
    coarse: str = ""
    clear_sets: Mapping[str, Reply] = field(default_factory=dict)
    abnormal_sets: Mapping[str, Reply] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A name that runners use for what they think it is, and the conditions that it may mean."""

    id: str
    label: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a yes and a no to a finding say about a condition.

    `lr_pos` and `lr_neg` are likelihood ratios, on either side of 1. `basis` is expert or published;
    `published_value` is the figure behind a published one, as its source gives it.
    """

    id: str
    lr_pos: float
    lr_neg: float
    basis: str
    source: str
    published_value: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: how common it is (`prior`, per thousand injured runners), where it hurts and what speaks
    for or against it.

    `regions` gives each fine place a weight from 0 to 1 (1 is the typical place). `mimics` are pairs of
    another condition and what tells the two apart.
    """

    id: str
    name: str
    also_called: tuple[str, ...]
    family: str
    codes: Mapping[str, tuple[str, ...]]
    urgency: Urgency
    red_flag: bool
    prior: float
    prior_basis: str
    regions: Mapping[str, float]
    evidence: tuple[Evidence, ...]
    ask_first: tuple[str, ...]
    first_care: tuple[str, ...]
    course: str
    return_plan: str
    see: str
    sources: tuple[str, ...]
    about: str = ""
    feels: str = ""
    lay_name: str = ""
    mimics: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A danger sign: one yes of `any`, every one of `all` and, where given, a place of `regions_any` ask
    for `action`.
    """

    id: str
    action: Urgency
    any: tuple[str, ...]
    all: tuple[str, ...]
    regions_any: tuple[str, ...]
    say: str
    conditions: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Implication:
    """When everything given here holds, `then` is answered with `reply` unless the runner answered it.

    `any`: one of these was answered yes; `all`: each of them; `no_any`: one of these was answered no;
    `places_any`: one of these places is marked; `treatments_any`: one of these had the `effect`. Ages in
    years, `age_from` included and `age_under` not; days likewise.
    """

    id: str
    then: str
    reply: Reply
    why: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    no_any: tuple[str, ...] = ()
    places_any: tuple[str, ...] = ()
    side: tuple[Side, ...] = ()
    treatments_any: tuple[str, ...] = ()
    effect: Effect | None = None
    age_from: float | None = None
    age_under: float | None = None
    days_from: float | None = None
    days_under: float | None = None


@dataclass(frozen=True, slots=True)
class PlanFlag:
    """Something a session may show beside pain, and what it leads to: `then` at once (repeat, back, be_seen),
    `twice` after two in a row (nothing: as `then`).
    """

    id: str
    then: str
    label: str
    twice: str = ""


@dataclass(frozen=True, slots=True)
class PlanRules:
    """What a plan's sentences say, as values; see `return_plans.yaml`. Stages count from 1; `fork` and
    `uneven_stage` 0 are none.

    `least_days` maps a stage to the days it takes at least.
    """

    over_limit: str
    twice: str
    on_your_own: bool = True
    rest_after: int = 0
    uneven_stage: int = 0
    fork: int = 0
    least_days: Mapping[int, int] = field(default_factory=dict)
    flags: tuple[PlanFlag, ...] = ()
    stop_signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A way back to running. `pain_limit` and `pain_max` are 0-10; `stages` are in order."""

    id: str
    name: str
    pain_limit: float
    pain_max: float
    settle_by: str
    start: tuple[str, ...]
    stages: tuple[str, ...]
    rules: PlanRules
    source: str
    stop: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """Where something comes from. `status`: corpus (a copy was read), memory (recalled) or expert
    (judgement).
    """

    id: str
    cite: str
    address: str
    status: str


@dataclass(frozen=True, slots=True)
class Engine:
    """The numbers of ranking, questions and urgency; each is explained in `engine.yaml`."""

    region_epsilon: float
    region_lambda: float
    neighbour_weight: float
    wider_place: float
    next_place: float
    alarm_lr: Mapping[str, float]
    group_damping: float
    max_abs_log_lr: float
    temperature: float
    other_prior: float
    other_region: float
    expert_scale: tuple[float, ...]
    fits_well: float
    possible: float
    cannot_tell: float
    escalate_mass: Mapping[str, float]
    escalate_rise: float
    signs_at_once: int
    must_not_miss: float
    max_questions: int
    questions_at_once: int
    min_gain_bits: float
    top1_confident: float
    active_share: float
    unsure: float
    unsure_self_test: float
    cost_self_test: float
    cost_hop: float
    danger_value: float
    danger_weight: Mapping[str, float]
    ask_first_bonus: float
    hop_tests: tuple[str, ...]
    no_hop_findings: tuple[str, ...]
    no_hop_places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The numbers of similar cases; each is explained in `similarity.yaml`."""

    basis: str
    neighbour: float
    next_place: float
    place_power: float
    place_least: float
    place_unknown: float
    place_guess: float
    place_guess_bits: float
    place_guess_least: float
    bits_max: float
    bits_denied: float
    base: float
    contradiction: float
    near: float
    opposed: float
    prior_bits: float
    groups: Mapping[str, float]
    tried_bits: float
    helped_bits: float
    done_bits: float
    result_bits: float
    suspicion_bits: float
    fits_weight: float
    fits_least: float
    fits_shown: float
    bm25_k1: float
    bm25_b: float
    text_full: float
    text_floor: float
    text_weight: float
    meaning_none: float
    meaning_full: float
    meaning_weight: float
    meaning_shown: float
    floor: float
    same_pattern: float
    weighty: float
    reasons_least: int
    words_shown: int
    word_share: float
    short_account: int
    bits_per_hundred: float
    near_findings: tuple[tuple[str, str], ...]
    opposites: tuple[tuple[str, str], ...]
    synonyms: tuple[tuple[str, ...], ...]
    stop_words: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Everything the engine knows, as loaded from one version of the data files.

    `version` is the start of the SHA-256 of all data files. `screens` maps an area (or `every_case`) to
    findings in the order of asking. `language` holds the content of `language/*.yaml` by file name, as it
    stands. `memo` keeps what other modules derive from the data once.
    """

    version: str
    areas: Mapping[str, Area]
    regions: Mapping[str, Region]
    findings: Mapping[str, Finding]
    treatments: Mapping[str, Treatment]
    tests: Mapping[str, Test]
    suspicions: Mapping[str, Suspicion]
    conditions: Mapping[str, Condition]
    rules: tuple[Rule, ...]
    screens: Mapping[str, tuple[str, ...]]
    implications: tuple[Implication, ...]
    plans: Mapping[str, Plan]
    sources: Mapping[str, SourceEntry]
    engine: Engine
    likeness: Likeness
    language: Mapping[str, Any]
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    def label(self, kind: Kind, key: str) -> str:
        """The short words for an item of a case; its id when nobody knows it."""
        by_kind: dict[Kind, Mapping[str, Any]] = {
            Kind.PLACE: self.regions,
            Kind.FINDING: self.findings,
            Kind.TREATMENT: self.treatments,
            Kind.TEST: self.tests,
            Kind.SUSPICION: self.suspicions,
        }
        entry = by_kind[kind].get(key)
        return entry.label if entry else key
