"""The ground under a recording: an even grid in time while moving, and one of 5 m along the way.

Stops are left out, because a receiver that stands still draws a tangle. Hops that nobody runs (a lost fix, a
pause with a bus ride) are closed, so that only the shape of the way that was run is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import ON_FOOT, Activity, Column, Pause, Samples
from secondwind.running.geo import steps_m
from secondwind.running.smooth import gaussian, roughness

STEP_M = 5.0
MOST_NODES = 400_000
MOST_TICKS = 400_000
FOOT_MPS, OTHER_MPS = 12.0, 40.0
SLACK_M = 30.0
"""Faster between two fixes, by more than so far, is an error of the receiver that its usual scatter does not
explain."""
GAP_S = 30.0
STANDING_MPS = 0.3
STANDING_WINDOW_S = 20.0
NOMINAL_MPS = 3.0
"""A track without times is walked through at this speed, to have a grid at all."""
ALTITUDE_MPS = 5.0
ALTITUDE_STEP_M = 15.0
LEAST_POINTS = 10
LEAST_M = 50.0
INDOORS = frozenset({"treadmill", "virtual_activity"})


@dataclass(frozen=True, eq=False)
class Ticks:
    """The moving part of a recording at even steps of time: `step_s`, place in metres east and north of the
    start, altitude (or None), time of the recording (NaN when it has none)."""

    step_s: float
    x_m: Column
    y_m: Column
    altitude_m: Column | None
    time_s: Column


@dataclass(frozen=True, eq=False)
class Ground:
    """The way at nodes every 5 m: place, altitude (or None), time. `noise_m` is the receiver's scatter."""

    x_m: Column
    y_m: Column
    altitude_m: Column | None
    time_s: Column
    noise_m: float
    speed_mps: float
    ticks: Ticks

    @property
    def length_m(self) -> float:
        """The length of the smoothed way."""
        return STEP_M * (len(self.x_m) - 1)


def is_indoors(activity: Activity) -> bool:
    """Whether a track, if there is one, is none of the real ground."""
    return activity.sub_sport in INDOORS or activity.sub_sport.startswith("indoor")


def ground_of(activity: Activity) -> Ground | None:
    """The ground of an activity; None without a track, indoors, or when it never left the spot."""
    samples = activity.samples
    if not samples.has_track or is_indoors(activity):
        return None
    fastest = FOOT_MPS if activity.sport in ON_FOOT or not activity.sport else OTHER_MPS
    ticks = _ticks(samples, activity.pauses, fastest)
    return None if ticks is None else _nodes(ticks)


def _ticks(samples: Samples, pauses: tuple[Pause, ...], fastest: float) -> Ticks | None:
    assert samples.lat_deg is not None  # noqa: S101  has_track was asked
    assert samples.lon_deg is not None  # noqa: S101  they come together
    keep = np.flatnonzero(np.isfinite(samples.lat_deg) & np.isfinite(samples.time_s))
    timed = len(keep) >= max(LEAST_POINTS, np.isfinite(samples.lat_deg).sum() / 2)
    if not timed:
        keep = np.flatnonzero(np.isfinite(samples.lat_deg))
    if len(keep) < LEAST_POINTS:
        return None
    lat, lon = samples.lat_deg[keep], samples.lon_deg[keep]
    time = samples.time_s[keep] if timed else _nominal_times(lat, lon)
    sound = ~_spikes(lat, lon, time, fastest)
    keep, lat, lon, time = keep[sound], lat[sound], lon[sound], time[sound]
    if len(keep) < LEAST_POINTS:
        return None
    east, north = steps_m(lat, lon)
    took = np.diff(time)
    cut = _cuts(samples, keep, time, np.hypot(east, north), fastest, pauses if timed else ())
    east[cut] = north[cut] = 0
    x, y = (np.concatenate(([0.0], np.cumsum(v))) for v in (east, north))
    # On the moving clock, a cut takes no more than one usual step.
    usual = float(np.median(took)) if len(took) else 1.0
    clock = np.concatenate(([0.0], np.cumsum(np.where(cut, min(usual, 1.0), took))))
    step = max(1.0, round(usual), clock[-1] / MOST_TICKS) if clock[-1] > 0 else 1.0
    at = np.arange(0, clock[-1] + step / 2, step)
    altitude = _altitude(samples, keep, time)
    ticks = Ticks(
        step,
        np.interp(at, clock, x),
        np.interp(at, clock, y),
        None if altitude is None else np.interp(at, clock, altitude),
        np.interp(at, clock, time) if timed else np.full(len(at), np.nan),
    )
    return _without_stops(ticks) if timed else ticks


def _nominal_times(lat: Column, lon: Column) -> Column:
    return np.concatenate(([0.0], np.cumsum(np.maximum(np.hypot(*steps_m(lat, lon)), 0.1)))) / NOMINAL_MPS


def _spikes(lat: Column, lon: Column, time: Column, fastest: float) -> NDArray[np.bool_]:
    """Points that are reached and left faster than anybody goes."""
    hop = np.hypot(*steps_m(lat, lon))
    fast = hop > fastest * np.maximum(np.diff(time), 1.0) + SLACK_M
    spike = np.zeros(len(lat), bool)
    spike[1:-1] = fast[:-1] & fast[1:]
    return spike


