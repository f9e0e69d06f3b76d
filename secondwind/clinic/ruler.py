"""Pain from 0 to 10 in the zones of a return plan."""

from dataclasses import dataclass

from secondwind.clinic.knowledge import Plan


@dataclass(frozen=True, slots=True)
class Mark:
    """One number of the pain ruler and its zone: fine, edge or stop."""

    pain: int
    zone: str


def ruler(plan: Plan) -> tuple[Mark, ...]:
    """The numbers from 0 to 10: up to the limit fine, up to the ceiling the edge, above stop."""
    return tuple(Mark(pain, _zone(pain, plan)) for pain in range(11))


def _zone(pain: int, plan: Plan) -> str:
    if pain <= plan.pain_limit:
        return "fine"
    return "edge" if pain <= plan.pain_max else "stop"
