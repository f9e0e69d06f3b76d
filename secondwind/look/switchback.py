"""The one ornament: a thin trail in switchbacks that marks how far along something is."""

from dataclasses import dataclass

STEP_WIDTH = 100
CLIMB = 20
MARGIN = 8


@dataclass(frozen=True, slots=True)
class Switchback:
    """The drawing for `total` steps of which the one at `here` (from 1) is reached: view box, paths, marks.

    The way from one step to the next is 100 units wide and climbs 20. The drawing may be stretched sideways:
    strokes do not scale, and a way mark is a path of no length with a round end, so it stays a circle.
    """

    total: int
    here: int

    @property
    def view_box(self) -> str:
        return f"0 0 {STEP_WIDTH * (self.total - 1)} {CLIMB * (self.total - 1) + 2 * MARGIN}"

    @property
    def walked(self) -> str:
        """The path from the first way mark to the one that is reached."""
        return self._path(1, self.here)

    @property
    def ahead(self) -> str:
        """The path from the way mark that is reached to the last."""
        return self._path(self.here, self.total)

    @property
    def passed_marks(self) -> list[str]:
        return [self._mark(step) for step in range(1, self.here)]

    @property
    def here_mark(self) -> str:
        return self._mark(self.here)

    @property
    def coming_marks(self) -> list[str]:
        return [self._mark(step) for step in range(self.here + 1, self.total + 1)]

    def _point(self, step: int) -> tuple[int, int]:
        return STEP_WIDTH * (step - 1), CLIMB * (self.total - step) + MARGIN

    def _mark(self, step: int) -> str:
        x, y = self._point(step)
        return f"M{x} {y}h.01"

    def _path(self, first: int, last: int) -> str:
        x, y = self._point(first)
        return f"M{x} {y}" + "".join(self._leg(step) for step in range(first, last))

    def _leg(self, step: int) -> str:
        """Out, round a hairpin, back, round another, and out to the next way mark."""
        x, y = self._point(step)
        return (
            f"L{x + 68} {y - 2}C{x + 80} {y - 2.5} {x + 80} {y - 9} {x + 68} {y - 9}"
            f"L{x + 36} {y - 10}C{x + 24} {y - 10.5} {x + 24} {y - 17} {x + 36} {y - 17}"
            f"L{x + STEP_WIDTH} {y - CLIMB}"
        )
