"""Extraction: values with their evidence, and the JSON that downstream systems read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from docai.extraction.kind import DocumentKind
from docai.extraction.part import Part
from docai.extraction.tables import ExtractedTable, table_json, table_of
from docai.extraction.typed import Money, Typed, kind_of, plain, typed_of
from docai.geometry import Box
from docai.quality import Quality
from docai.vlm.engine import Origin

__all__ = [
    "Evidence",
    "Extraction",
    "Money",
    "Origin",
    "PageInfo",
    "Problem",
    "Proposal",
    "State",
    "Typed",
    "Value",
    "nest",
    "plain",
]

MISFIT = "schema_mismatch"
"""Code of the problem with a value that does not fit the schema: `Extraction.data` lacks it."""


class State(StrEnum):
    """What is known about a field."""

    FOUND = "found"  # printed and read
    ABSENT = "absent"  # the document has none
    ILLEGIBLE = "illegible"  # it is there, and nobody could read it
    CONFLICT = "conflict"  # witnesses disagree; all of them are shown


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value is printed.

    Attributes:
        page: from 1.
        box: around the words, in page pixels.
        words: indices into the words of the page's reading.
    """

    page: int
    box: Box
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """The answer for one field.

    Attributes:
        state: found, absent, illegible or conflict.
        typed: the normalised value; None unless found (or the likelier side of a conflict).
        text: as printed, words joined by spaces; None where nothing printed bears the value out.
        confidence: probability that the value is right, in [0, 1].
        evidence: where it is printed, a piece per page.
        witnesses: who said so: ``xml`` (the e-invoice inside the file), ``ocr``, ``text_layer``,
            ``vlm``, ``builtin``.
        alternatives: other values with evidence of their own, likeliest first.
        origin: whether it is copied, or put right, chosen or written by a model; or whether only
            the e-invoice inside the file says so.
    """

    state: State
    typed: Typed | None = None
    text: str | None = None
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    witnesses: tuple[str, ...] = ()
    alternatives: tuple["Value", ...] = ()
    origin: Origin = Origin.COPIED


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that would make a failed check right; offered, never applied.

    Attributes:
        path: the field it would change.
        text: the other reading.
        typed: its value.
        reason: why it is offered.
    """

    path: str
    text: str
    typed: Typed
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit, for a person to look at.

    Attributes:
        code: stable, for programs: such as ``sum_mismatch``.
        message: for people, with the values.
        paths: the fields concerned.
        proposals: changes that would make it right, if OCR offers any.
    """

    code: str
    message: str
    paths: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What a reader of the result must know of a page to draw boxes on it, and to trust it.

    Attributes:
        number: from 1.
        width: in pixels.
        height: in pixels.
        dpi: resolution of the picture where the file tells it.
        angle_deg: how far the page must be turned clockwise for its text to stand upright.
        quality: of the picture; None where nobody looked.
    """

    number: int
    width: int
    height: int
    dpi: float | None
    angle_deg: float
    quality: Quality | None = None


@dataclass(frozen=True)
class Extraction:
    """Everything found on one document.

    Attributes:
        schema_name: such as ``receipt``.
        schema_version: counted from 1.
        name: what the document was called.
        sha256: of its bytes.
        pages: in order.
        fields: value per leaf path (``total``, ``items[0].price``). Every scalar field of the
            schema has one, absent ones too; items only where something was found.
        problems: what does not fit.
        engines: names, by role (``ocr``, ``vlm``).
        timings_s: wall seconds per stage.
        kind: what the document was taken for; None where nobody asked.
        tables: on all pages, in order, as far as the model looks for them.
        part: which part of the file this is; None where nobody asked to split it.
    """

    schema_name: str
    schema_version: int
    name: str
    sha256: str
    pages: tuple[PageInfo, ...]
    fields: Mapping[str, Value]
    problems: tuple[Problem, ...] = ()
    engines: Mapping[str, str] = field(default_factory=dict)
    timings_s: Mapping[str, float] = field(default_factory=dict)
    kind: DocumentKind | None = None
    tables: tuple[ExtractedTable, ...] = ()
    part: Part | None = None

    @property
    def data(self) -> dict[str, Any]:
        """Typed values nested as in the schema.

        What is not on the page is left out, and so is what does not fit the schema.
        """
        return nest(self._fitting)

    @property
    def _fitting(self) -> dict[str, Typed]:
        """Typed values by path, without those that do not fit the schema."""
        misfits = {path for p in self.problems if p.code == MISFIT for path in p.paths}
        return {
            path: value.typed
            for path, value in self.fields.items()
            if value.typed is not None and path not in misfits
        }

    def timed(self, timings_s: Mapping[str, float]) -> "Extraction":
        """Return the same extraction with the wall seconds of its stages."""
        return replace(self, timings_s=timings_s)

    @classmethod
    def from_json(cls, result: Mapping[str, Any]) -> "Extraction":
        """Undo `to_json`, but for what it rounds.

        Raises:
            ValueError: ``result`` is no result of docai's, or one of a version without kinds.
        """
        try:
            return _extraction(result)
        except KeyError as error:
            raise ValueError(f"this is no result of docai's: it has no {error}") from error
        except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
            raise ValueError(f"this is no result of docai's: {error}") from error

    def to_json(self) -> dict[str, Any]:
        """Return the whole result as plain JSON values: decimals as strings, ISO 8601 dates."""
        return {
            "id": self.sha256[:16],
            "name": self.name,
            "schema": {"name": self.schema_name, "version": self.schema_version},
            "document": {
                "sha256": self.sha256,
                **({} if self.kind is None else {"kind": _kind_json(self.kind)}),
                **({} if self.part is None else {"part": self.part.to_json()}),
                "pages": [
                    {
                        "number": p.number,
                        "width": p.width,
                        "height": p.height,
                        "dpi": p.dpi,
                        "angle_deg": round(p.angle_deg, 2),
                        **({} if p.quality is None else {"quality": p.quality.to_json()}),
                    }
                    for p in self.pages
                ],
            },
            "data": nest({path: plain(typed) for path, typed in self._fitting.items()}),
            "fields": {path: _value_json(value) for path, value in self.fields.items()},
            "problems": [_problem_json(problem) for problem in self.problems],
            "tables": [table_json(table) for table in self.tables],
            "engines": dict(self.engines),
            "timings_s": {stage: round(s, 3) for stage, s in self.timings_s.items()},
        }


def nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Turn ``{"items[0].price": 1}`` into ``{"items": [{"price": 1}]}``; rows close up."""
    nested: dict[str, Any] = {}
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for path, value in flat.items():
        if "[" not in path:
            nested[path] = value
            continue
        name, rest = path.split("[", 1)
        number, leaf = rest.split("].", 1)
        key = (name, int(number))
        if key not in rows:
            rows[key] = {}
            nested.setdefault(name, []).append(rows[key])
        rows[key][leaf] = value
    return nested


