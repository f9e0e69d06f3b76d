"""The body map draws every place of the knowledge, large enough for a thumb and inside its drawing.

The page has a labelled checkbox for each place, in the drawing and in the list.
"""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from secondwind.bodymap import COLUMNS, ROWS, Shape, View, views
from secondwind.clinic import knowledge
from secondwind.look import __file__ as look

# WCAG 2.2, success criterion 2.5.8 (level AA), in CSS pixels: one unit of a view, on a narrow page.
SMALLEST_TARGET = 24
NARROW_PAGE = 360 - 2 * 16

TOKEN = re.compile(r"[Mcz]|-?\d*\.?\d+")
VIEWS = pytest.mark.parametrize("view", views(), ids=lambda view: view.id)


def located() -> set[str]:
    """The places that lie somewhere: not the wider ones, which stand for several, and not the whole body."""
    regions = knowledge.load().regions.values()
    return {region.id for region in regions if not region.members} - {"whole_body"}


@cache
def contour(d: str) -> list[list[tuple[float, float]]]:
    """The points of each closed part of path data made of M, relative c and z: eight on each curve."""
    parts: list[list[tuple[float, float]]] = []
    numbers: list[float] = []
    pen, letter = (0.0, 0.0), ""
    for token in TOKEN.findall(d):
        if token in "Mcz":
            letter, numbers = token, []
            continue
        numbers.append(float(token))
        if letter == "M" and len(numbers) == 2:
            pen, numbers = (numbers[0], numbers[1]), []
            parts.append([pen])
        elif letter == "c" and len(numbers) == 6:
            curve = [
                pen,
                *((pen[0] + x, pen[1] + y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)),
            ]
            parts[-1] += [on_curve(curve, step / 8) for step in range(1, 9)]
            pen, numbers = curve[3], []
    assert not numbers, f"numbers are left over at the end of {d!r}"
    return parts


def on_curve(curve: list[tuple[float, float]], t: float) -> tuple[float, float]:
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    x = sum(weight * point[0] for weight, point in zip(weights, curve, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, curve, strict=True))
    return x, y


