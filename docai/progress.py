"""How far a long run is, on standard error: a bar on a terminal, else a line now and then."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

LINE_EVERY_S = 10.0


class Progress:
    """Counts documents; tells how many there were, how fast it goes, and how long it will take."""

    def __init__(self, total: int) -> None:
        """Begin to count.

        Args:
            total: how many documents there will be.
        """
        self.total = total
        self.num_before = 0
        self.num_done = 0
        self.num_failed = 0
        self._started_s = self._said_s = time.monotonic()
        self._bar = _bar(total) if sys.stderr.isatty() else None

    def __enter__(self) -> "Progress":
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def pass_over(self) -> None:
        """Count a document that an earlier run has done."""
        self.num_before += 1
        self.tick()

    def count(self, *, is_failed: bool = False) -> None:
        """Count a document that this run has done."""
        self.num_done += 1
        self.num_failed += is_failed
        self.tick()

    def tick(self) -> None:
        """Tell how far it is, if it is time to."""
        if self._bar is not None:
            said = ", ".join(self._figures())
            completed = self.num_before + self.num_done
            self._bar.update(self._bar.task_ids[0], completed=completed, said=said)
        elif time.monotonic() - self._said_s >= LINE_EVERY_S:
            self._said_s = time.monotonic()
            sys.stderr.write(f"{self}\n")
            sys.stderr.flush()

    def __str__(self) -> str:
        done = f"{self.num_before + self.num_done} of {self.total} documents"
        return ", ".join([done, *self._figures()])

    def _figures(self) -> list[str]:
        """Return throughput, time left and failures, as far as there are any."""
        figures = []
        if self.num_done:
            per_s = self.num_done / max(time.monotonic() - self._started_s, 1e-3)
            left = self.total - self.num_before - self.num_done
            figures = [_rate(per_s), f"{duration(left / per_s)} left"]
        if self.num_failed:
            figures.append(f"{self.num_failed} failed")
        return figures


def _bar(total: int) -> "Bar":
    """Return a bar on standard error; what is complained of meanwhile stands above it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
    bar = Bar(*columns, console=Console(stderr=True), redirect_stdout=False)
    bar.add_task("extracting", total=total, said="")
    return bar


def _rate(per_s: float) -> str:
    """Return a throughput for people."""
    return f"{per_s:.1f}/s" if per_s >= 1 else f"{per_s * 60:.1f}/min"


def duration(seconds: float) -> str:
    """Return a duration for people, in the unit that suits it."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
