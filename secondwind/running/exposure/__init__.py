"""Which runs precede pain, and with what certainty, for one runner.

`analyse` takes a `Diary` (runs, what each was like, the pain around it) and gives a `Result`: for each site
and lag a joint model of all exposures, or the refusal to make one. `read_table` makes a diary of a CSV
file, `exposures_of` the exposures of plain run records. Nothing here says that anything is a cause."""

from secondwind.running.exposure.diary import Diary, Exposure, Lag, Pain, usual
from secondwind.running.exposure.model import LEAST_FLARES, LEAST_RUNS, analyse
from secondwind.running.exposure.result import (
    Answer,
    Case,
    Count,
    Effect,
    LeftOut,
    Refusal,
    Result,
    Together,
)
from secondwind.running.exposure.runs import RunRecord, exposures_of, temperature_c
from secondwind.running.exposure.table import BadTable, Problem, Table, read_table

__all__ = [
    "LEAST_FLARES",
    "LEAST_RUNS",
    "Answer",
    "BadTable",
    "Case",
    "Count",
    "Diary",
    "Effect",
    "Exposure",
    "Lag",
    "LeftOut",
    "Pain",
    "Problem",
    "Refusal",
    "Result",
    "RunRecord",
    "Table",
    "Together",
    "analyse",
    "exposures_of",
    "read_table",
    "temperature_c",
    "usual",
]
