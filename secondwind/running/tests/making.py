"""Files for tests, the benchmark and the fuzzer, written byte by byte; and recordings to put into them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from secondwind.running.activity import Activity, Column
from secondwind.running.files.draft import Draft, build
from secondwind.running.files.fit_stream import BASE_TYPES, checksum

FIT_EPOCH = 631_065_600
START = datetime(2026, 5, 17, 6, 30, tzinfo=UTC)
START_FIT = int(START.timestamp()) - FIT_EPOCH

U8, I8, ENUM, STRING = 0x02, 0x01, 0x00, 0x07
U16, I16, U32, I32, U32Z = 0x84, 0x83, 0x86, 0x85, 0x8C
FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, ACTIVITY = 0, 12, 18, 19, 20, 21, 34

RECORD_FIELDS = ((253, U32), (0, I32), (1, I32), (2, U16), (3, U8), (4, U8), (5, U32), (6, U16))
SESSION_FIELDS = ((253, U32), (2, U32), (5, ENUM), (6, ENUM), (7, U32), (8, U32), (9, U32))


def invalid(base: int) -> int:
    """What stands for unknown in a field of this base type."""
    value = BASE_TYPES[base & 0x1F][2]
    assert value is not None
    return value


@dataclass
class Fit:
    """One FIT file under construction. `fields` are (number, base type) or (number, base type, bytes)."""

    big: bool = False
    body: bytearray = field(default_factory=bytearray)
    looks: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)

    def define(self, local: int, message: int, fields, developer=()) -> Fit:
        """A definition message; developer fields are (number, bytes, developer's index)."""
        order = ">" if self.big else "<"
        full = [(f[0], f[2] if len(f) > 2 else BASE_TYPES[f[1] & 0x1F][1], f[1]) for f in fields]
        self.body += bytes([0x40 | (0x20 if developer else 0) | local, 0, self.big])
        self.body += struct.pack(order + "HB", message, len(full))
        for look in full:
            self.body += bytes(look)
        if developer:
            self.body += bytes([len(developer)]) + b"".join(bytes(d) for d in developer)
        self.looks[local] = full + [(n, size, 0x0D) for n, size, _ in developer]
        return self

    def add(self, local: int, *values, compressed: int | None = None) -> Fit:
        """A data message; None is unknown, bytes are taken as they are."""
        self.body.append(local if compressed is None else 0x80 | local << 5 | compressed)
        for value, (_, size, base) in zip(values, self.looks[local], strict=True):
            if isinstance(value, bytes | str):
                raw = value.encode() if isinstance(value, str) else value
                self.body += raw[:size].ljust(size, b"\0")
            else:
                kind, _, _ = BASE_TYPES[base & 0x1F]
                number = invalid(base) if value is None else round(value)
                self.body += number.to_bytes(size, "big" if self.big else "little", signed=kind == "i")
        return self

    def bytes(self, header: int = 14, size: int | None = None, crc: int | None = None) -> bytes:
        """The whole file, with its true size and checksum unless others are given."""
        head = struct.pack("<BBHI4s", header, 0x20, 2140, len(self.body) if size is None else size, b".FIT")
        if header == 14:
            head += struct.pack("<H", checksum(head))
        whole = head + bytes(self.body)
        return whole + struct.pack("<H", checksum(whole) if crc is None else crc)


@dataclass
class Recording:
    """A run second by second, as a watch would have it."""

    time_s: Column
    lat_deg: Column
    lon_deg: Column
    altitude_m: Column
    distance_m: Column
    speed_mps: Column
    heart_rate_bpm: Column
    cadence: Column

    def __len__(self) -> int:
        return len(self.time_s)


def recording(seconds: int = 600, seed: int = 1) -> Recording:
    """A run over rolling ground with the small noise of a good watch; the same for the same seed."""
    rng = np.random.default_rng(seed)
    time = np.arange(seconds, dtype=float)
    speed = 2.9 + 0.3 * np.sin(time / 210) + rng.normal(0, 0.05, seconds)
    way: Column = np.concatenate(([0.0], np.cumsum(speed[1:])))
    heading = np.cumsum(rng.normal(0, 0.03, seconds)) + np.sin(way / 400)
    x, y = np.cumsum(speed * np.cos(heading)), np.cumsum(speed * np.sin(heading))
    altitude = 300 + 25 * np.sin(way / 500) + 4 * np.sin(way / 130 + seed)
    pulse: Column = 120 + 35 * (1 - np.exp(-time / 120)) + 5 * np.sin(time / 90)
    return Recording(
        time,
        46.5 + y / 111_180,
        7.6 + x / 76_700,
        np.round(altitude * 5) / 5,
        np.round(way, 2),
        np.round(speed, 3),
        np.round(pulse),
        np.round(84 + 3 * np.sin(time / 60)),
    )


def semicircles(degrees: float) -> int:
    """Degrees as FIT stores them."""
    return round(degrees * 2**31 / 180)


def record_values(r: Recording, i: int, start: int = START_FIT) -> tuple[float, ...]:
    """The values of `RECORD_FIELDS` for one second."""
    return (
        start + int(r.time_s[i]), semicircles(r.lat_deg[i]), semicircles(r.lon_deg[i]),
        (r.altitude_m[i] + 500) * 5, r.heart_rate_bpm[i], r.cadence[i], r.distance_m[i] * 100,
        r.speed_mps[i] * 1000,
    )  # fmt: skip


def fit_start(big: bool = False, kind: int = 4, maker: int = 1) -> Fit:
    """A FIT file that begins with its file_id message."""
    fit = Fit(big)
    fit.define(0, FILE_ID, ((0, ENUM), (1, U16), (2, U16), (3, U32Z), (4, U32)))
    return fit.add(0, kind, maker, 1, 12345, START_FIT)


def add_session(fit: Fit, start: int, elapsed: float, distance: float, sport: int = 1, sub: int = 0) -> Fit:
    """A session message (local number 3)."""
    fit.define(3, SESSION, SESSION_FIELDS)
    return fit.add(3, start + int(elapsed), start, sport, sub, elapsed * 1000, elapsed * 1000, distance * 100)


def fit_file(
    r: Recording, *, big: bool = False, start: int = START_FIT, sport: int = 1, sub: int = 0
) -> bytes:
    """A whole FIT activity: records, timer events, a lap, a session, and local time two hours ahead."""
    fit = fit_start(big)
    fit.define(1, EVENT, ((253, U32), (0, ENUM), (1, ENUM))).add(1, start, 0, 0)
    fit.define(2, RECORD, RECORD_FIELDS)
    for i in range(len(r)):
        fit.add(2, *record_values(r, i, start))
    elapsed, distance = len(r) - 1, r.distance_m[-1]
    fit.add(1, start + elapsed, 0, 4)
    fit.define(4, LAP, ((253, U32), (2, U32), (7, U32), (9, U32)))
    fit.add(4, start + elapsed, start, elapsed * 1000, distance * 100)
    add_session(fit, start, elapsed, distance, sport, sub)
    fit.define(5, ACTIVITY, ((253, U32), (5, U32), (1, U16)))
    return fit.add(5, start + elapsed, start + elapsed + 7200, 1).bytes()


def iso(r: Recording, i: int, start: datetime = START) -> str:
    """The time of one second as GPX and TCX write it."""
    moment = datetime.fromtimestamp(start.timestamp() + r.time_s[i], UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def gpx_point(r: Recording, i: int, start: datetime = START) -> str:
    """One point with the extensions of a watch."""
    return (
        f'<trkpt lat="{r.lat_deg[i]:.7f}" lon="{r.lon_deg[i]:.7f}">\n<ele>{r.altitude_m[i]:.1f}</ele>\n'
        f"<time>{iso(r, i, start)}</time>\n<extensions>\n<gpxtpx:TrackPointExtension>\n"
        f"<gpxtpx:hr>{r.heart_rate_bpm[i]:.0f}</gpxtpx:hr>\n<gpxtpx:cad>{r.cadence[i]:.0f}</gpxtpx:cad>\n"
        "</gpxtpx:TrackPointExtension>\n</extensions>\n</trkpt>\n"
    )


GPX_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx creator="Test watch" version="1.1"'
    ' xmlns="http://www.topografix.com/GPX/1/1"'
    ' xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">\n'
)


def gpx_file(
    r: Recording, start: datetime = START, name: str = "Morning Run", kind: str = "running"
) -> bytes:
    """A GPX file of one track with one segment."""
    points = "".join(gpx_point(r, i, start) for i in range(len(r)))
    track = f"<trk><name>{name}</name><type>{kind}</type><trkseg>\n{points}</trkseg></trk>"
    return (GPX_HEAD + track + "</gpx>\n").encode()


def tcx_point(r: Recording, i: int, start: datetime = START, *, position: bool = True) -> str:
    """One trackpoint."""
    place = (
        f"<Position><LatitudeDegrees>{r.lat_deg[i]:.7f}</LatitudeDegrees>"
        f"<LongitudeDegrees>{r.lon_deg[i]:.7f}</LongitudeDegrees></Position>"
        if position
        else ""
    )
    return (
        f"<Trackpoint>\n<Time>{iso(r, i, start)}</Time>\n{place}"
        f"<AltitudeMeters>{r.altitude_m[i]:.1f}</AltitudeMeters>"
        f"<DistanceMeters>{r.distance_m[i]:.2f}</DistanceMeters>\n"
        f"<HeartRateBpm><Value>{r.heart_rate_bpm[i]:.0f}</Value></HeartRateBpm>\n"
        f"<Extensions><ns3:TPX><ns3:Speed>{r.speed_mps[i]:.3f}</ns3:Speed>"
        f"<ns3:RunCadence>{r.cadence[i]:.0f}</ns3:RunCadence></ns3:TPX></Extensions>\n</Trackpoint>\n"
    )


TCX_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase'
    ' xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"'
    ' xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2"><Activities>\n'
)


