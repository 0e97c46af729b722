"""How well names of fields find the keys that ask for them: ``python benchmarks/matcher.py``.

``matcher.txt`` beside this file holds names of fields with keys that ask for them and keys that ask
for something else, in seven languages. Half of the fields choose the threshold, the other half is
measured. Prints precision, recall and accuracy; apart, for keys that the table of concepts lists as
they are.
"""

import argparse
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from docai.vlm.builtin.concepts import fold, lexicon
from docai.vlm.builtin.matcher import LEAST, likeness
from docai.vlm.engine import Field

CASES = Path(__file__).with_name("matcher.txt")


@dataclass(frozen=True, slots=True)
class Case:
    """A field and a key.

    Attributes:
        field: as a schema names it.
        key: as a form prints it.
        is_same: whether the key asks for the field.
        is_chosen_on: whether it is of the half that chooses the threshold.
    """

    field: Field
    key: str
    is_same: bool
    is_chosen_on: bool


def cases() -> list[Case]:
    """Read the cases; all of one field are on the same side."""
    out = []
    for line in CASES.read_text("utf8").splitlines():
        if line.startswith("#") or not line:
            continue
        head, same, other = re.split(r" [+-] ", line, maxsplit=2)
        name, _, listed = (part.strip() for part in head.partition("="))
        aliases = tuple(alias.strip() for alias in listed.split(";") if alias.strip())
        field = Field(name, "text", aliases=aliases)
        is_chosen_on = zlib.crc32(name.encode()) % 2 == 0
        for keys, is_same in ((same, True), (other, False)):
            out += [Case(field, key.strip(), is_same, is_chosen_on) for key in keys.split(";")]
    return out


def is_listed(key: str) -> bool:
    """Tell whether the table of concepts has a key letter for letter."""
    return "".join(c for c in fold(key) if c.isalnum() or c == "#") in lexicon().meanings


def told(some: Sequence[Case], least: float) -> tuple[float, float, float]:
    """Return precision, recall and accuracy with a threshold."""
    said = np.array([likeness(case.field, case.key) >= least for case in some])
    same = np.array([case.is_same for case in some])
    right = float((said & same).sum())
    return right / max(said.sum(), 1), right / max(same.sum(), 1), float((said == same).mean())


def main() -> None:
    """Choose, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--errors", action="store_true", help="print the cases that go wrong")
    asked = parser.parse_args()
    every = cases()
    chosen_on = [case for case in every if case.is_chosen_on]
    measured = [case for case in every if not case.is_chosen_on]
    best = max(np.arange(0.4, 1, 0.01), key=lambda least: told(chosen_on, least)[2])
    print(f"threshold chosen {best:.2f}, in use {LEAST:.2f}")
    halves = {
        "chosen on": chosen_on,
        "measured": measured,
        "  in table": [case for case in measured if is_listed(case.key)],
        "  not": [case for case in measured if not is_listed(case.key)],
    }
    for name, some in halves.items():
        precision, recall, accuracy = told(some, LEAST)
        count = sum(case.is_same for case in some)
        print(
            f"{name:10s} P {precision:.3f}  R {recall:.3f}  accuracy {accuracy:.3f}  "
            f"({count} that are the same, {len(some) - count} that are not)"
        )
    for case in chosen_on if asked.errors else ():  # never look at the measured half
        alike = likeness(case.field, case.key)
        if (alike >= LEAST) != case.is_same:
            print(
                f"{alike:.2f} {'same ' if case.is_same else 'other'} {case.field.path}: {case.key}"
            )


if __name__ == "__main__":
    main()
