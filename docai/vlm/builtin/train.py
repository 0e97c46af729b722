"""Train the built-in model: ``python -m docai.vlm.builtin.train --data DIR…``.

Reads labelled receipts and invoices through our own OCR (cached), mixes them with generated
documents of every kind, trains with checkpoints and a logged curve, and exports ONNX with a model
card. `docai.calibrate` fits the calibration afterwards, on documents held out of training.
"""

import csv
import itertools
import math
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from rich.progress import track
from torch import Tensor
from torch.nn import functional

from docai.vlm.builtin import export
from docai.vlm.builtin.corpus import Labelled, SeenPage, is_held_out, labelled, read_all
from docai.vlm.builtin.examples import UNKNOWN, Batch, Example, batch, vary, without_roles
from docai.vlm.builtin.features import GRID, PICTURE_SIDE, see
from docai.vlm.builtin.invoice_labels import label_pages
from docai.vlm.builtin.labels import allowed_tags
from docai.vlm.builtin.model import Logits, ModelConfig, Tagger, VisionEncoder
from docai.vlm.builtin.start import start_from
from docai.vlm.builtin.synthetic import synthetic_example
from docai.vlm.builtin.tagged import LINK_SIZE
from docai.vlm.builtin.tags import KINDS, NONE, TAGS

WEIGHTS = Path(__file__).with_name("weights")
CACHE = Path(".cache")
WORDS_A_STEP = 2600  # padded: a step sees twelve receipts, or five full pages
POOL = 40  # examples that are sorted by length before they are cut into steps
NUM_DRAWN = 400  # generated pages that come with a picture, made once: drawing is dear
DRAWN_SHARE = 0.3  # of generated pages, taken from these
REAL = {"receipt": 0.18, "invoice": 0.16}
SYNTHETIC = {"receipt": 0.06, "invoice": 0.3, "form": 0.26, "other": 0.04}
"""Share of examples per kind, of labelled and of generated documents."""
PEAK_RATE = 1.2e-3
WARM_UP_STEPS = 150
AVERAGE_DECAY = 0.997  # of the exponential moving average of weights, which is what ships
SMOOTHING = 0.03
WEIGHTS_OF = {"starts": 0.3, "roles": 0.6, "begins": 0.4, "keys": 0.4, "kinds": 0.1, "opens": 0.05}
"""Of the losses, beside that of the tags."""


@dataclass
class Network:
    """Everything that has weights."""

    vision: VisionEncoder
    tagger: Tagger

    @classmethod
    def make(cls, config: ModelConfig) -> "Network":
        """Make one with fresh weights."""
        return cls(VisionEncoder(config.channels), Tagger(config))

    def parameters(self) -> list[torch.nn.Parameter]:
        """List all weights."""
        return [*self.vision.parameters(), *self.tagger.parameters()]

    def run(self, examples: Batch) -> Logits:
        """Return what the network says; pages without a picture get empty image tokens."""
        seen = examples.has_picture
        tokens = torch.zeros(len(seen), GRID * GRID, self.tagger.config.channels)
        if seen.any() and self.tagger.config.sees_picture:
            tokens[seen] = self.vision(examples.picture[seen])
        said: Logits = self.tagger(tokens=tokens, **examples.inputs)
        return said


def loss_of(network: Network, examples: Batch) -> Tensor:
    """Return the loss: minus the log of the probability of all allowed tags, and of the rest."""
    said = network.run(examples)
    log_p = functional.log_softmax(said.tags, dim=-1)
    likely = log_p.masked_fill(~examples.allowed, -torch.inf)
    is_word = examples.inputs["is_word"]
    tag_loss = -torch.logsumexp(likely[is_word], dim=-1).mean()
    smooth = -log_p[is_word].mean()
    loss = (1 - SMOOTHING) * tag_loss + SMOOTHING * smooth
    for name, part in _other_losses(said, examples, is_word).items():
        loss = loss + WEIGHTS_OF[name] * part
    return loss


