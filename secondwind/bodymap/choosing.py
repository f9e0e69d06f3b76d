"""What the template `bodymap/_bodymap.html` needs: the drawing and its equal list of places."""

from collections.abc import Collection
from typing import Any

from secondwind.bodymap import views
from secondwind.clinic.knowledge import Knowledge


def choices(knowledge: Knowledge, chosen: Collection[str] = ()) -> dict[str, Any]:
    """The context of the template: every place that is not made of others, by area."""
    places = [region for region in knowledge.regions.values() if not region.members]
    areas = [
        (area.label, [(place.id, place.label) for place in places if place.area == area.id])
        for area in knowledge.areas.values()
    ]
    return {
        "views": views(),
        "labels": {place.id: place.label for place in places},
        "chosen": frozenset(chosen),
        "areas": [(label, found) for label, found in areas if found],
    }
