"""What the forms of this room send, read and checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Kind
from secondwind.recovery.actions.pain import TAGS, Words
from secondwind.recovery.danger import SIGNS
from secondwind.recovery.models import Pain, Slot
from secondwind.recovery.models.pain import MOST
from secondwind.recovery.queries import Site

LEVELS = tuple(range(MOST + 1))
SIDES = (("left", gettext_lazy("Left")), ("right", gettext_lazy("Right")), ("both", gettext_lazy("Both")),
         ("", gettext_lazy("In the middle")))  # fmt: skip
NO_SIDE = gettext_lazy("Say which side: left, right, both, or in the middle.")


def level_field(*, required: bool) -> forms.TypedChoiceField:
    """A number from 0 to 10, or nothing when it may be missing."""
    return forms.TypedChoiceField(
        choices=[("", ""), *((str(level), str(level)) for level in LEVELS)],
        coerce=int,
        empty_value=None,
        required=required,
        error_messages={
            "required": _("Tap how much it hurts, from 0 to 10."),
            "invalid_choice": _("Pain is a whole number from 0 to 10."),
        },
    )


class WordsForm(forms.Form):
    """What goes with a number: what provoked it, danger signs, a note."""

    tags = forms.MultipleChoiceField(choices=[(id, id) for id in TAGS], required=False)
    signs = forms.MultipleChoiceField(choices=[(id, id) for id in SIGNS], required=False)
    note = forms.CharField(max_length=300, required=False)

    @property
    def words(self) -> Words:
        """What was told beside the numbers."""
        data = self.cleaned_data
        return Words(tags=data["tags"], signs=data["signs"], note=data["note"])


class EntryForm(WordsForm):
    """A new entry: about which running, when, where, how much.

    `quick` ("calf_lower.left:3") is a number tapped beside a place that was told of before; it stands for
    place, side and number.
    """

    about = forms.CharField(max_length=40)
    day = forms.DateField(required=False, error_messages={"invalid": _("Give the day as 2026-05-31.")})
    slot = forms.ChoiceField(choices=Slot.choices, error_messages={"required": _("Say when it hurt.")})
    quick = forms.CharField(max_length=60, required=False)
    region = forms.MultipleChoiceField(required=False)
    side = forms.ChoiceField(choices=SIDES, required=False)
    level = level_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # declared above
        field.choices = [(id, id) for id in load().regions]

    def clean(self) -> dict[str, Any]:
        """The places as `sites` and the number as `amount`."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.data.get("quick"):
            self._quick(data)
        elif not self.errors:
            self._whole(data)
        return data

    @property
    def is_quick(self) -> bool:
        """Whether a number beside a known place was tapped."""
        return bool(self.data.get("quick"))

    def _quick(self, data: dict[str, Any]) -> None:
        key, _colon, level = self.data.get("quick", "").rpartition(":")
        region, _dot, side = key.partition(".")
        if region not in load().regions or side not in ("left", "right", "") or level not in map(str, LEVELS):
            raise forms.ValidationError(_("This place or number is not known here. Use the drawing below."))
        data["sites"], data["amount"] = [Site(region, side)], int(level)

    def _whole(self, data: dict[str, Any]) -> None:
        missing = {
            "region": not data["region"] and _("Touch the place that hurts, or choose it from the list."),
            "side": "side" not in self.data and str(NO_SIDE),
            "level": data["level"] is None and _("Tap how much it hurts, from 0 to 10."),
        }
        for name, sentence in missing.items():
            if sentence:
                self.add_error(name, sentence)
        if self.errors:
            return
        sides = ("left", "right") if data["side"] == "both" else (data["side"],)
        data["sites"] = [Site(region, side) for region in data["region"] for side in sides]
        data["amount"] = data["level"]


class ChangeForm(WordsForm):
    """The values of an entry."""

    during = level_field(required=False)
    after = level_field(required=False)
    morning = level_field(required=False)
    later = level_field(required=False)

    @classmethod
    def of(cls, pain: Pain) -> ChangeForm:
        """The form with what an entry says."""
        return cls(
            {
                **{
                    slot: "" if (level := getattr(pain, slot)) is None else str(level) for slot in Slot.values
                },
                "tags": pain.tags,
                "signs": pain.signs,
                "note": pain.note,
            }
        )

    @property
    def levels(self) -> dict[Slot, int | None]:
        """The numbers by slot."""
        return {slot: self.cleaned_data[slot] for slot in Slot}


def labels(ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Findings with their short words, for a list to choose from."""
    known = load()
    return [(id, known.label(Kind.FINDING, id)) for id in ids]
