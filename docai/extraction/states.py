"""States: what is known of each field, and how surely, once candidates are in order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from docai.extraction.candidates import Candidate
from docai.extraction.fields import Leaf
from docai.extraction.result import Money, Problem, State, Value
from docai.extraction.sums import SUM_FIELDS, names_of
from docai.extraction.trust import Trust

SURELY_THERE = 0.6  # a word tagged so surely, that is no value of its kind, is illegible
RIVAL = 0.6  # another value this likely, relative to the best, is a conflict


def decide(found: Sequence[Candidate], path: str, trust: Trust) -> Value:
    """Give a field its state from its candidates, best first; confidence comes later."""
    usable = [c for c in found if c.typed is not None]
    if not usable or ("[" not in path and not trust.is_likely(usable[0])):
        unread = [c for c in found if c.typed is None and c.probability >= SURELY_THERE]
        return _value(unread[0], State.ILLEGIBLE) if unread else Value(State.ABSENT)
    best, *others = usable
    if best.other is not None:
        other = replace(_value(best, State.FOUND), typed=best.other)
        return replace(_value(best, State.CONFLICT), alternatives=(other,))
    rivals = [c for c in others if c.probability >= RIVAL * best.probability]
    if not rivals or path in SUM_FIELDS:
        return _value(best, State.FOUND)
    shown = tuple(_value(rival, State.FOUND) for rival in rivals)
    return replace(_value(best, State.CONFLICT), alternatives=shown)


def sure(value: Value, found: Sequence[Candidate], sums: int, trust: Trust) -> Value:
    """Return a value with its confidence; where two models disagree, each side has its own.

    Amounts are no conflict where a sum speaks for one of them.
    """
    value = replace(value, confidence=trust.confidence(found, sums))
    if not trust.looked:
        return value
    best, *others = [c for c in found if c.typed is not None]
    rivals = [c for c in others if c.probability >= RIVAL * best.probability]
    if best.path in SUM_FIELDS:
        rivals = [c for c in rivals if sums <= 0 and not set(c.said) & set(best.said)]
    if not rivals or best.other is not None:
        return value
    shown = tuple(
        replace(_value(c, State.FOUND), confidence=trust.confidence([c, best], 0)) for c in rivals
    )
    return replace(value, state=State.CONFLICT, alternatives=shown)


def sums(fields: Mapping[str, Value], problems: Sequence[Problem]) -> dict[str, int]:
    """Return 1 for amounts that take part in sums that add up, -1 for those of sums that do not."""
    wrong = {path for problem in problems for path in problem.paths}
    return dict.fromkeys(_in_sums(fields), 1) | dict.fromkeys(wrong, -1)


def shaped(value: Value, leaf: Leaf) -> Value:
    """Return a value such that JSON shows it as the schema wants it."""
    if value.typed is None:
        return value
    alternatives = tuple(shaped(other, leaf) for other in value.alternatives)
    return replace(value, typed=leaf.shaped(value.typed), alternatives=alternatives)


def _value(one: Candidate, state: State) -> Value:
    """Turn a candidate into a value."""
    return Value(
        state=state,
        typed=one.typed,
        text=one.text,
        evidence=(one.evidence, *one.rest) if one.evidence else (),
        witnesses=one.witnesses,
        origin=one.origin,
    )


def _in_sums(fields: Mapping[str, Value]) -> set[str]:
    """Return the amounts that take part in a check: those of a page with two or more of them."""
    amounts = {p for p in SUM_FIELDS if isinstance(getattr(fields.get(p), "typed", None), Money)}
    names = names_of(fields)
    prices = {p for p in fields if p.startswith("items[") and p.endswith(f"].{names.line}")}
    if names.total not in amounts or len(amounts) + bool(prices) < 2:
        return set()
    return amounts | prices