def _other_losses(said: Logits, examples: Batch, is_word: Tensor) -> dict[str, Tensor]:
    """Return the losses of all heads but the tags; those that nobody labelled are left out."""
    losses = {}
    for name in ("starts", "begins"):
        target: Tensor = getattr(examples, name)
        known = is_word & (target != UNKNOWN)
        if known.any():
            logits = getattr(said, name)[known]
            losses[name] = functional.binary_cross_entropy_with_logits(logits, target[known])
    known = is_word & (examples.roles != UNKNOWN)
    if known.any():
        losses["roles"] = functional.cross_entropy(said.roles[known], examples.roles[known])
    if examples.is_value.any():
        losses["keys"] = _keys_loss(said, examples, is_word)
    known = examples.kinds != UNKNOWN
    if known.any():
        losses["kinds"] = functional.cross_entropy(said.kinds[known], examples.kinds[known])
    known = examples.opens != UNKNOWN
    if known.any():
        logits, truth = said.opens[known], examples.opens[known].float()
        losses["opens"] = functional.binary_cross_entropy_with_logits(logits, truth)
    return losses


def _keys_loss(said: Logits, examples: Batch, is_word: Tensor) -> Tensor:
    """Return minus the log of the probability of all words of each value's keys."""
    B, N, _ = said.asks.shape
    logits = said.asks @ said.offers.transpose(1, 2) / LINK_SIZE**0.5  # (B, N, N)
    hidden = ~is_word[:, None, :] | torch.eye(N, dtype=torch.bool)[None]
    logits = logits.masked_fill(hidden, -1e4)
    logits = torch.cat([logits, logits.new_zeros(B, N, 1)], dim=2)[examples.is_value]
    log_p = functional.log_softmax(logits, dim=-1)
    likely = log_p.masked_fill(~examples.keys[examples.is_value], -torch.inf)
    return -torch.logsumexp(likely, dim=-1).mean()


def to_examples(document: Labelled, pages: Sequence[SeenPage]) -> list[Example]:
    """Make a training example of each page of a labelled document that has words."""
    kind = document.label["kind"]
    if kind == "receipt":
        labels = [allowed_tags(document.label, page.reading) for page in pages]
        starts = [np.full(len(allowed), UNKNOWN, np.float32) for allowed in labels]
    else:
        labelled_pages = label_pages(document.label, [page.reading for page in pages])
        labels = [page.allowed for page in labelled_pages]
        starts = [page.starts for page in labelled_pages]
    return [
        without_roles(
            see(page.reading), labels[n], starts[n], page.picture, KINDS.index(kind), int(n == 0)
        )
        for n, page in enumerate(pages)
        if page.reading.words
    ]


Varied = tuple[Example, tuple[str, ...]]
Sets = Mapping[str, Sequence[Sequence[Sequence[Example]]]]
"""Per kind the data sets, their documents, and the pages of these."""


def examples_for_ever(
    real: Sets, shares: Mapping[str, float], rng: random.Random
) -> Iterator[Varied]:
    """Yield examples varied: pages of labelled documents and new generated ones.

    Args:
        real: labelled documents.
        shares: ``real receipt``, ``synthetic form`` and so on: how often each is taken.
        rng: of every choice.
    """
    drawn = {
        kind: [
            synthetic_example(kind, rng.getrandbits(48), draw=True)
            for _ in track(range(round(NUM_DRAWN * SYNTHETIC[kind])), f"drawing: {kind}")
        ]
        for kind in KINDS
        if shares.get(f"synthetic {kind}")
    }
    while True:
        source, kind = rng.choices(list(shares), list(shares.values()))[0].split()
        if source == "real":
            pages = rng.choice(rng.choice(real[kind]))
            yield vary(pages[0] if rng.random() < 0.5 else rng.choice(pages), rng)
        elif drawn[kind] and rng.random() < DRAWN_SHARE:
            yield vary(rng.choice(drawn[kind]), rng)
        else:
            yield vary(synthetic_example(kind, rng.getrandbits(48)), rng)


def batches(examples: Iterator[Varied], rng: random.Random) -> Iterator[list[Varied]]:
    """Yield batches of examples of like length, so that little is padding."""
    while True:
        pool = sorted(itertools.islice(examples, POOL), key=lambda one: len(one[1]))
        steps: list[list[Varied]] = [[]]
        for one in pool:
            if steps[-1] and (len(steps[-1]) + 1) * len(one[1]) > WORDS_A_STEP:
                steps.append([])
            steps[-1].append(one)
        rng.shuffle(steps)
        yield from steps