def _value_json(value: Value) -> dict[str, Any]:
    """Return one value with its evidence as plain JSON; an absent one is short."""
    out: dict[str, Any] = {"state": value.state.value}
    if value.text is not None:
        out["text"] = value.text
    if value.typed is not None:
        out |= {"value": plain(value.typed), "kind": kind_of(value.typed)}
    if value.origin is not Origin.COPIED:
        out["origin"] = value.origin.value
    out["confidence"] = round(value.confidence, 4)
    if value.state is not State.ABSENT:
        out["witnesses"] = list(value.witnesses)
        out["evidence"] = [
            {"page": e.page, "box": [round(c, 1) for c in e.box], "words": list(e.words)}
            for e in value.evidence
        ]
    if value.alternatives:
        out["alternatives"] = [_value_json(a) for a in value.alternatives]
    return out


def _problem_json(problem: Problem) -> dict[str, Any]:
    """Return one problem as plain JSON."""
    out: dict[str, Any] = {
        "code": problem.code,
        "message": problem.message,
        "fields": list(problem.paths),
    }
    if problem.proposals:
        out["proposals"] = [
            {
                "field": p.path,
                "text": p.text,
                "value": plain(p.typed),
                "kind": kind_of(p.typed),
                "reason": p.reason,
            }
            for p in problem.proposals
        ]
    return out


def _extraction(result: Mapping[str, Any]) -> Extraction:
    """Return the extraction that a result shows."""
    schema, document = result["schema"], result["document"]
    return Extraction(
        schema_name=schema["name"],
        schema_version=schema["version"],
        name=result["name"],
        sha256=document["sha256"],
        pages=tuple(
            PageInfo(
                p["number"],
                p["width"],
                p["height"],
                p["dpi"],
                p["angle_deg"],
                Quality.from_json(p["quality"]) if "quality" in p else None,
            )
            for p in document["pages"]
        ),
        fields={path: _value(shown) for path, shown in result["fields"].items()},
        problems=tuple(_problem(shown) for shown in result["problems"]),
        engines=dict(result["engines"]),
        timings_s=dict(result["timings_s"]),
        kind=_kind(document["kind"]) if "kind" in document else None,
        part=Part.from_json(document["part"]) if "part" in document else None,
        tables=tuple(table_of(shown) for shown in result.get("tables", ())),
    )


def _kind_json(kind: DocumentKind) -> dict[str, Any]:
    """Return what a document was taken for as plain JSON."""
    return {
        "name": kind.name,
        "confidence": round(kind.confidence, 4),
        "classifier": kind.classifier,
    }


def _kind(shown: Mapping[str, Any]) -> DocumentKind:
    """Undo `_kind_json`."""
    return DocumentKind(shown["name"], shown["confidence"], shown["classifier"])


def _value(shown: Mapping[str, Any]) -> Value:
    """Undo `_value_json`."""
    return Value(
        state=State(shown["state"]),
        typed=typed_of(shown["kind"], shown["value"]) if "value" in shown else None,
        text=shown.get("text"),
        confidence=shown["confidence"],
        evidence=tuple(_evidence(piece) for piece in shown.get("evidence", ())),
        witnesses=tuple(shown.get("witnesses", ())),
        alternatives=tuple(_value(other) for other in shown.get("alternatives", ())),
        origin=Origin(shown.get("origin", Origin.COPIED)),
    )


def _evidence(shown: Mapping[str, Any]) -> Evidence:
    """Return one piece of evidence."""
    x0, y0, x1, y1 = shown["box"]
    return Evidence(shown["page"], (x0, y0, x1, y1), tuple(shown["words"]))


def _problem(shown: Mapping[str, Any]) -> Problem:
    """Undo `_problem_json`."""
    return Problem(
        code=shown["code"],
        message=shown["message"],
        paths=tuple(shown["fields"]),
        proposals=tuple(
            Proposal(p["field"], p["text"], typed_of(p["kind"], p["value"]), p["reason"])
            for p in shown.get("proposals", ())
        ),
    )
