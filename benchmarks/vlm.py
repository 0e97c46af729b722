"""What a model of hf: costs: ``python benchmarks/vlm.py --help``.

Weights are random: figures say how fast a model is, not how good.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import torch
import typer
from invented import Model, Receipt, Size, question, receipt
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from transformers import AutoTokenizer

from docai.vlm.engine import Question
from docai.vlm.grammar import grammar
from docai.vlm.huggingface import encode as encoding
from docai.vlm.huggingface.generate import Row, decode
from docai.vlm.huggingface.guide import Guide, Vocabulary
from docai.vlm.tokens import ImageTokens
from docai.vlm.window import Excerpt
from docai.vlm.writer import Asked

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def walk(guide: Guide, vocabulary: Vocabulary, reply: bytes) -> tuple[int, int] | None:
    """Go through a reply, with the longest token wherever there is a choice.

    Returns:
        How many tokens it has, and how many of them were chosen; None where the grammar does not
        admit it.
    """
    said, tokens, chosen = b"", 0, 0
    while True:
        for token in guide.take_forced():
            said, tokens = said + vocabulary.bytes_of(token), tokens + 1
        if guide.stopped:
            return (tokens, chosen) if said == reply else None
        mask = vocabulary.masks([guide]).view(np.uint8)[0]
        admitted = np.flatnonzero(np.unpackbits(mask, bitorder="little")).tolist()
        rest = reply[len(said) :]
        texts = {token: vocabulary.bytes_of(token) for token in admitted}
        fitting = [token for token, text in texts.items() if text and rest.startswith(text)]
        if not fitting:
            return None
        token = max(fitting, key=lambda token: len(texts[token]))
        guide.take(token)
        said, tokens, chosen = said + texts[token], tokens + 1, chosen + 1


@app.command()
def forced(
    count: Annotated[int, typer.Option(help="How many receipts.")] = 50,
    tokenizer: Annotated[
        str, typer.Option(help="Folder of a real tokenizer; without, the tiny one of the tests.")
    ] = "",
) -> None:
    """Tell how many forward passes are saved because forced text needs none of its own."""
    model = Model(Size.TINY, "cpu", "fp32", 64)
    known = model._vocabulary
    if tokenizer:
        real = AutoTokenizer.from_pretrained(tokenizer)
        known = Vocabulary(real, len(real), [real.eos_token_id])
    right, rambling, refused = [], [], 0
    for seed in range(count):
        one = receipt(seed)
        asked = question(one)
        excerpt = Excerpt(one.reading, range(len(one.reading.lines)))
        lark = grammar(asked.fields, [excerpt], asked.printed).lark
        went = walk(known.guide(lark), known, one.reply.encode())
        if went is None:
            refused += 1
        else:
            right.append(1 - (went[1] + 1) / went[0])  # one for the prompt, one for each choice
        model.passes = 0
        model.answer(_with_tokens(model, one))
        rambling.append(1 - model.passes / sum(len(written.pieces) for written in model.written))
    _print(
        "forward passes saved on the receipt schema",
        {
            f"right replies, {'real' if tokenizer else 'tiny'} tokenizer": _percent(right),
            "right replies that no grammar admits (a value torn apart by others)": str(refused),
            "replies of random weights, tiny tokenizer": _percent(rambling),
        },
    )


def _with_tokens(model: Model, one: Receipt) -> Question:
    return question(one, [model.encode(one.page)])


def _percent(shares: Sequence[float]) -> str:
    mean, least = statistics.mean(shares), min(shares)
    return f"{mean:.1%} (least {least:.1%}, {len(shares)} replies)"


SizeOption = Annotated[Size, typer.Option(help="Of the model.")]
DeviceOption = Annotated[str, typer.Option(help="cpu, cuda or mps.")]
DtypeOption = Annotated[str, typer.Option(help="auto, bf16, fp16 or fp32.")]
BudgetOption = Annotated[int, typer.Option(help="Image tokens of a page.")]


@app.command()
def again(
    size: SizeOption = Size.TINY,
    device: DeviceOption = "cpu",
    dtype: DtypeOption = "auto",
    budget: BudgetOption = 1280,
    count: Annotated[int, typer.Option(help="How many receipts.")] = 5,
) -> None:
    """Compare the first question about a page, which is encoded then, with the second."""
    model = Model(size, device, dtype, budget)
    model.answer(_with_tokens(model, receipt(0)))
    first, second, looks = [], [], 0
    for seed in range(1, count + 1):
        one = receipt(seed)
        with timed(first):
            asked = _with_tokens(model, one)
            model.answer(asked)
        model.looks = 0
        with timed(second):
            model.answer(asked)
        looks += model.looks
    _print(
        f"the same question about a page, {size} on {device}",
        {
            "first, s": f"{statistics.mean(first):.3f}",
            "second, s": f"{statistics.mean(second):.3f}",
            "second / first": f"{sum(second) / sum(first):.2f}",
            "calls of the vision encoder in second": str(looks),
        },
    )


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Add the wall seconds of what happens within, work of the GPU included."""
    _settle()
    start = time.perf_counter()
    yield
    _settle()
    into.append(time.perf_counter() - start)


