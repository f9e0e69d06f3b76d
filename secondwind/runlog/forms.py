"""The forms of the log. What was typed stays in its field; what cannot be read gets a sentence beside it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from secondwind.accounts.models import Units, User
from secondwind.runlog import typed, units
from secondwind.runlog.actions.entries import Changes
from secondwind.runlog.models import Run, Shoe, Surface
from secondwind.runlog.statistics import RUNNING
from secondwind.running.formulas import FOOT_M

EARLIEST = date(1900, 1, 1)
HIGHEST_M = 50_000
SPORTS = (RUNNING, "walking", "hiking", "cycling", "swimming", "cross_country_skiing", "training", "generic")
SPORT_NAMES = {"training": _("strength or gym"), "generic": _("something else")}
FEELINGS = (("1", _("bad")), ("2", _("poor")), ("3", _("all right")), ("4", _("good")), ("5", _("great")))
EFFORTS = {
    0: _("rest"), 1: _("very easy"), 2: _("easy"), 3: _("moderate"), 4: _("somewhat hard"), 5: _("hard"),
    7: _("very hard"), 10: _("as hard as it gets"),
}  # fmt: skip
"""The words of the CR10 scale as Foster 2001 uses it for a whole session."""
COLUMNS = {
    "distance_m": {"distance", "unit"},
    "elapsed_s": {"time"},
    "moving_s": {"moving"},
    "climb_m": {"climb"},
    "descent_m": {"descent"},
    "heart_rate_bpm": {"heart_rate"},
    **{name: {name} for name in ("name", "notes", "rpe", "feeling", "weather", "sport")},
}
"""Columns of a run, and the fields of the form that they come from."""
SHORT = {Surface.GRAVEL.value: _("gravel")}
USUAL = "usual"
NO_SHOE = ""
WHOLE = 100.0
ROUNDING = 1.5  # percent: three thirds typed as 33 make 99


class Words(forms.CharField):
    """A line of text that a database can keep: without the NUL sign, white space at its ends cut."""

    def to_python(self, value: Any) -> str:
        """The line. Never raises."""
        text = str(super().to_python(value) or "")
        return text.replace("\x00", "").replace("\r\n", "\n").strip()


def short(surface: str) -> str:
    """A surface in one word, as it stands on a small button; empty for one that is not said."""
    return str(SHORT.get(surface, Surface(surface).label)) if surface else ""


def sport_name(sport: str) -> str:
    """A sport as people read it: "cross country skiing"."""
    return str(SPORT_NAMES.get(sport, sport.replace("_", " ")))


def shares_of(main: str, percents: Mapping[str, float], *, whole: bool) -> dict[str, float]:
    """Shares by name, from percents of some names; `main` gets what they leave.

    With `whole` they must come to all of it. Raises ValidationError with a sentence.
    """
    typed_sum = sum(percents.values())
    if typed_sum > WHOLE + ROUNDING:
        raise ValidationError(
            _("Together these are %(sum)g %%; all of a run is 100 %%.") % {"sum": typed_sum}
        )
    shares = {name: percent / WHOLE for name, percent in percents.items() if percent > 0}
    left = WHOLE - typed_sum
    if main and main not in shares:
        if left <= ROUNDING:
            raise ValidationError(_("The shares below leave nothing for what is chosen here."))
        shares[main] = left / WHOLE
    elif shares and abs(left) <= ROUNDING:
        shares = {name: share * WHOLE / typed_sum for name, share in shares.items()}
    elif shares and whole:
        raise ValidationError(
            _("Together these are %(sum)g %%. Say above what the rest was on.") % {"sum": typed_sum}
        )
    return shares


class EntryForm(forms.Form):
    """A run by hand. Day, distance and time are enough; of an edited run only what is typed anew changes."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    distance = Words(label=_("Distance"), max_length=40, required=False)
    unit = forms.ChoiceField(label=_("Unit"), choices=[(Units.KM, "km"), (Units.MI, "mi")])
    time = Words(
        label=_("Time"),
        max_length=40,
        required=False,
        help_text=_("45 (minutes), 45:10, 1:02:03, or all at once: 5k in 25"),
    )
    moving = Words(label=_("Time in motion"), max_length=40, required=False)
    at = forms.TimeField(
        label=_("Began at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    name = Words(label=_("Name"), max_length=200, required=False)
    notes = Words(
        label=_("Notes"), max_length=40_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    rpe = forms.TypedChoiceField(
        label=_("Effort"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("not said")),
            *((str(i), f"{i} {EFFORTS[i]}" if i in EFFORTS else str(i)) for i in range(11)),
        ],
    )
    feeling = forms.TypedChoiceField(
        label=_("How it felt"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("not said")), *FEELINGS],
    )
    weather = Words(label=_("Weather"), max_length=100, required=False)
    heart_rate = forms.IntegerField(label=_("Mean heart rate"), required=False, min_value=25, max_value=250)
    climb = forms.FloatField(label=_("Climb"), required=False, min_value=0)
    descent = forms.FloatField(label=_("Descent"), required=False, min_value=0)
    sport = forms.ChoiceField(label=_("Sport"))
    surface = forms.ChoiceField(
        label=_("Surface"), required=False, choices=Surface.choices, widget=forms.RadioSelect
    )
    shoe = forms.ChoiceField(label=_("Shoe"), required=False)

    def __init__(
        self,
        *args: Any,
        owner: User,
        run: Run | None = None,
        shoes: Iterable[Shoe] = (),
        last_shoe: Shoe | None = None,
        **kwargs: Any,
    ) -> None:
        self._owner, self._run = owner, run
        self._shoes = {str(shoe.pk): shoe for shoe in shoes}
        self._has_both = False
        worn = _uses(run)
        shown: dict[str, Any] = {
            "day": timezone.localdate(), "unit": owner.units, "sport": RUNNING, "shoe": USUAL, "surface": ""
        }  # fmt: skip
        if run is not None:
            shown |= _shown(run, owner.units, self._height_unit[1])
        kwargs["initial"] = shown | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        offered = {key: shoe for key, shoe in self._shoes.items() if shoe.retired_on is None or key in worn}
        self._offer(offered, last_shoe)
        self._words()

    def _offer(self, offered: Mapping[str, Shoe], last_shoe: Shoe | None) -> None:
        """The shoes and sports to choose from, and a field for the share of each shoe and surface."""
        usual = [(USUAL, _usual_words(last_shoe))] if self._run is None else []
        _choose(
            self.fields["shoe"], [*usual, (NO_SHOE, _("none")), *((k, s.name) for k, s in offered.items())]
        )
        own = self._run.sport if self._run else RUNNING
        sports = SPORTS if own in SPORTS else (*SPORTS, own)
        _choose(self.fields["sport"], [(sport, sport_name(sport)) for sport in sports])
        for value, label in Surface.choices:
            if value:
                self.fields[f"surface_{value}"] = _percent(str(label))
        for key, shoe in offered.items():
            self.fields[f"shoe_{key}"] = _percent(shoe.name)

    def _words(self) -> None:
        """What the fields are called, by the owner's units and by what is known of the run."""
        for name in ("climb", "descent"):
            self.fields[name].label = f"{self.fields[name].label}, {self._height_unit[0]}"
        self.fields["time"].widget.attrs |= {"autocomplete": "off"}
        self.fields["distance"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        for name in ("climb", "descent"):
            self.fields[name].widget.attrs |= {"step": "any"}
        if self._run is None or self._run.moving_s is None:
            del self.fields["moving"]
        else:
            self.fields["time"].label = _("Time from start to end")
        if self._run is None:
            del self.fields["descent"]

    @property
    def _height_unit(self) -> tuple[str, float]:
        return ("feet", FOOT_M) if self._owner.units == Units.MI else ("metres", 1.0)

    @property
    def surface_shares(self) -> Iterator[forms.BoundField]:
        """The fields of the share on each surface."""
        return (self[f"surface_{value}"] for value in Surface.values if value)

    @property
    def shoe_shares(self) -> list[forms.BoundField]:
        """The fields of the share in each shoe."""
        return [self[name] for name in self.fields if name.startswith("shoe_")]

    @property
    def is_open(self) -> bool:
        """Whether the fold is to be open: something stands in it, or something in it is wrong."""
        quick = {"day", "distance", "unit", "time", "moving", "surface", "shoe", "sport"}
        return self._run is not None or any(
            bool(self[name].errors) or bool(self[name].value()) for name in self.fields if name not in quick
        )

    @property
    def splits_surfaces(self) -> bool:
        """Whether a share of a surface is typed, or wrong."""
        return any(field.value() or field.errors for field in self.surface_shares)

    @property
    def splits_shoes(self) -> bool:
        """The same of shoes."""
        return any(field.value() or field.errors for field in self.shoe_shares)

    # --- Reading -----------------------------------------------------------------------------------------

    def clean_day(self) -> date:
        """A day from 1900 to tomorrow, which it is already somewhere."""
        day: date = self.cleaned_data["day"]
        if not EARLIEST <= day <= timezone.localdate() + timedelta(days=1):
            raise ValidationError(_("Choose a day that has come, from 1900 on."))
        return day

    def clean_climb(self) -> float | None:
        """Metres."""
        return self._metres("climb")

    def clean_descent(self) -> float | None:
        """Metres."""
        return self._metres("descent")

    def clean(self) -> dict[str, Any]:
        """Distance in metres, times in seconds, shares of surfaces and shoes."""
        data = self.cleaned_data
        self._read_figures(data)
        for name, whole in (("surface", True), ("shoe", False)):
            try:
                data[f"{name}s"] = shares_of(*self._typed_shares(name), whole=whole)
            except ValidationError as error:
                self.add_error(name, error)
        return data

    def _metres(self, name: str) -> float | None:
        value: float | None = self.cleaned_data[name]
        metres = None if value is None else value * self._height_unit[1]
        if metres is not None and not metres <= HIGHEST_M:
            raise ValidationError(_("That is more than anybody climbs in one go."))
        return metres

    def _read_figures(self, data: dict[str, Any]) -> None:
        way, clock = data.get("distance", ""), data.get("time", "")
        for name in ("time", "distance"):
            if pair := typed.both(data.get(name) or ""):
                way, clock = pair
                self._has_both = True
        unit = data.get("unit") or self._owner.units
        metres = self._read("distance", typed.distance_m, way, unit)
        data["distance_m"] = metres
        data["elapsed_s"] = self._read("time", typed.time_s, clock, metres)
        data["moving_s"] = self._read("moving", typed.time_s, data.get("moving", ""), metres)
        data["climb_m"], data["descent_m"] = data.get("climb"), data.get("descent")
        data["heart_rate_bpm"] = data.get("heart_rate")
        if not way and not clock and not self.errors and self._run is None:
            self.add_error("distance", _("Write how far it was, or how long it took."))
        self._doubt(data)

    def _read(self, name: str, read: Any, text: str, *more: Any) -> float | None:
        """What a field says; None for an empty one, and for one that cannot be read, which then says so."""
        if not text or name not in self.fields:
            return None
        try:
            return float(read(text, *more))
        except typed.Unclear as error:
            self.add_error(name, str(error))
            return None

    def _doubt(self, data: Mapping[str, Any]) -> None:
        """Say so when figures cannot belong together."""
        way, elapsed, moving = data["distance_m"], data["elapsed_s"], data["moving_s"]
        changed = {"distance", "time", "moving"} & set(self.changed_data)
        if not changed or self.errors:
            return
        if way and elapsed and data.get("sport") == RUNNING and (words := typed.too_fast(way, elapsed)):
            self.add_error("time", words)
        if moving and elapsed and moving > elapsed + 1:
            self.add_error(
                "moving", _("The time in motion cannot be longer than the time from start to end.")
            )

    def _typed_shares(self, name: str) -> tuple[str, dict[str, float]]:
        """The main surface or shoe, and the percents of others."""
        fields = [field for field in self.fields if field.startswith(f"{name}_")]
        percents = {f.removeprefix(f"{name}_"): self.cleaned_data.get(f) for f in fields}
        main = self.cleaned_data.get(name) or ""
        return "" if main == USUAL else main, {key: value for key, value in percents.items() if value}

    # --- What comes of it --------------------------------------------------------------------------------

    def changes(self) -> Changes:
        """What was typed, for `actions.entries`. Of an edited run what stands as it stood is not named."""
        data, changed = self.cleaned_data, self._changed()
        surfaces, shoes = data["surfaces"], data["shoes"]
        is_usual = data["shoe"] == USUAL and not shoes
        return Changes(
            day=data["day"] if "day" in changed else None,
            at=data["at"] if "at" in changed else None,
            fields={column: data[column] for column, names in COLUMNS.items() if changed & names},
            surface=Surface(data["surface"] or max(surfaces, key=surfaces.__getitem__, default="")),
            surfaces=surfaces if _has(changed, "surface") else None,
            shoes=None if is_usual or not _has(changed, "shoe") else {int(k): v for k, v in shoes.items()},
        )

    def _changed(self) -> set[str]:
        """The fields that say something: all of a new run, of another one those that were typed anew."""
        if self._run is None:
            return set(self.fields)
        both = {"distance", "time"} if self._has_both else set()
        return set(self.changed_data) | both


class ShoeForm(forms.Form):
    """A pair of shoes."""

    name = Words(label=_("Name"), max_length=80)
    default_for = forms.ChoiceField(
        label=_("The usual one on"),
        required=False,
        choices=[("", _("no surface")), *((v, label) for v, label in Surface.choices if v)],
        help_text=_("Runs on this surface get this shoe, unless you say otherwise."),
    )
    in_use_since = forms.DateField(
        label=_("In use since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    before = Words(label=_("Distance before this log"), max_length=40, required=False)
    look_again_at = Words(label=_("Remind me to look at it at"), max_length=40, required=False)
    note = Words(label=_("Note"), max_length=300, required=False)
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("It is made anew here: where and when it was taken is not kept."),
    )
    without_photo = forms.BooleanField(label=_("Remove the photo"), required=False)

    def __init__(self, *args: Any, owner: User, shoe: Shoe | None = None, **kwargs: Any) -> None:
        self._owner, self._shoe = owner, shoe
        initial: dict[str, Any] = {"in_use_since": timezone.localdate()}
        if shoe is not None:
            initial = {
                "name": shoe.name,
                "default_for": shoe.default_for,
                "in_use_since": shoe.in_use_since,
                "before": _way(shoe.before_m or None, owner.units),
                "look_again_at": _way(shoe.look_again_at_m, owner.units),
                "note": shoe.note,
            }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for name in ("before", "look_again_at"):
            self.fields[name].label = f"{self.fields[name].label}, {owner.units}"
        if shoe is None or not shoe.photo:
            del self.fields["without_photo"]

    def clean_name(self) -> str:
        """A name that no other shoe of the owner has."""
        name: str = self.cleaned_data["name"]
        same = Shoe.objects.filter(owner=self._owner, name=name)
        if (same.exclude(pk=self._shoe.pk) if self._shoe else same).exists():
            raise ValidationError(_("You have a shoe of this name already. Add a year or a colour."))
        return name

    def clean_before(self) -> float:
        """Metres; 0 for nothing."""
        typed_before = self.cleaned_data["before"]
        return 0.0 if typed_before in {"", "0"} else self._metres("before")

    def clean_look_again_at(self) -> float | None:
        """Metres; None for nothing."""
        return self._metres("look_again_at") if self.cleaned_data["look_again_at"] else None

    def _metres(self, name: str) -> float:
        try:
            return typed.distance_m(self.cleaned_data[name], self._owner.units)
        except typed.Unclear as error:
            raise ValidationError(str(error)) from error

    def filled(self) -> Shoe:
        """The shoe with what was typed, not saved. Distances that stand as they stood keep their metres."""
        shoe, data = self._shoe or Shoe(owner=self._owner), self.cleaned_data
        for column in ("name", "default_for", "in_use_since", "note"):
            setattr(shoe, column, data[column])
        for name, column in (("before", "before_m"), ("look_again_at", "look_again_at_m")):
            if name in self.changed_data:
                setattr(shoe, column, data[name])
        if shoe.retired_on is not None:
            shoe.default_for = Surface.UNKNOWN
        return shoe


class RetireForm(forms.Form):
    """When a shoe was put away, and why."""

    on = forms.DateField(
        label=_("Put away on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    why = Words(label=_("Why"), max_length=300, required=False)

    def clean_on(self) -> date:
        """A day from 1900 to today."""
        day: date = self.cleaned_data["on"]
        if not EARLIEST <= day <= timezone.localdate():
            raise ValidationError(_("Choose a day that has come."))
        return day


class FilterForm(forms.Form):
    """Which activities the log shows. What is not offered filters nothing."""

    sport = forms.ChoiceField(label=_("Sport"), required=False)
    surface = forms.ChoiceField(
        label=_("Surface"), required=False, choices=[("", _("any")), *(c for c in Surface.choices if c[0])]
    )
    shoe = forms.TypedChoiceField(label=_("Shoe"), required=False, coerce=int, empty_value=None)
    q = Words(label=_("Words in name or notes"), max_length=100, required=False)

    def __init__(self, *args: Any, sports: Iterable[str], shoes: Iterable[Shoe], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["sport"], [("", _("all")), *((sport, sport_name(sport)) for sport in sports)])
        _choose(self.fields["shoe"], [("", _("any")), *((str(shoe.pk), shoe.name) for shoe in shoes)])

    @property
    def chosen(self) -> dict[str, Any]:
        """The filter, for `queries.matching`."""
        self.is_valid()
        data = self.cleaned_data
        return {
            "sport": data.get("sport", ""),
            "surface": data.get("surface", ""),
            "shoe": data.get("shoe"),
            "words": data.get("q", ""),
        }


def _shown(run: Run, unit: str, metres_of_height: float) -> dict[str, Any]:
    """What the fields of an edited run show."""
    parts = {part.surface: part.share for part in run.surface_parts.all()}
    worn = _uses(run)
    return {
        "day": run.day,
        "at": run.local_start.time().replace(second=0, microsecond=0) if run.offset_s is not None else None,
        "distance": _way(run.distance_m, unit),
        "time": units.duration(run.elapsed_s),
        "moving": units.duration(run.moving_s),
        "climb": None if run.climb_m is None else round(run.climb_m / metres_of_height),
        "descent": None if run.descent_m is None else round(run.descent_m / metres_of_height),
        "heart_rate": None if run.heart_rate_bpm is None else round(run.heart_rate_bpm),
        "name": run.name,
        "notes": run.notes,
        "rpe": run.rpe,
        "feeling": run.feeling,
        "weather": run.weather,
        "sport": run.sport,
        "surface": run.surface,
        **_percents("surface", parts, run.surface),
        "shoe": (main := _main(worn)),
        **_percents("shoe", worn, main),
    }


def _uses(run: Run | None) -> dict[str, float]:
    return {} if run is None else {str(use.shoe_id): use.share for use in run.shoe_uses.all()}


def _main(shares: Mapping[str, float]) -> str:
    """The largest share, which in the form has what the others leave; none when they do not make a whole."""
    is_whole = abs(sum(shares.values()) * WHOLE - WHOLE) <= ROUNDING
    return max(shares, key=shares.__getitem__) if is_whole else NO_SHOE


def _percents(name: str, shares: Mapping[str, float], main: str) -> dict[str, float]:
    return {f"{name}_{key}": round(share * WHOLE, 1) for key, share in shares.items() if key != main}


def _way(metres: float | None, unit: str) -> str:
    return "" if metres is None else f"{metres / units.per_unit_m(unit):.3f}".rstrip("0").rstrip(".")


def _percent(label: str) -> forms.FloatField:
    return forms.FloatField(label=label, required=False, min_value=0, max_value=100)


def _choose(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # all that are given are declared as such
    field.choices = choices


def _usual_words(last_shoe: Shoe | None) -> str:
    return f"as usual ({last_shoe.name} was last)" if last_shoe else "as usual"


def _has(changed: Iterable[str], name: str) -> bool:
    return any(one == name or one.startswith(f"{name}_") for one in changed)
