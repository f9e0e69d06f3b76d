"""What the clocks of a place are ahead of UTC, for recordings that do not tell."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from secondwind.running.activity import Activity
from secondwind.running.ground import is_indoors


def offset_there_s(activity: Activity) -> int | None:
    """Seconds that local time was ahead of UTC where and when an activity began, summer time included.

    None without a date or a position, and for a track that is none of the real ground (a virtual run). Zones
    are those of the time zone boundary builder, simplified: right but for some kilometres along a border.
    """
    lat, lon = activity.samples.lat_deg, activity.samples.lon_deg
    if activity.start is None or lat is None or lon is None or is_indoors(activity):
        return None
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    if not len(known):
        return None
    name = _zone(float(lat[known[0]]), float(lon[known[0]]))
    try:
        ahead = activity.start.astimezone(ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return None if ahead is None else ahead // timedelta(seconds=1)


def _zone(lat_deg: float, lon_deg: float) -> str:
    import tzfpy  # its boundaries are 35 MB, which only reading such a recording should cost

    return tzfpy.get_tz(lon_deg, lat_deg)