def tcx_activity(
    r: Recording, start: datetime = START, *, sport: str = "Running", position: bool = True
) -> str:
    """One Activity element with one lap."""
    points = "".join(tcx_point(r, i, start, position=position) for i in range(len(r)))
    begin = iso(r, 0, start)
    return (
        f'<Activity Sport="{sport}"><Id>{begin}</Id><Lap StartTime="{begin}">'
        f"<TotalTimeSeconds>{len(r) - 1}</TotalTimeSeconds>"
        f"<DistanceMeters>{r.distance_m[-1]:.2f}</DistanceMeters>"
        f"<Calories>77</Calories><Track>\n{points}</Track></Lap>"
        "<Creator><Name>Test watch</Name></Creator></Activity>\n"
    )


def tcx_file(r: Recording, start: datetime = START, *, position: bool = True) -> bytes:
    """A TCX file of one activity."""
    inside = tcx_activity(r, start, position=position)
    return (TCX_HEAD + inside + "</Activities></TrainingCenterDatabase>\n").encode()


# Shapes of ways, in metres on a plane.


def polyline(*pieces: tuple[float, float]) -> tuple[Column, Column]:
    """A way of straights (length, 0) and bends (radius, degrees; left is positive), in half metres."""
    x, y, heading = [0.0], [0.0], 0.0
    for size, turn in pieces:
        length = size if turn == 0 else size * np.radians(abs(turn))
        count = max(int(length / 0.5), 2)
        for _ in range(count):
            heading += np.radians(turn) / count / 2
            x.append(x[-1] + length / count * np.cos(heading))
            y.append(y[-1] + length / count * np.sin(heading))
            heading += np.radians(turn) / count / 2
    return np.array(x), np.array(y)


