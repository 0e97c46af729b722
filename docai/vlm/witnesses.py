"""Two witnesses: a model that writes, and the built-in model beside it.

They look at the same pages and read the same words, but know nothing of each other. What to make of
it where they agree and where they do not is for whoever asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from docai.document import Page
from docai.provenance import Provenance, provenance_of
from docai.vlm.builtin.tags import ITEM_COLUMNS, OTHER_COLUMNS, OTHER_NAMES, SCALARS
from docai.vlm.engine import Mode, Question, Reply, Vlm
from docai.vlm.paths import split
from docai.vlm.tokens import ImageTokens, check_maker

VLM, BUILTIN = "vlm", "builtin"

_TAUGHT = frozenset(
    {
        *(*SCALARS, *OTHER_NAMES),
        *(f"items[].{column}" for column in (*ITEM_COLUMNS, *OTHER_COLUMNS)),
    }
)
_MODES = frozenset({Mode.COPY, Mode.CORRECT})  # it points at words: it neither chooses nor writes


class TwoWitnesses:
    """Asks both models. Meets `docai.vlm.engine.Vlm`; one thread at a time, as they."""

    def __init__(self, vlm: Vlm, builtin: Vlm) -> None:
        """Put two models side by side.

        Args:
            vlm: is asked for every field.
            builtin: is asked for those that the built-in model was taught.
        """
        self._models: Mapping[str, Vlm] = {VLM: vlm, BUILTIN: builtin}

    @property
    def name(self) -> str:
        """Both names: tokens hold what both made of a page."""
        return " + ".join(model.name for model in self._models.values())

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`."""
        both = [provenance_of(model) for model in self._models.values()]
        return Provenance(
            engine=self.name,
            versions=_united(one.versions for one in both),
            weights=_united(one.weights for one in both),
            models=tuple(name for one in both for name in one.models),
        )

    def encode(self, page: Page) -> ImageTokens:
        """See `docai.vlm.engine.Vlm.encode`."""
        of_each = {who: model.encode(page) for who, model in self._models.items()}
        return ImageTokens(
            page.number,
            self.name,
            {f"{who}.{n}": t for who, one in of_each.items() for n, t in one.tensors.items()},
            {who: dict(one.facts) for who, one in of_each.items()},
        )

    def answer(self, question: Question) -> Reply:
        """See `docai.vlm.engine.Vlm.answer`.

        Returns:
            The answers of both, each with its witness; ``unasked`` are the fields that neither
            looked for.
        """
        check_maker(question.tokens, self.name)
        said = self._ask(VLM, question)
        looked = {VLM: _looked_for(question, said)}
        pointed = self._ask(BUILTIN, question)  # its tables are wanted whatever the fields
        taught = frozenset(
            f.path for f in question.fields if f.path in _TAUGHT and f.mode in _MODES
        )
        if taught:
            looked[BUILTIN] = taught
        theirs = [
            replace(one, witness=BUILTIN)
            for one in pointed.answers
            if _field_path(one.path) in taught
        ]
        return Reply(
            answers=(*(replace(one, witness=VLM) for one in said.answers), *theirs),
            unasked=tuple(
                path for path in said.unasked if path not in taught or path in pointed.unasked
            ),
            stop=said.stop,
            looked=looked,
            tables=pointed.tables,
        )

    def _ask(self, who: str, question: Question) -> Reply:
        """Ask one of the models, with its own tokens."""
        model = self._models[who]
        tokens = tuple(_own(who, model.name, tokens) for tokens in question.tokens)
        return model.answer(replace(question, tokens=tokens))


def tokens_for(builtin: str, tokens: ImageTokens) -> ImageTokens | None:
    """Return the tokens that the built-in model of this name made of a page; None if it did not.

    They may be all there are, or stand beside those of a model that writes.
    """
    if tokens.model == builtin:
        return tokens
    return _own(BUILTIN, builtin, tokens) if tokens.model.endswith(f" + {builtin}") else None


def _own(who: str, model: str, tokens: ImageTokens) -> ImageTokens:
    """Return what one of the models made of a page."""
    start = f"{who}."
    tensors = {
        name.removeprefix(start): tensor
        for name, tensor in tokens.tensors.items()
        if name.startswith(start)
    }
    return ImageTokens(tokens.page, model, tensors, tokens.facts[who])


def _looked_for(question: Question, said: Reply) -> frozenset[str]:
    """Return the fields that the writing model looked for; if it was cut off, what it found."""
    if said.stop == "length":
        return frozenset(_field_path(one.path) for one in said.answers)
    return frozenset(field.path for field in question.fields) - set(said.unasked)


def _field_path(path: str) -> str:
    """Return the path of the field that a value is of."""
    name, column = split(path)
    return f"{name}[].{column}" if name else column


def _united(several: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return what all of several mappings hold; models share libraries, not weights."""
    return {name: value for one in several for name, value in one.items()}