def _settle() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


@app.command()
def speed(
    size: SizeOption = Size.TINY,
    device: DeviceOption = "cpu",
    dtype: DtypeOption = "auto",
    budget: BudgetOption = 1280,
    rows: Annotated[list[int], typer.Option(help="Pages at once; may be given again.")] = [1, 16],  # noqa: B006
    tokens: Annotated[int, typer.Option(help="Of a reply whose length is no matter.")] = 128,
) -> None:
    """Measure prefill and decode, with and without a grammar, and pages a minute.

    Held against the plain ``generate`` of transformers, which looks at every page anew, knows no
    grammar, and writes as many tokens as the reply has that it is compared with.
    """
    model = Model(size, device, dtype, budget)
    for count in rows:
        receipts = [receipt(seed) for seed in range(count)]
        _Speed(model, receipts, tokens).measure(f"{size} on {device}, {count} at once")


class _Speed:
    """Measures one model on some pages at once."""

    def __init__(self, model: Model, receipts: Sequence[Receipt], num_tokens: int) -> None:
        self._model, self._receipts, self._num_tokens = model, receipts, num_tokens
        self._known = model._vocabulary
        self._pages = [model.encode(one.page) for one in receipts]
        self._asked = [
            self._ask(one, page) for one, page in zip(receipts, self._pages, strict=True)
        ]

    def _ask(self, one: Receipt, page: ImageTokens) -> Asked:
        """Return what the model is asked about a receipt."""
        self._model.answer(question(one, [page]))
        return self._model.asked[0]

    def measure(self, title: str) -> None:
        """Measure, and print what came out."""
        model, n = self._model, len(self._receipts)
        prompts = [model._prompt(asked.prompt, asked.tokens) for asked in self._asked]
        num_prompt = sum(map(len, prompts))
        look_s = self._time(lambda: [model.encode(one.page) for one in self._receipts])
        free = self._run(lambda _: Row(Free(), self._num_tokens))
        stepping = self._run(lambda one: Row(Stepping(self._guide(one)), self._num_tokens))
        skipping = self._run(lambda one: Row(self._guide(one), self._num_tokens))
        write_s = self._time(lambda: model.write(self._asked))
        memory = self._memory()
        replies = [len(written.pieces) for written in model.written]
        plain_s = self._time(lambda: self._plain(prompts, max(replies)))
        figures = {
            "prompts, tokens in all": f"{num_prompt:,}",
            "encode, ms a page": f"{1000 * look_s / n:.1f}",
            "prefill, tokens/s": f"{num_prompt / free.prefill_s:,.0f}",
            "decode without a grammar": str(free),
            "decode with a grammar, a pass for every token": str(stepping),
            "the grammar costs, of a pass": f"{stepping.pass_s / free.pass_s - 1:.1%}",
            "decode with a grammar": str(skipping),
            "tokens of whole replies": f"{min(replies)} to {max(replies)}",
            "pages/min": f"{60 * n / (look_s + write_s):,.1f}",
            "pages/min, pages encoded before": f"{60 * n / write_s:,.1f}",
            "pages/min, plain generate": f"{60 * n / plain_s:,.1f}",
            **memory,
        }
        _print(title, figures)

    def _guide(self, asked: Asked) -> Guide:
        return self._known.guide(asked.grammar.lark)

    def _run(self, row: Callable[[Asked], Row]) -> "_Run":
        """Decode a row for each page, some times; return the quickest."""
        return min((self._decode(row) for _ in range(4)), key=lambda run: run.decode_s)

    def _decode(self, row: Callable[[Asked], Row]) -> "_Run":
        """Decode a row for each page."""
        model = self._model
        rows = [row(asked) for asked in self._asked]
        led = any(one.guide.matcher is not None for one in rows)
        known = self._known if led else Anything(self._known.num_logits)
        ids, mask = model._padded([model._prompt(one.prompt, one.tokens) for one in self._asked])
        pages = [asked.tokens for asked in self._asked]
        inputs = encoding.unpack(model.loaded, ids, mask, pages)
        times: list[float] = []

        def note(*_: Any) -> None:
            if not times:
                _settle()
                times.append(time.perf_counter())

        hook = model.loaded.model.register_forward_hook(note)
        _settle()
        start = time.perf_counter()
        num_passes = decode(model.loaded.generator, inputs, rows, known)
        _settle()
        end = time.perf_counter()
        hook.remove()
        num_tokens = sum(len(one.tokens) for one in rows)
        return _Run(times[0] - start, end - times[0], num_passes - 1, num_tokens)

    def _plain(self, prompts: Sequence[Sequence[int]], num_tokens: int) -> None:
        """Have transformers write that many tokens about each page, from its picture on."""
        loaded = self._model.loaded
        ids, mask = self._model._padded(prompts)
        pages = [asked.tokens for asked in self._asked]
        inputs = encoding.unpack(loaded, ids, mask, pages)
        del inputs["mm_encoder_outputs"]
        seen = [encoding.look(loaded, one.page)[0]["pixel_values"] for one in self._receipts]
        pixels = torch.cat([torch.as_tensor(one) for one in seen])
        loaded.model.generate(
            **inputs,
            pixel_values=pixels.to(loaded.device, loaded.numbers),
            do_sample=False,
            min_new_tokens=num_tokens,
            max_new_tokens=num_tokens,
        )

    def _time(self, run: Callable[[], Any]) -> float:
        """Return the seconds of the quickest of some runs, after one that warms up."""
        run()
        seconds: list[float] = []
        for _ in range(3):
            with timed(seconds):
                run()
        return min(seconds)

    def _memory(self) -> dict[str, str]:
        """Return how much memory of the GPU whole replies take."""
        if not torch.cuda.is_available():
            return {}
        torch.cuda.reset_peak_memory_stats()
        self._model.write(self._asked)
        return {"peak memory, GiB": f"{torch.cuda.max_memory_allocated() / 2**30:.2f}"}