def box(shape: Shape) -> tuple[float, float, float, float]:
    points = [point for part in contour(shape.d) for point in part]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def holds(shape: Shape, x: float, y: float) -> bool:
    """Whether a point is inside a shape, by the parity of the edges to its right."""
    crossings = 0
    for part in contour(shape.d):
        for (x1, y1), (x2, y2) in zip(part, part[1:] + part[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                crossings += 1
    return crossings % 2 == 1


def test_every_located_place_is_drawn():
    drawn = {shape.region for view in views() for shape in view.regions}
    assert located() - drawn == set()


def test_only_places_of_the_knowledge_are_drawn():
    drawn = {shape.region for view in views() for shape in view.regions}
    assert drawn - located() == set()


def test_the_views_are_those_that_one_looks_for():
    assert [view.id for view in views()] == [
        "front", "back", "outer", "inner", "foot_outer", "foot_inner", "foot_top", "sole",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("region", "view"),
    [
        ("fibular_head", "outer"),
        ("leg_outer_lower", "outer"),
        ("shin_inner_lower", "inner"),
        ("knee_back_outer", "back"),
        ("knee_tubercle", "front"),
        ("ankle_back_deep", "foot_outer"),
        ("midfoot_top", "foot_top"),
        ("heel_bottom_inner", "sole"),
    ],
)
def test_a_place_is_in_the_view_where_a_runner_looks_for_it(region, view):
    assert region in {shape.region for shape in view_of(view).regions}


def test_the_fibular_head_lies_just_below_the_outer_knee_and_the_ankle_bone_far_below():
    boxes = {shape.region: box(shape) for shape in view_of("outer").regions}
    line, head, lower, ankle = (
        boxes[region] for region in ("knee_outer_line", "fibular_head", "leg_outer_lower", "ankle_outer_bone")
    )
    assert line[3] < (head[1] + head[3]) / 2 < line[3] + 30
    assert head[3] < lower[1]
    assert lower[3] < (ankle[1] + ankle[3]) / 2


@VIEWS
def test_no_place_is_drawn_twice_in_one_view(view):
    assert [region for region, times in Counter(s.region for s in view.regions).items() if times > 1] == []


@VIEWS
def test_every_place_can_be_hit_with_a_thumb(view):
    small = {}
    for shape in view.regions:
        left, top, right, bottom = box(shape)
        if min(right - left, bottom - top) < SMALLEST_TARGET:
            small[shape.region] = (right - left, bottom - top)
    assert small == {}


@VIEWS
def test_the_view_fits_a_narrow_page_at_full_size(view):
    assert view.width <= NARROW_PAGE


@VIEWS
def test_every_shape_and_its_mark_are_inside_the_drawing(view):
    outside = [
        shape.region
        for shape in view.regions
        if not (
            box(shape)[0] >= 0
            and box(shape)[1] >= 0
            and box(shape)[2] <= view.width
            and box(shape)[3] <= view.height
        )
        or not holds(shape, shape.x, shape.y)
    ]
    assert outside == []


@VIEWS
def test_no_place_covers_the_mark_of_another(view):
    covered = [
        (one.region, other.region)
        for one in view.regions
        for other in view.regions
        if one is not other and holds(one, other.x, other.y)
    ]
    assert covered == []


@VIEWS
def test_a_control_stands_within_a_step_of_its_mark(view):
    for shape in view.regions:
        assert 0 <= shape.row <= ROWS
        assert abs(shape.row / ROWS * view.height - shape.y) <= view.height / ROWS
        assert 0 <= shape.column <= COLUMNS
        assert abs(shape.column / COLUMNS * view.width - shape.x) <= view.width / COLUMNS


def test_places_on_the_midline_have_no_twin_and_those_beside_it_do():
    front = {shape.region: shape.twin for shape in view_of("front").regions}
    assert front["pubic_bone"] is False
    assert front["knee_cap"] is True
    assert not any(shape.twin for shape in view_of("outer").regions)


def test_the_drawing_is_read_once():
    assert views() is views()


BOX = re.compile(
    r'<label class="(bm-region|bm-choice)"><input[^>]*? name="region" value="(\w+)"( checked)?>'
    r"(?:<svg .*?</svg>)?<span[^>]*>([^<]+)</span></label>"
)


def page(*chosen: str) -> str:
    labels = {region: f"The {region} place" for region in located()}
    areas = [("Everywhere", sorted(labels.items()))]
    context = {"views": views(), "labels": labels, "chosen": set(chosen), "areas": areas}
    return render_to_string("bodymap/_bodymap.html", context)


def test_each_place_is_a_checkbox_with_its_label_in_the_drawing_and_in_the_list():
    boxes = BOX.findall(page())
    assert len(boxes) == page().count('name="region"')
    assert {region for part, region, _, _ in boxes if part == "bm-region"} == located()
    assert sorted(region for part, region, _, _ in boxes if part == "bm-choice") == sorted(located())
    assert all(label == f"The {region} place" for _, region, _, label in boxes)


def test_a_chosen_place_is_checked_wherever_it_stands_and_no_other_is():
    boxes = BOX.findall(page("fibular_head"))
    assert {region for _, region, checked, _ in boxes if checked} == {"fibular_head"}
    assert all(checked for _, region, checked, _ in boxes if region == "fibular_head")


def test_a_drawn_place_without_a_label_is_refused():
    with pytest.raises(KeyError):
        render_to_string(
            "bodymap/_bodymap.html", {"views": views(), "labels": {}, "chosen": set(), "areas": []}
        )


def test_the_page_holds_no_inline_style_and_no_script():
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=", page())


def test_the_style_sheet_knows_every_view_and_every_step():
    css = Path(look).with_name("static").joinpath("css", "bodymap.css").read_text(encoding="utf-8")
    wanted = {f".bm-r{row} " for row in range(ROWS + 1)} | {
        f".bm-c{column} " for column in range(COLUMNS + 1)
    }
    wanted |= {f'[value="{view.id}"]:checked) .bm-view-{view.id}' for view in views()}
    assert {rule for rule in wanted if rule not in css} == set()


def view_of(id: str) -> View:
    return next(view for view in views() if view.id == id)
