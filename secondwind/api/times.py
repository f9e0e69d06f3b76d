"""Days and times as they come in: written out (RFC 3339), where pydantic would take bare numbers too."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

EARLIEST, LATEST = 1900, 2999


def _written_out(value: object) -> object:
    if isinstance(value, str) and value.count("-") < 2:
        raise ValueError("Write it as 2026-11-28, and a time as 2026-11-28T09:30:00Z.")
    return value


def _of_our_days(value: date) -> date:
    # A database knows no year 1, and a time of it cannot be told in another zone.
    if not EARLIEST <= value.year <= LATEST:
        raise ValueError(f"Say a year from {EARLIEST} to {LATEST}.")
    return value


Day = Annotated[date, BeforeValidator(_written_out), AfterValidator(_of_our_days)]
Time = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_of_our_days)]
