"""Pages whose pictures are so poor that words are lost: for a person to scan again.

Thresholds come from invented pages that were spoilt step by step (benchmarks/quality.py): beyond
them OCR lost a tenth of the words (glare), a third (blur), more than half (small type). Pale ink
cost none down to a contrast of 0.08.
"""

from collections.abc import Sequence

from docai.extraction.result import PageInfo, Problem
from docai.quality import Quality

CODE = "poor_picture"

MOST_BLUR = 0.72
LEAST_RESOLUTION = 9.0  # px, height of type
MOST_GLARE = 0.1
LEAST_CONTRAST = 0.07


def hard_to_read(pages: Sequence[PageInfo]) -> list[Problem]:
    """Say of each page that is hard to read why, and what to do about it.

    Pages without quality, and blank pages, are passed over.
    """
    problems = []
    for page in pages:
        if page.quality is None or page.quality.resolution <= 0:
            continue
        if troubles := _troubles(page.quality):
            why = ", ".join(trouble for trouble, _ in troubles)
            advice = "; ".join(remedy for _, remedy in troubles)
            message = f"page {page.number} is hard to read: {why}; {advice}"
            problems.append(Problem(CODE, message))
    return problems


def _troubles(quality: Quality) -> list[tuple[str, str]]:
    """Return what is wrong with a picture, and a remedy for each."""
    troubles = []
    if quality.resolution < LEAST_RESOLUTION:
        why = f"its type is only {quality.resolution:.0f} pixels high"
        troubles.append((why, "scan it at 300 dpi, or hold the camera closer"))
    elif quality.blur > MOST_BLUR:
        troubles.append(("it is blurred", "hold still and let the camera focus, or scan it"))
    if quality.contrast < LEAST_CONTRAST:
        troubles.append(("its ink is hardly darker than its paper", "give it more light"))
    if quality.glare > MOST_GLARE:
        share = f"{100 * quality.glare:.0f} %"
        troubles.append((f"glare washes out {share} of it", "turn it away from the lamp"))
    return troubles
