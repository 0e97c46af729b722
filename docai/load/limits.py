"""What one document may cost, and what to say when it costs more."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from docai.errors import LimitExceeded


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost.

    Attributes:
        max_bytes: of the file.
        max_pages: of the document.
        max_pixels: of each page picture.
        timeout_s: for the whole document. Looked at between pages, and while a PDF page is drawn.
        max_total_pixels: of all page pictures together.
    """

    max_bytes: int = 100_000_000
    max_pages: int = 200
    max_pixels: int = 80_000_000
    timeout_s: float = 120.0
    max_total_pixels: int = 2_000_000_000


DEFAULT_LIMITS = Limits()


@dataclass(slots=True)
class Deadline:
    """The moment at which a document has had its ``timeout_s``, counted from creation."""

    timeout_s: float
    started_s: float = field(default_factory=time.monotonic)

    def left_s(self) -> float:
        """Return the seconds left; always more than 0.

        Raises:
            LimitExceeded: there are none.
        """
        left_s = self.started_s + self.timeout_s - time.monotonic()
        if left_s <= 0:
            raise self.exceeded()
        return left_s

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the clock while somebody else is at work."""
        paused_s = time.monotonic()
        yield
        self.started_s += time.monotonic() - paused_s

    def exceeded(self) -> LimitExceeded:
        """Return the error to raise when time is up."""
        spent_s = time.monotonic() - self.started_s
        return LimitExceeded(
            f"loading took more than {spent_s:.1f} s; {self.timeout_s:g} s are allowed"
        )


def check_pages(num_pages: int, limits: Limits) -> None:
    """Refuse more pages than ``limits`` allow."""
    if num_pages > limits.max_pages:
        raise LimitExceeded(
            f"the document has {num_pages:,} pages; at most {limits.max_pages:,} are allowed"
        )


def check_pixels(number: int, height: int, width: int, limits: Limits) -> None:
    """Refuse page ``number`` if it has more pixels than ``limits`` allow."""
    if height * width > limits.max_pixels:
        raise LimitExceeded(
            f"page {number} is {width:,} x {height:,} = {height * width:,} pixels; "
            f"at most {limits.max_pixels:,} are allowed"
        )


def check_total_pixels(num_pages: int, pixels: int, limits: Limits) -> None:
    """Refuse a document whose first ``num_pages`` have more ``pixels`` than ``limits`` allow."""
    if pixels > limits.max_total_pixels:
        raise LimitExceeded(
            f"pages 1 to {num_pages} have {pixels:,} pixels together; at most "
            f"{limits.max_total_pixels:,} are allowed: split the document"
        )
