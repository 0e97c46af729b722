"""What each witness and each training source is worth: ``python benchmarks/ablation.py``.

Trains the same small schedule with one thing left out at a time, scores every model on the dev
splits (readings cached) and prints a Markdown table. The schedule is short, so compare rows with
each other and not with the shipped model.
"""

import argparse
import functools
import subprocess
import sys
from pathlib import Path

from docai import build
from docai.evaluate import Setup, documents_of, run
from docai.report import report_on
from docai.settings import Settings

VARIANTS: dict[str, tuple[str, ...]] = {
    "words and picture, all sources": (),
    "words alone": ("--no-picture",),
    "picture and positions alone": ("--no-words",),
    "without generated receipts": ("--synthetic-share", "0"),
    "without SROIE": ("--leave-out", "sroie"),
    "without WildReceipt": ("--leave-out", "wildreceipt"),
}


def main() -> None:
    """Train and score every variant; a variant that was trained before is only scored."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--steps", type=int, default=250)
    parser.add_argument("--cache", type=Path, default=Path(".cache"))
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    print(f"| {asked.steps} steps each | sroie fields F1 | wildreceipt fields F1 | items F1 |")
    print("|---|---|---|---|")
    for name, flags in VARIANTS.items():
        weights = train(name, flags, asked)
        sroie = score(asked.data / "sroie", weights, asked)
        wild = score(asked.data / "wildreceipt", weights, asked)
        row = (sroie.micro.f1, wild.micro.f1, wild.items.f1)
        print(f"| {name} | " + " | ".join(f"{f1:.3f}" for f1 in row) + " |", flush=True)


def train(name: str, flags: tuple[str, ...], asked: argparse.Namespace) -> Path:
    """Train one variant; return the folder of its weights."""
    run_name = "ablation-" + name.replace(" ", "-").replace(",", "")
    weights: Path = asked.cache / run_name
    left_out = flags[1] if flags[:1] == ("--leave-out",) else None
    sets = [s for s in ("sroie", "wildreceipt") if s != left_out]
    command = [sys.executable, "-W", "ignore", "-m", "docai.vlm.builtin.train"]
    command += [f"--data={asked.data / s}" for s in sets]
    command += [f"--output={weights}", f"--cache={asked.cache}", f"--run={run_name}"]
    command += [f"--steps={asked.steps}", *(flags if left_out is None else ())]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return weights


def score(folder: Path, weights: Path, asked: argparse.Namespace):  # type: ignore[no-untyped-def]
    """Return the scores of one variant on one dev split."""
    documents = documents_of(folder, "dev")
    setup = Setup(
        make_pipeline=functools.partial(build.pipeline, Settings(vlm=f"builtin:{weights}")),
        schema=build.schema("receipt"),
        cache=asked.cache / "readings",
    )
    return report_on(folder.name, documents, run(documents, setup, asked.jobs)).scores


if __name__ == "__main__":
    main()
