"""A Strava export: `activities.csv` with a row an activity, and the files it names.

Headers are in the language of the account and some stand twice: the first Distance is kilometres for reading,
the second metres. A row's number is not its file's. Manual runs have a row and no file. Dates are UTC.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from secondwind.running.archives.facts import Facts, Gear, number, when
from secondwind.running.archives.members import Member
from secondwind.running.sports import folded, kind_of

TABLE = "activities.csv"
MOST_TABLE_BYTES = 64 * 2**20
LONGEST_TEXT = 20_000

# Headers in English, German, Spanish and French (some in more than one wording), folded by `sports.folded`.
HEADERS = {
    "id": "activityid aktivitatsid iddeactividad iddelaactividad idactividad iddelactivite numerodelactivite",
    "date": "activitydate aktivitatsdatum datumderaktivitat fechadelaactividad fechadeactividad"
    " datedelactivite",
    "name": "activityname namederaktivitat aktivitatsname nombredelaactividad nombredeactividad"
    " nomdelactivite",
    "type": "activitytype aktivitatsart aktivitatstyp artderaktivitat tipodeactividad tipodelaactividad"
    " typedactivite typedelactivite",
    "description": "activitydescription aktivitatsbeschreibung beschreibungderaktivitat"
    " descripciondelaactividad descripciondeactividad descriptiondelactivite descriptiondactivite",
    "note": "activityprivatenote privatenotizzuraktivitat privatenotizderaktivitat privateaktivitatsnotiz"
    " notaprivadadelaactividad notaprivadadeactividad notapersonaldelaactividad noteprivedelactivite"
    " notepriveedelactivite notepriveesurlactivite",
    "gear": "activitygear aktivitatsausrustung ausrustungderaktivitat ausrustungfurdieaktivitat"
    " equipodelaactividad equipamientodelaactividad equipaciondelaactividad equipamientodeactividad"
    " materialdelaactividad equipementdelactivite materieldelactivite equipementpourlactivite",
    "file": "filename dateiname nombredearchivo nombredelarchivo nombredelfichero nomdufichier nomdefichier",
    "elapsed": "elapsedtime verstrichenezeit gesamtzeit tiempotranscurrido tempsecoule dureeecoulee",
    "moving": "movingtime bewegungszeit zeitinbewegung tiempoenmovimiento dureededeplacement"
    " tempsdedeplacement tempsdeplacement dureedudeplacement tempsenmouvement",
    "distance": "distance distanz strecke distancia",
    "climb": "elevationgain hohenzunahme hohengewinn gesamtanstieg desnivelpositivo desnivel"
    " gananciadeelevacion denivelepositif gaindaltitude deniveletotal",
    "rpe": "perceivedexertion gefuhlteanstrengung wahrgenommeneanstrengung empfundeneanstrengung"
    " esfuerzopercibido effortpercu effortressenti",
    "commute": "commute pendelfahrt arbeitsweg pendeln desplazamientoaltrabajo viajealtrabajo"
    " trayectoaltrabajo trajetdomiciletravail deplacementdomiciletravail",
    "media": "media medien multimedia medios contenidomultimedia medias",
}  # fmt: skip
_FIELD = {word: field for field, words in HEADERS.items() for word in words.split()}

# Where the first columns stand, for a language whose headers are not known; the file's column is known by
# what stands in it.
USUAL_PLACES = {"id": 0, "date": 1, "name": 2, "type": 3, "description": 4, "elapsed": 5, "distance": 6}
AFTER_FILE = {"moving": 4, "metres": 5}
YES = frozenset({"true", "1", "1.0", "yes", "ja", "wahr", "si", "verdadero", "oui", "vrai"})


def is_table(head: bytes) -> bool:
    """Whether the first line of a table called activities.csv is one of Strava's, in whatever language."""
    first = head.decode("utf-8-sig", "replace").splitlines()[:1]
    fields = {_FIELD.get(folded(h)) for h in next(csv.reader(first), [])}
    return len(fields & {"id", "date", "name", "type", "file"}) >= 2 or (
        bool(first) and first[0].count(",") > 30
    )


