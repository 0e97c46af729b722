"""What a long invoice costs beyond rasterizing and OCR: ``python benchmarks/long_invoice.py``.

Pages of invented invoices with long tables, one after the other as one document. Words are taken as
the generator placed them; everything else runs as in the library: image tokens, marks and ruling
lines, the network, tables, values, sums. One thread.
"""

import argparse
import os
import time
from dataclasses import replace

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"  # before libraries look

import numpy as np  # noqa: E402

from docai import build  # noqa: E402
from docai.document import Document, Page  # noqa: E402
from docai.extraction.reconcile import reconcile  # noqa: E402
from docai.geometry import box_polygon, polygon_box, union  # noqa: E402
from docai.reading import Line, Reading, Word  # noqa: E402
from docai.settings import Settings  # noqa: E402
from docai.vlm.builtin.synth.invoice import invoice  # noqa: E402
from docai.vlm.builtin.synth.sample import Sample  # noqa: E402

LAYOUT = "spots_invoice"  # the longest tables


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=30)
    asked = parser.parse_args()
    samples: list[Sample] = []
    seed = 0
    while len(samples) < asked.pages:
        samples += invoice(seed, layout=LAYOUT, noise=0.0)
        seed += 1
    samples = samples[: asked.pages]
    pages = [Page(n, np.ascontiguousarray(s.picture)) for n, s in enumerate(samples, 1)]
    readings = tuple(_reading(n, sample) for n, sample in enumerate(samples, 1))
    document = Document("long", "0" * 64, "pdf", pages)
    vlm = build.vlm_engine(Settings())
    schema = build.builtin_schema("invoice")
    vlm.encode(pages[0])  # networks are opened on first use
    started = time.process_time()
    tokens = tuple(vlm.encode(page) for page in pages)
    encoded = time.process_time()
    done = reconcile(document, schema, vlm, readings, tokens)
    ended = time.process_time()
    words = sum(len(reading.words) for reading in readings)
    rows = len(done.extraction.data.get("items", ()))
    print(f"{len(pages)} pages, {words} words, {rows} line items, CPU seconds:")
    print(f"encode    {encoded - started:6.2f}")
    print(f"reconcile {ended - encoded:6.2f}")
    print(f"together  {ended - started:6.2f}")


def _reading(number: int, sample: Sample) -> Reading:
    """Return a page as a perfect OCR engine would read it."""
    words = tuple(Word(word.text, word.polygon, 1.0) for word in sample.words)
    numbers = sample.line_of_word
    cuts = [n for n in range(len(numbers)) if not n or numbers[n] != numbers[n - 1]]
    lines = tuple(
        Line(start, stop, box_polygon(union(polygon_box(w.polygon) for w in words[start:stop])))
        for start, stop in zip(cuts, [*cuts[1:], len(words)], strict=True)
    )
    size = (int(sample.picture.shape[0]), int(sample.picture.shape[1]))
    return replace(Reading(1, size, words, lines, 0.0, "text-layer"), page=number)


if __name__ == "__main__":
    main()