def word_f1(network: Network, examples: list[Example]) -> float:
    """Return micro F1 of tags over words whose one tag is known."""
    hits = predicted = labelled_words = 0
    for example in examples:
        with torch.inference_mode():
            said = network.run(batch([(example, example.seen.texts)], PICTURE_SIDE))
        best = said.tags[0].argmax(-1).numpy()
        sure = example.allowed.sum(axis=1) == 1
        gold = example.allowed.argmax(axis=1)
        nothing = TAGS.index(NONE)
        allowed = example.allowed[np.arange(len(best)), best]
        hits += int((sure & (best == gold) & (gold != nothing)).sum())
        predicted += int((sure & (best != nothing)).sum() + (~sure & ~allowed).sum())
        labelled_words += int((sure & (gold != nothing)).sum())
    return 2 * hits / max(predicted + labelled_words, 1)


def average(slow: Network, fast: Network, decay: float) -> None:
    """Move the slow copy of the weights towards the fast one."""
    for parts in ((slow.vision, fast.vision), (slow.tagger, fast.tagger)):
        mine, theirs = (part.state_dict() for part in parts)
        for name, value in mine.items():
            if value.is_floating_point():
                value.lerp_(theirs[name], 1 - decay)
            else:
                value.copy_(theirs[name])


def rate_at(step: int, num_steps: int) -> float:
    """Return the share of the peak learning rate: warm-up, then a cosine to a twentieth."""
    if step < WARM_UP_STEPS:
        return (step + 1) / WARM_UP_STEPS
    share = (step - WARM_UP_STEPS) / max(1, num_steps - WARM_UP_STEPS)
    return 0.05 + 0.95 * (1 + math.cos(math.pi * share)) / 2


def fit(
    network: Network,
    slow: Network,
    examples: Iterator[list[Varied]],
    held_out: Mapping[str, list[Example]],
    num_steps: int,
    folder: Path,
    peak_rate: float,
    *,
    sees_already: bool,
) -> None:
    """Train up to ``num_steps`` in all, going on from the checkpoint in ``folder`` if any.

    Args:
        network: is trained.
        slow: follows it, and is what ships.
        examples: to learn from.
        held_out: to measure by, per kind.
        num_steps: in all.
        folder: of the checkpoint and the curve.
        peak_rate: the highest learning rate.
        sees_already: whether the vision encoder is left as it is: it has learnt to see.
    """
    network.vision.requires_grad_(not sees_already)
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(weights, weight_decay=0.02, betas=(0.9, 0.98))
    start = _resume(network, slow, optimiser, folder)
    heap: list[float] = []
    for step in track(range(start, num_steps), "training"):
        for group in optimiser.param_groups:
            group["lr"] = peak_rate * rate_at(step, num_steps)
        network.vision.train(not sees_already), network.tagger.train()
        loss = loss_of(network, batch(next(examples), PICTURE_SIDE))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        average(slow, network, min(AVERAGE_DECAY, (step + 1) / (step + 10)))
        heap.append(loss.item())
        if (step + 1) % 100 == 0 or step + 1 == num_steps:
            slow.vision.eval(), slow.tagger.eval()
            shares = {kind: word_f1(slow, some) for kind, some in held_out.items()}
            _log(folder, step + 1, float(np.mean(heap)), shares)
            heap.clear()
            _save(network, slow, optimiser, step + 1, folder)


def _log(folder: Path, step: int, loss: float, f1: Mapping[str, float]) -> None:
    """Add a row to the curve: step, loss, and word F1 per kind in the order of `KINDS`."""
    with (folder / "curve.csv").open("a", newline="") as file:
        row = [f"{f1[kind]:.4f}" for kind in KINDS if kind in f1]
        csv.writer(file).writerow([step, f"{loss:.4f}", *row])


def _save(
    network: Network, slow: Network, optimiser: torch.optim.Optimizer, step: int, folder: Path
) -> None:
    """Write a checkpoint; the old one stays until the new one is whole."""
    state = {
        "vision": network.vision.state_dict(),
        "tagger": network.tagger.state_dict(),
        "slow_vision": slow.vision.state_dict(),
        "slow_tagger": slow.tagger.state_dict(),
        "optimiser": optimiser.state_dict(),
        "step": step,
    }
    torch.save(state, folder / "checkpoint.partial")
    (folder / "checkpoint.partial").rename(folder / "checkpoint.pt")


