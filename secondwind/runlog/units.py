"""Distances, heights and paces as people read them, in kilometres or miles."""

from secondwind.accounts.models import Units
from secondwind.running.formulas import FOOT_M, KM_M, MILE_M, clock, pace_s_per_km

FINE_BELOW, WHOLE_FROM = 10, 100  # kilometres or miles


def per_unit_m(units: str) -> float:
    """Metres of one kilometre or mile."""
    return MILE_M if units == Units.MI else KM_M


def distance(metres: float | None, units: str = Units.KM) -> str:
    """ "8.45 km", "42.2 km", "5.25 mi"; empty for None."""
    return "" if metres is None else f"{amount(metres, units)} {units}"


def amount(metres: float, units: str = Units.KM) -> str:
    """The same without its unit: two digits after the point below 10, none from 100 on."""
    value = metres / per_unit_m(units)
    if value >= WHOLE_FROM:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < FINE_BELOW else f"{value:.1f}"


def brief(metres: float, units: str = Units.KM) -> str:
    """The same for a narrow cell: "8.4", "21"."""
    value = metres / per_unit_m(units)
    return f"{value:.1f}" if value < FINE_BELOW else f"{value:.0f}"


def height(metres: float | None, units: str = Units.KM) -> str:
    """ "210 m", "690 ft"; empty for None."""
    if metres is None:
        return ""
    return f"{metres / FOOT_M:,.0f} ft" if units == Units.MI else f"{metres:,.0f} m"


def duration(seconds: float | None) -> str:
    """ "45:10", "1:02:03"; empty for None."""
    return "" if seconds is None else clock(seconds)


def pace(distance_m: float | None, time_s: float | None, units: str = Units.KM) -> str:
    """ "5:04 /km", "8:09 /mi"; empty without way or time."""
    each = pace_s_per_km(distance_m or 0, time_s or 0)
    return "" if each is None else f"{clock(each * per_unit_m(units) / KM_M)} /{units}"
