"""Every pair of colours that is used together can be read, in light and in dark."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[1] / "static/css/tokens.css"

# WCAG 2.2 AA: 4.5 for text, 3 for what has to be seen to use a page (lines of controls, marks, drawings).
TEXT = [
    ("ink", ["paper", "card", "sand", "pine-tint", "clay-tint", "ochre-tint"]),
    ("slate", ["paper", "card", "sand", "pine-tint", "clay-tint", "ochre-tint"]),
    ("pine", ["paper", "card", "sand", "pine-tint"]),
    ("pine-deep", ["paper", "card", "pine-tint"]),
    ("on-pine", ["pine", "pine-deep"]),
    ("clay-deep", ["paper", "card", "clay-tint"]),
    ("on-clay", ["clay", "clay-deep"]),
]
SEEN = [
    ("edge", ["paper", "card", "sand"]),
    ("pine", ["paper", "card", "sand", "pine-tint"]),
    ("clay", ["paper", "card", "sand", "clay-tint"]),
]
# What only separates, and carries no meaning that is lost without it.
DECORATION = {"hairline"}


def _palettes() -> dict[str, dict[str, str]]:
    pairs = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS.read_text())
    return {
        "light": {name: light for name, light, _ in pairs},
        "dark": {name: dark for name, _, dark in pairs},
    }


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dim, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


PALETTES = _palettes()
PAIRS = [
    (name, front, back, least)
    for name in PALETTES
    for uses, least in ((TEXT, 4.5), (SEEN, 3.0))
    for front, backs in uses
    for back in backs
]


@pytest.mark.parametrize(("palette", "front", "back", "least"), PAIRS)
def test_a_pair_of_colours_can_be_told_apart(palette, front, back, least):
    colours = PALETTES[palette]

    assert _contrast(colours[front], colours[back]) >= least


@pytest.mark.parametrize("palette", PALETTES)
def test_no_colour_is_left_out_of_the_pairs(palette):
    paired = {colour for _, front, back, _ in PAIRS for colour in (front, back)}

    assert set(PALETTES[palette]) - DECORATION == paired


def test_every_colour_is_said_for_light_and_for_dark():
    css = TOKENS.read_text()

    assert PALETTES["light"]
    assert len(re.findall(r"#[0-9a-f]{3,8}\b", css)) == 2 * len(PALETTES["light"])
    assert all(PALETTES["light"][name] != dark for name, dark in PALETTES["dark"].items())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_member_may_choose_either_palette(theme):
    assert re.search(rf':root\[data-theme="{theme}"\] {{\s*color-scheme: {theme};', TOKENS.read_text())


def test_no_other_style_sheet_of_the_look_names_a_colour_of_its_own():
    for sheet in TOKENS.parent.glob("*.css"):
        if sheet.name not in {"tokens.css", "print.css", "bodymap.css"}:
            assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|hsl", sheet.read_text()), sheet.name