def _resume(network: Network, slow: Network, optimiser: torch.optim.Optimizer, folder: Path) -> int:
    """Load the checkpoint in ``folder`` if there is one; return the step to go on from."""
    path = folder / "checkpoint.pt"
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    network.vision.load_state_dict(state["vision"])
    network.tagger.load_state_dict(state["tagger"])
    slow.vision.load_state_dict(state["slow_vision"])
    slow.tagger.load_state_dict(state["slow_tagger"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def main(
    data: Annotated[list[Path], typer.Option(help="Folder with labels.jsonl; may be repeated.")],
    output: Annotated[Path, typer.Option(help="Folder for the exported weights.")] = WEIGHTS,
    cache: Annotated[Path, typer.Option(help="Folder for readings and checkpoints.")] = CACHE,
    run: Annotated[str, typer.Option(help="Name of this run; a run that exists is resumed.")] = (
        "builtin"
    ),
    start: Annotated[
        Path | None, typer.Option(help="Folder of exported weights to start from.")
    ] = None,
    steps: Annotated[int, typer.Option(help="Training steps in all.")] = 4000,
    peak_rate: Annotated[float, typer.Option(help="Highest learning rate.")] = PEAK_RATE,
    seed: Annotated[int, typer.Option(help="Seed of weights and variations.")] = 1,
    synthetic: Annotated[bool, typer.Option(help="Learn from generated documents too.")] = True,
    words: Annotated[bool, typer.Option(help="Let the model see the words' text.")] = True,
    picture: Annotated[bool, typer.Option(help="Let the model see the picture.")] = True,
) -> None:
    """Train the built-in model and export it."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    folder = cache / "runs" / run
    folder.mkdir(parents=True, exist_ok=True)
    sets = {path: labelled([path], "train") for path in data}
    real, held_out = _read_sets(sets, cache)
    config = ModelConfig(sees_words=words, sees_picture=picture)
    network, slow = Network.make(config), Network.make(config)
    if start is not None:
        start_from(start, network.vision, network.tagger)
    average(slow, network, 0.0)
    shares = {f"real {kind}": REAL[kind] for kind in real}
    shares |= {f"synthetic {kind}": share for kind, share in SYNTHETIC.items() if synthetic}
    stream = batches(examples_for_ever(real, shares, rng), rng)
    fit(network, slow, stream, held_out, steps, folder, peak_rate, sees_already=start is not None)
    about = {
        "data": ", ".join(path.name for path in data),
        "real_pages": {k: sum(map(len, itertools.chain(*some))) for k, some in real.items()},
        "held_out_pages": {kind: len(some) for kind, some in held_out.items()},
        "shares": shares,
        "steps": steps,
        "seed": seed,
        "started_from": None if start is None else export.digest(start),
        "config": asdict(config),
        "held_out_word_f1": {k: round(word_f1(slow, some), 4) for k, some in held_out.items()},
    }
    export.write(slow.vision, slow.tagger, about, output)


def _read_sets(
    sets: Mapping[Path, Sequence[Labelled]], cache: Path
) -> tuple[dict[str, list[list[list[Example]]]], dict[str, list[Example]]]:
    """Return the documents to learn from, set by set, and the pages held out, per kind."""
    real: dict[str, list[list[list[Example]]]] = {}
    held_out: dict[str, list[Example]] = {}
    for documents in sets.values():
        by_kind: dict[str, list[list[Example]]] = {}
        seen = read_all(list(documents), cache / "readings", os.cpu_count() or 1)
        for document, pages in zip(documents, seen, strict=True):
            examples, kind = to_examples(document, pages), document.label["kind"]
            if is_held_out(document):
                held_out.setdefault(kind, []).extend(examples[:1])
            elif examples:
                by_kind.setdefault(kind, []).append(examples)
        for kind, found in by_kind.items():
            real.setdefault(kind, []).append(found)
    return real, held_out


if __name__ == "__main__":
    typer.run(main)
