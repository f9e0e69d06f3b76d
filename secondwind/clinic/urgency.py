"""How soon to be seen, in words, for each level. Convention of clinical triage; no published figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from secondwind.clinic.model import Urgency


@dataclass(frozen=True, slots=True)
class Timing:
    """The words for one level of urgency: a headline, when, and whom to see."""

    id: str
    title: str
    when: str
    whom: str


TIMING: Mapping[Urgency, Timing] = MappingProxyType(
    {
        Urgency.EMERGENCY: Timing(
            "emergency",
            "Get help now",
            "This cannot wait.",
            "Emergency services: 112 works across the EU, 999 in the UK, 911 in the US.",
        ),
        Urgency.SAME_DAY: Timing(
            "same_day",
            "Be seen today",
            "Today, not tomorrow morning, even if it eases in the meantime.",
            "An urgent-care clinic, the out-of-hours doctor or an emergency department. "
            "Ring first if you can, and say which sign sent you.",
        ),
        Urgency.WITHIN_WEEK: Timing(
            "within_week",
            "Be seen within a week",
            "Ring today or tomorrow, so that somebody has looked at it before the week is over.",
            "A doctor, or a sports physician if you can get one. Take the one-page summary along.",
        ),
        Urgency.ROUTINE: Timing(
            "routine",
            "Make an appointment",
            "In the next two to four weeks; sooner if it gets worse.",
            "A physiotherapist or a sports physician. Take the one-page summary along.",
        ),
        Urgency.SELF_CARE: Timing(
            "self_care",
            "You can look after it yourself for now",
            "Follow the pain limits below, and be seen if it is not clearly better in 14 days.",
            "Nobody yet, as things stand. If you want it looked at, a physiotherapist is a good choice.",
        ),
    }
)