@dataclass(frozen=True)
class _Run:
    """What decoding took.

    Attributes:
        prefill_s: until the model has read the prompts.
        decode_s: from then on.
        num_passes: of the model in that time.
        num_tokens: of all replies.
    """

    prefill_s: float
    decode_s: float
    num_passes: int
    num_tokens: int

    @property
    def pass_s(self) -> float:
        """Seconds of a pass."""
        return self.decode_s / self.num_passes

    def __str__(self) -> str:
        return (
            f"{self.num_tokens / self.decode_s:,.1f} tokens/s, {1000 * self.pass_s:.2f} ms a pass, "
            f"{self.num_passes / self.num_tokens:.2f} passes a token"
        )


class Free:
    """Leads nowhere: stands in for a guide where there is no grammar."""

    stopped = False
    matcher = None

    def take(self, token: int) -> None:
        """Go on with any token."""

    def take_forced(self) -> list[int]:
        """Force nothing."""
        return []


class Stepping(Free):
    """A guide that lets every token cost a pass."""

    def __init__(self, guide: Guide) -> None:
        self.matcher, self._guide = guide.matcher, guide

    @property
    def stopped(self) -> bool:
        """Whether the reply is complete."""
        return self._guide.stopped

    def take(self, token: int) -> None:
        """Go on with a token."""
        self._guide.take(token)


@dataclass(frozen=True)
class Anything:
    """Stands in for a vocabulary of which every token may always come."""

    num_logits: int

    def masks(self, guides: Sequence[Any]) -> NDArray[np.int32]:
        """Admit all."""
        return np.full((len(guides), -(-self.num_logits // 32)), -1, np.int32)


def _print(title: str, figures: dict[str, str]) -> None:
    table = Table("what", "figure", title=title)
    for name, figure in figures.items():
        table.add_row(name, figure)
    Console().print(table)


if __name__ == "__main__":
    app()
