"""Pictures of runs: plain values in, a drawing and its table out. No Django in here.

A drawing is SVG without a style or a script of its own: classes carry the colours (`pictures.css`), and every
drawing has a title, a description and a table that says the same.
"""

from secondwind.runlog.pictures.calendar import month
from secondwind.runlog.pictures.elevation import elevation
from secondwind.runlog.pictures.pace import heart_rate, pace
from secondwind.runlog.pictures.route import route
from secondwind.runlog.pictures.shoes import shoes
from secondwind.runlog.pictures.svg import Picture, Table
from secondwind.runlog.pictures.units import KILOMETRES, MILES, Units, units_of
from secondwind.runlog.pictures.weeks import weeks

__all__ = [
    "KILOMETRES",
    "MILES",
    "Picture",
    "Table",
    "Units",
    "elevation",
    "heart_rate",
    "month",
    "pace",
    "route",
    "shoes",
    "units_of",
    "weeks",
]
