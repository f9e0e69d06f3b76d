"""Local time of a recording that does not tell it: by the place, summer time and half hours included."""

from datetime import UTC, datetime

import pytest

from secondwind.running.files import read

JANUARY, JULY = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)
HOUR = 3600


def offset_of(lat: object, lon: object, start: datetime | None, kind: str = "running") -> int | None:
    stamp = "" if start is None else f"<time>{start:%Y-%m-%dT%H:%M}:%02dZ</time>"
    points = "".join(
        f'<trkpt lat="{lat}" lon="{lon}"><ele>{n}</ele>{stamp % n if stamp else ""}</trkpt>' for n in range(9)
    )
    page = f"<gpx><trk><type>{kind}</type><trkseg>{points}</trkseg></trk></gpx>"
    return read("a.gpx", page.encode())[0].utc_offset_s


@pytest.mark.parametrize(
    ("lat", "lon", "start", "expected"),
    [
        (52.52, 13.40, JANUARY, HOUR),  # Berlin
        (52.52, 13.40, JULY, 2 * HOUR),
        (-36.85, 174.76, JANUARY, 13 * HOUR),  # Auckland, in its summer
        (27.70, 85.32, JULY, 5 * HOUR + 45 * 60),  # Kathmandu
        (21.30, -157.86, JULY, -10 * HOUR),  # Honolulu
        (30.0, -40.0, JULY, -3 * HOUR),  # the open sea, by its longitude
        (90.0, 180.0, JULY, 12 * HOUR),
    ],
)
def test_a_place_tells_what_its_clocks_said(lat: float, lon: float, start: datetime, expected: int) -> None:
    assert offset_of(lat, lon, start) == expected


def test_without_a_date_or_on_no_real_ground_nobody_knows() -> None:
    assert offset_of(52.52, 13.40, None) is None
    assert offset_of(-11.6, 166.9, JULY, "virtual_run") is None