def hairpins(count: int, leg_m: float, radius_m: float) -> tuple[Column, Column]:
    """A path that turns back `count` times, left and right in turn."""
    pieces = [(leg_m, 0.0)]
    for i in range(count):
        pieces += [(radius_m, 180.0 if i % 2 else -180.0), (leg_m, 0.0)]
    return polyline(*pieces)


def correlated(count: int, deviation: float, seconds: float, rng: np.random.Generator) -> Column:
    """Noise that forgets itself in about so many steps, with this standard deviation; white for 0 seconds."""
    if deviation == 0:
        return np.zeros(count)
    keep = np.exp(-1 / seconds) if seconds else 0.0
    fresh = rng.normal(0, deviation * np.sqrt(1 - keep**2), count)
    result = np.empty(count)
    value = rng.normal(0, deviation)
    for i in range(count):
        value = result[i] = keep * value + fresh[i]
    return result


def walked(
    way: tuple[Column, Column],
    speed_mps: float = 2.5,
    *,
    noise_m: float = 0.0,
    noise_s: float = 15.0,
    altitude_m=None,
    altitude_noise: tuple[float, float] = (0.0, 0.0),
    seed: int = 0,
) -> Activity:
    """A run along a way at an even speed, a fix a second, with a receiver's noise.

    `altitude_m` is a function of the distance; `altitude_noise` its standard deviation and its memory in
    seconds.
    """
    rng = np.random.default_rng(seed)
    x, y = way
    so_far = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    time = np.arange(0, so_far[-1] / speed_mps)
    at = time * speed_mps
    east = np.interp(at, so_far, x) + correlated(len(time), noise_m, noise_s, rng)
    north = np.interp(at, so_far, y) + correlated(len(time), noise_m, noise_s, rng)
    columns = {
        "lat_deg": 46.5 + north / 111_161.1,
        "lon_deg": 7.6 + east / (111_516.1 * np.cos(np.radians(46.5))),
    }
    if altitude_m is not None:
        noise = correlated(len(time), *altitude_noise, rng)
        columns["altitude_m"] = np.round((altitude_m(at) + noise) * 5) / 5
    return build(Draft("made", clock_s=START.timestamp() + time, columns=columns, sport="running"))


