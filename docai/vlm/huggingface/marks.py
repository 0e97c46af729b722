"""Marks: the tokens of a tokenizer that stand for something else than text.

``<|im_end|>`` ends a message, ``<image>`` holds the place of a picture. A page may well print the
same letters; then they are text like any other, in a prompt as in a reply.
"""

import json
from collections.abc import Callable
from typing import Any

from tokenizers import Tokenizer

from docai.errors import VlmError


class Text:
    """A tokenizer that knows text alone."""

    def __init__(self, tokenizer: Any) -> None:
        """Take the marks out of a tokenizer of transformers.

        Raises:
            VlmError: it is none that can be taken apart.
        """
        state = _state(tokenizer)
        self._marks = {token["id"] for token in state["added_tokens"] if _is_mark(token)}
        self._marks = (self._marks | set(tokenizer.all_special_ids)) - {tokenizer.unk_token_id}
        state["added_tokens"] = [one for one in state["added_tokens"] if not _is_mark(one)]
        self._core = _built(state)

    def tokens(self, text: str) -> list[int]:
        """Return the tokens of ``text``, none of which is a mark."""
        encoded = self._core.encode(text, add_special_tokens=False)
        if self._marks.isdisjoint(encoded.ids):
            return list(encoded.ids)
        # Some vocabularies hold marks among the pieces of text too: cut them in two.
        ids: list[int] = []
        begin = 0
        for token, (start, stop) in zip(encoded.ids, encoded.offsets, strict=True):
            if token in self._marks:
                cut = start + (stop - start > 1)
                ids += self.tokens(text[begin:cut])
                begin = max(cut, start + 1)
        return ids + self.tokens(text[begin:])


def exact(tokenizer: Any) -> str:
    """Return a tokenizer as JSON that makes tokens of any text, letter for letter.

    A grammar may force any letters. So what spells a mark is never taken for one: marks get names
    that no JSON text can hold. Nor is any letter changed for another, as many tokenizers do.

    Raises:
        VlmError: the tokenizer is none that can be taken apart.
    """
    state = _state(tokenizer)
    names = {}
    for token in state["added_tokens"]:
        if _is_mark(token):
            names[token["content"]] = f"\0{token['id']}"
            token.update(content=names[token["content"]], special=True, normalized=False)
    model = state["model"]
    model["vocab"] = _with_names(model["vocab"], names)
    if model.get("unk_token") in names:
        model["unk_token"] = names[model["unk_token"]]
    state["normalizer"] = _part(state["normalizer"], "normalizers", _unchanging)
    state["pre_tokenizer"] = _part(state["pre_tokenizer"], "pretokenizers", _not_beginning)
    state["decoder"] = _part(state["decoder"], "decoders", _of_pieces)
    _built(state)
    return json.dumps(state)


_Parts = dict[str, Any] | None


def _part(part: _Parts, listed: str, change: Callable[[dict[str, Any]], _Parts]) -> _Parts:
    """Return a part of a tokenizer with each step of it changed, or left out."""
    if part is None:
        return None
    if part["type"] != "Sequence":
        return change(part)
    steps = [changed for step in part[listed] if (changed := _part(step, listed, change))]
    return {**part, listed: steps} if steps else None


def _unchanging(step: dict[str, Any]) -> _Parts:
    """Keep of normalizing what writes spaces in another way: Unicode's forms are left out."""
    return step if step["type"] in ("Replace", "Prepend") else None


def _not_beginning(step: dict[str, Any]) -> _Parts:
    """Let no text begin with a space that it has not."""
    return {**step, "prepend_scheme": "never"} if step["type"] == "Metaspace" else step


def _of_pieces(step: dict[str, Any]) -> _Parts:
    """Tell how pieces become text again; llguidance knows fewer ways than there are."""
    if step["type"] != "Metaspace":
        return step
    spaces = {"type": "Replace", "pattern": {"String": step["replacement"]}, "content": " "}
    ways = [spaces, {"type": "ByteFallback"}, {"type": "Fuse"}]
    return {"type": "Sequence", "decoders": ways}


def _with_names(vocab: Any, names: dict[str, str]) -> Any:
    """Return a vocabulary with other names; it maps pieces to ids, or lists pieces with scores."""
    if isinstance(vocab, dict):
        return {names.get(piece, piece): number for piece, number in vocab.items()}
    return [[names.get(piece, piece), score] for piece, score in vocab]


def _built(state: dict[str, Any]) -> Tokenizer:
    """Build a tokenizer; its state is changed so that added tokens keep their numbers.

    The tokenizers library counts anew those that are not in the vocabulary.

    Raises:
        VlmError: there is no way to keep them.
    """
    vocab, added = state["model"]["vocab"], state["added_tokens"]
    if isinstance(vocab, dict):
        vocab |= {token["content"]: token["id"] for token in added}
    core = Tokenizer.from_str(json.dumps(state))
    moved = [token["id"] for token in added if core.token_to_id(token["content"]) != token["id"]]
    if moved:
        raise VlmError(f"the model's tokenizer numbers its tokens in an unknown way: {moved[:5]}")
    return core


def _state(tokenizer: Any) -> dict[str, Any]:
    """Return a tokenizer as plain JSON values: what makes tokens of a text, and nothing around it.

    Raises:
        VlmError: it is none that can be taken apart.
    """
    core = getattr(tokenizer, "backend_tokenizer", None)
    if core is None:
        raise VlmError(
            f"the model's tokenizer, {type(tokenizer).__name__}, cannot be taken apart; docai "
            "works with those of the tokenizers library"
        )
    state: dict[str, Any] = json.loads(core.to_str())
    return {**state, "post_processor": None, "truncation": None, "padding": None}


def _is_mark(token: dict[str, Any]) -> bool:
    """Tell whether an added token is a mark; runs of white space, which some add, are none."""
    return bool(token["special"] or token["content"].replace("▁", " ").strip())
