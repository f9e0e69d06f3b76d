"""The tables of the log. Every row has an owner, and only they see it unless they share it."""

from secondwind.runlog.models.imports import Batch, BatchLine, BatchState, Original, Outcome
from secondwind.runlog.models.runs import Run, Surface, SurfacePart, SurfaceSource, Track
from secondwind.runlog.models.sharing import Share, Zone
from secondwind.runlog.models.shoes import Shoe, ShoeUse

__all__ = [
    "Batch",
    "BatchLine",
    "BatchState",
    "Original",
    "Outcome",
    "Run",
    "Share",
    "Shoe",
    "ShoeUse",
    "Surface",
    "SurfacePart",
    "SurfaceSource",
    "Track",
    "Zone",
]