# The first columns of a Strava export, and those that repeat, by language.
HEADERS = {
    "en": "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    "Distance,Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,"
    "Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance,Max Speed,"
    "Average Speed,Elevation Gain,Perceived Exertion,Media",
    "de": "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,"
    "Verstrichene Zeit,Distanz,Max. Herzfrequenz,Relative Leistung,Pendelfahrt,"
    "Private Notiz zur Aktivität,Aktivitätsausrüstung,Dateiname,Gewicht des Athleten,"
    "Gewicht des Fahrrads,Verstrichene Zeit,Bewegungszeit,Distanz,Höchstgeschw.,"
    "Durchschnittliche Geschwindigkeit,Höhenzunahme,Gefühlte Anstrengung,Medien",
    "es": "ID de actividad,Fecha de la actividad,Nombre de la actividad,Tipo de actividad,"
    "Descripción de la actividad,Tiempo transcurrido,Distancia,Frecuencia cardiaca máxima,"
    "Esfuerzo relativo,Desplazamiento al trabajo,Nota privada de la actividad,"
    "Equipamiento de la actividad,Nombre de archivo,Peso del atleta,Peso de la bicicleta,"
    "Tiempo transcurrido,Tiempo en movimiento,Distancia,Velocidad máxima,Velocidad media,"
    "Desnivel positivo,Esfuerzo percibido,Multimedia",
    "fr": "ID de l'activité,Date de l'activité,Nom de l'activité,Type d'activité,"
    "Description de l'activité,Temps écoulé,Distance,Fréquence cardiaque max.,Effort relatif,"
    "Trajet domicile-travail,Note privée de l'activité,Équipement de l'activité,Nom du fichier,"
    "Poids de l'athlète,Poids du vélo,Temps écoulé,Temps de déplacement,Distance,Vitesse max.,"
    "Vitesse moyenne,Dénivelé positif,Effort ressenti,Médias",
}  # fmt: skip
