"""How sure a value is, whoever says it.

The shipped calibration was fitted for the built-in model and holds for it alone. Of any other model
nothing is known but what it says of itself, and models that write are too sure of themselves. So,
unless somebody has fitted a calibration for it, with numbers set by hand:

- Alone it is never surer of a value than CAPS allows for where the value comes from, than its own
  probability, and than OCR is of the least sure word. A sum that adds up lifts the cap a little,
  one that does not lowers it. A value in its own words stays at a half: nothing bears it out.
- Where the built-in model looked too and agrees, the value is wrong only if both are:
  1 - (1 - a)(1 - b), but both read the same words, so never surer than OCR, unless one was already.
- Where it says something else, both cannot be right: a (1 - b) / (1 - a b) is left of a.
- Where it looked and found nothing, DOUBT of the confidence is left; the same the other way round.
  What the built-in model believes with less than LEAST_PROBABILITY, it has not found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from docai.extraction.amounts import any_of
from docai.extraction.candidates import Candidate
from docai.extraction.confidence import Calibration, Signals, confidence, group_of
from docai.extraction.fields import field_path
from docai.extraction.typed import kind_of
from docai.vlm.engine import Origin

FITTED_FOR = "docai-builtin/"  # names of models that the shipped calibration holds for begin so
BUILTIN = "builtin"
LEAST_PROBABILITY = 0.3  # of a tagged value; below it there is none; set by hand, not fitted
CAPS = {
    Origin.COPIED: 0.9,
    Origin.CORRECTED: 0.75,
    Origin.CHOSEN: 0.75,
    Origin.WRITTEN: 0.5,
}
ADDS_UP = 0.95
ADDS_UP_NOT = 0.5
DOUBT = 0.75
HIGHEST = 0.995
LOWEST = 1e-4  # what is reported is not impossible


@dataclass(frozen=True)
class Trust:
    """What is known of the models that gave a reply.

    Attributes:
        model: name of the model, or of both.
        looked: per witness the fields it looked for; empty where one model was asked.
        calibration: fitted for this very model; None for what is known without.
    """

    model: str
    looked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    calibration: Calibration | None = None

    def is_tagged(self, one: Candidate) -> bool:
        """Tell whether the built-in model alone says so: it offers what it hardly believes."""
        if self.looked:
            return set(one.said) == {BUILTIN}
        return self.model.startswith(FITTED_FOR)

    def is_likely(self, one: Candidate) -> bool:
        """Tell whether there is such a value at all in the model's view."""
        return one.probability >= LEAST_PROBABILITY or not self.is_tagged(one)

    def signals(self, found: Sequence[Candidate], sums: int) -> Signals:
        """Return what is known of the first of ``found`` that is a value."""
        best, *others = [one for one in found if one.typed is not None]
        known = _signals(best, max((one.probability for one in others), default=0.0), sums)
        if not self.looked:
            return known
        group = f"{'+'.join(sorted(best.said))}:{known.group}"  # agreement is a group of its own
        return replace(known, group=group, probability=any_of(best.said.values()))

    def confidence(self, found: Sequence[Candidate], sums: int) -> float:
        """Return how probable it is that the first of ``found`` that is a value is right."""
        signals = self.signals(found, sums)
        if self.calibration is not None:
            return confidence(signals, self.calibration)
        best, *others = [one for one in found if one.typed is not None]
        if not self.looked and self.model.startswith(FITTED_FOR):
            return confidence(signals)
        own = _own(best, others, sums)
        return max(LOWEST, own * self._left(own, best, others, sums))

    def weighed(self, found: Sequence[Candidate]) -> list[Candidate]:
        """Return candidates of two models with probabilities that can be compared, best first."""
        usable = [one for one in found if one.typed is not None]
        weighed = []
        for one in usable:
            worth = _own(one, [other for other in usable if other is not one], sums=0)
            if not self.is_likely(one):
                worth = min(worth, one.probability)  # there is no such value, unless for a sum
            weighed.append(replace(one, probability=worth))
        unread = [one for one in found if one.typed is None]
        return sorted([*weighed, *unread], key=lambda one: -one.probability)

    def _left(self, own: float, best: Candidate, others: Sequence[Candidate], sums: int) -> float:
        """Return the share of a model's confidence that is left after the other was heard."""
        for who, fields in self.looked.items():
            if who in best.said or field_path(best.path) not in fields:
                continue
            rivals = [one for one in others if who in one.said and self.is_likely(one)]
            if not rivals:
                return DOUBT
            theirs = _alone(who, rivals[0], [], sums)
            return (1 - theirs) / max(1 - own * theirs, LOWEST)
        return 1.0


def _own(best: Candidate, others: Sequence[Candidate], sums: int) -> float:
    """Return what a value is worth before those are heard who do not say so."""
    own = [_alone(who, best, others, sums) for who in best.said]
    if len(own) == 1:
        return own[0]
    agreed = min(HIGHEST, 1 - (1 - own[0]) * (1 - own[1]))
    if best.origin is Origin.CORRECTED:  # the built-in model points, and cannot correct
        agreed = min(agreed, CAPS[best.origin])
    return min(agreed, max(*own, best.ocr_confidence))


def _alone(who: str, best: Candidate, others: Sequence[Candidate], sums: int) -> float:
    """Return what a value is worth that one of the models says."""
    rival = max((one.said[who] for one in others if who in one.said), default=0.0)
    if who == BUILTIN:
        return confidence(replace(_signals(best, rival, sums), probability=best.said[who]))
    cap = CAPS[best.origin]
    cap = {1: max(cap, ADDS_UP), 0: cap, -1: min(cap, ADDS_UP_NOT)}[sums]
    share = best.said[who] / max(best.said[who] + rival, LOWEST)
    return min(best.said[who], cap, best.ocr_confidence) * share


def _signals(one: Candidate, rival: float, sums: int) -> Signals:
    """Return what is known of a value, whoever says so."""
    return Signals(
        group=group_of(one.path),
        probability=one.probability,
        rival=rival,
        ocr_confidence=one.ocr_confidence,
        sums=sums,
        num_words=len(one.evidence.words) if one.evidence else 0,
        type="text" if one.typed is None else kind_of(one.typed),
        legibility=one.legibility,
    )