def _cuts(
    samples: Samples,
    keep: NDArray[np.int64],
    time: Column,
    hop: Column,
    fastest: float,
    pauses: tuple[Pause, ...],
) -> NDArray[np.bool_]:
    """Steps that were not run: over a segment's end, a pause, a long gap with little way, or far too fast."""
    took = np.diff(time)
    cut = hop > fastest * np.maximum(took, 1.0) + SLACK_M
    cut |= (took > GAP_S) & (hop < STANDING_MPS * 2 * took)
    cut |= np.searchsorted(samples.breaks, keep[1:], "right") > np.searchsorted(
        samples.breaks, keep[:-1], "right"
    )
    for pause in pauses[:5000]:
        if pause.end_s - pause.start_s > 3:
            i = int(np.searchsorted(time, (pause.start_s + pause.end_s) / 2)) - 1
            if 0 <= i < len(took) and took[i] > (pause.end_s - pause.start_s) / 2:
                cut[i] = True
    return cut


def _altitude(samples: Samples, keep: NDArray[np.int64], time: Column) -> Column | None:
    """Altitudes of the kept points, bridged where unknown; None when most are unknown or all are 0."""
    if samples.altitude_m is None:
        return None
    altitude = samples.altitude_m[keep]
    known = np.isfinite(altitude)
    if known.sum() < max(LEAST_POINTS, len(keep) / 2) or not altitude[known].any():
        return None
    known[known] = _plausible(altitude[known], time[known])
    return np.interp(np.arange(len(keep)), np.flatnonzero(known), altitude[known])


def _plausible(altitude: Column, time: Column) -> NDArray[np.bool_]:
    """False for a first or last stretch (a twentieth at most) that a leap in height parts from the rest: the
    device had not found its altitude yet."""
    sound = np.ones(len(altitude), bool)
    rise = np.abs(np.diff(altitude))
    leaps = np.flatnonzero((rise > ALTITUDE_STEP_M) & (rise > ALTITUDE_MPS * np.maximum(np.diff(time), 1.0)))
    reach = max(len(altitude) // 20, 3)
    if len(early := leaps[leaps < reach]):
        sound[: early[-1] + 1] = False
    if len(late := leaps[leaps >= len(altitude) - 1 - reach]):
        sound[late[0] + 1 :] = False
    return sound


def _without_stops(ticks: Ticks) -> Ticks:
    """The same without ticks at which next to no way was made for a while."""
    half = max(1, round(STANDING_WINDOW_S / 2 / ticks.step_s))
    if len(ticks.x_m) < 4 * half:
        return ticks
    sigma = 4 / ticks.step_s
    x, y = gaussian(ticks.x_m, sigma), gaussian(ticks.y_m, sigma)
    way = np.hypot(x[2 * half :] - x[: -2 * half], y[2 * half :] - y[: -2 * half])
    speed = way / (2 * half * ticks.step_s)
    standing = np.pad(speed < STANDING_MPS, half, mode="edge")
    if not standing.any() or standing.all():
        return ticks
    # What is left is joined end to end: the drift while standing is no way.
    moving = ~standing
    steps_x, steps_y = np.diff(ticks.x_m, prepend=ticks.x_m[0]), np.diff(ticks.y_m, prepend=ticks.y_m[0])
    return Ticks(
        ticks.step_s,
        np.cumsum(steps_x[moving]),
        np.cumsum(steps_y[moving]),
        None if ticks.altitude_m is None else ticks.altitude_m[moving],
        ticks.time_s[moving],
    )


def _scatter(values: Column) -> float:
    """The receiver's scatter from tick to tick, as if it were white; a curve of the way hardly adds to it."""
    second = values[:-2] - 2 * values[1:-1] + values[2:]
    return float(np.median(np.abs(second)) * 1.4826 / np.sqrt(6))


def _nodes(ticks: Ticks) -> Ground | None:
    """Nodes every 5 m. The noisier the receiver, the more seconds are smoothed over, so that its jitter
    counts neither as way nor as turns (chosen on synthetic tracks with white and correlated noise of 0-5 m).
    """
    if len(ticks.x_m) < LEAST_POINTS:
        return None
    noise = max(_scatter(ticks.x_m), _scatter(ticks.y_m))
    coarse = 4 / ticks.step_s
    hops = np.hypot(np.diff(gaussian(ticks.x_m, coarse)), np.diff(gaussian(ticks.y_m, coarse)))
    speed = max(float(np.median(hops)) / ticks.step_s, STANDING_MPS)
    sigma_s = max(min(1 + 2.5 * noise, 6.0), 3.0 / speed)
    x, y = (gaussian(v, sigma_s / ticks.step_s) for v in (ticks.x_m, ticks.y_m))
    way = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    if way[-1] < LEAST_M:
        return None
    at = np.arange(0, min(way[-1], MOST_NODES * STEP_M), STEP_M)
    altitude = None if ticks.altitude_m is None else np.interp(at, way, ticks.altitude_m)
    return Ground(
        np.interp(at, way, x),
        np.interp(at, way, y),
        altitude,
        np.interp(at, way, ticks.time_s),
        noise,
        speed,
        ticks,
    )


def noise_of(values: Column) -> tuple[float, float]:
    """What of the scatter of an even series is noise: the variance that a walking error gathers a step, and
    the standard deviation of a white one.

    The mean square of second differences at lag k is 6 w² for white noise, 2 q k for a walking one, and grows
    with k⁴ for smooth ground; three lags tell them apart.
    """
    one, two, four = (roughness(values, k) for k in (1, 2, 4))
    # one = n + 2q + c, two = n + 4q + 16c, four = n + 8q + 256c
    ground = max((four - two - 2 * (two - one)) / (240 - 30), 0.0)
    walking = max((two - one - 15 * ground) / 2, 0.0)
    white = max(one - 2 * walking - ground, 0.0)
    return walking, float(np.sqrt(white / 6))