class Table:
    """The rows of `activities.csv`, as facts with the name of their file ("" for a manual run)."""

    def __init__(self, member: Member) -> None:
        self.warnings: list[str] = []
        self.rows: list[tuple[str, Facts]] = []
        text = member.read(MOST_TABLE_BYTES).decode("utf-8-sig", "replace")
        rows = _rows(text, self.warnings)
        header = next(rows, [])
        body = list(rows)
        places = _places(header, body)
        for row in body:
            if any(cell.strip() for cell in row):
                self.rows.append(_facts(row, places))


def _rows(text: str, warnings: list[str]) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text))
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            warnings.append(f"A row of {TABLE} near line {reader.line_num} could not be read ({error}).")


def _places(header: list[str], body: list[list[str]]) -> dict[str, int]:
    """The column of each field; of headers that stand twice, the first, and "metres" the second Distance."""
    places: dict[str, int] = {}
    for i, name in enumerate(header):
        field = _FIELD.get(folded(name))
        if field == "distance" and "distance" in places:
            places.setdefault("metres", i)
        elif field is not None:
            places.setdefault(field, i)
    if "file" not in places and (found := _file_column(body)) is not None:
        places["file"] = found
    if len(header) > 30:
        _fill_by_place(places)
    return places


def _file_column(body: list[list[str]]) -> int | None:
    for row in body[:500]:
        for i, cell in enumerate(row):
            if cell.startswith("activities/"):
                return i
    return None


def _fill_by_place(places: dict[str, int]) -> None:
    taken = set(places.values())
    usual = dict(USUAL_PLACES)
    if (file := places.get("file")) is not None:
        usual["gear"] = file - 1
        usual |= {name: file + step for name, step in AFTER_FILE.items()}
    for name, place in usual.items():
        if name not in places and place not in taken:
            places[name] = place


def _facts(row: list[str], places: dict[str, int]) -> tuple[str, Facts]:
    def cell(field: str) -> str:
        place = places.get(field, len(row))
        return row[place].strip()[:LONGEST_TEXT] if place < len(row) else ""

    sport, sub_sport = kind_of(cell("type"))
    facts = Facts(
        "strava",
        id=cell("id")[:40],
        start=when(cell("date")),
        name=cell("name")[:500],
        notes=cell("description"),
        private_notes=cell("note"),
        sport=sport or ("generic" if cell("type") else ""),
        sub_sport=sub_sport,
        gear=cell("gear")[:200],
        distance_m=_metres(cell("metres"), cell("distance")),
        elapsed_s=number(cell("elapsed")),
        moving_s=number(cell("moving")),
        climb_m=number(cell("climb")),
        rpe=number(cell("rpe")) or None,
        commute=cell("commute").casefold() in YES,
        media=tuple(m for m in cell("media").split("|") if m),
    )
    return cell("file"), facts


def _metres(metres: str, shown: str) -> float | None:
    """The second Distance, in metres; of an old export that has one alone, kilometres."""
    told = number(metres)
    if told is not None:
        return told
    kilometres = number(shown)
    return None if kilometres is None else kilometres * 1000


def gear(member: Member, kind: str) -> list[Gear]:
    """The rows of `shoes.csv` or `bikes.csv`: name, brand, model, usual sports, in this order in every
    language.

    Activities call shoes by brand, model and name together, bikes by their name.
    """
    text = member.read(2**20).decode("utf-8-sig", "replace")
    found = []
    for row in list(_rows(text, []))[1:]:
        name, brand, model, sports = [*(c.strip()[:100] for c in row), "", "", "", ""][:4]
        if name or brand or model:
            label = name if kind == "bike" and name else " ".join(filter(None, (brand, model, name)))
            found.append(Gear(label, name, brand, model, kind, sports))
    return found
