"""Connectionist temporal classification (Graves et al., ICML 2006): texts and their likelihoods.

Works on log posteriors (T, V): per time step one value per class, class 0 the blank.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Posteriors = NDArray[np.float32]
Labels = tuple[int, ...]

BLANK = 0
IMPOSSIBLE = -1e30
MIN_LOG_POSTERIOR = -6.9  # a class less likely than one in a thousand starts no candidate


def beam_search(log_posteriors: Posteriors, num_beams: int) -> list[Labels]:
    """Return likely label sequences, best first, by prefix beam search.

    Args:
        log_posteriors: (T, V).
        num_beams: how many prefixes live on from step to step; at most as many are returned.
    """
    # Per prefix the log probability of all paths that end in a blank, and in its last label.
    beams: dict[Labels, tuple[float, float]] = {(): (0.0, IMPOSSIBLE)}
    for step in log_posteriors:
        likely = np.flatnonzero(step > MIN_LOG_POSTERIOR)
        if len(likely) == 1 and likely[0] == BLANK:
            beams = {p: (float(np.logaddexp(b, n)), IMPOSSIBLE) for p, (b, n) in beams.items()}
            continue
        grown = _grow(beams, [(int(label), float(step[label])) for label in likely])
        best = sorted(grown, key=lambda p: np.logaddexp(*grown[p]), reverse=True)
        beams = {prefix: grown[prefix] for prefix in best[:num_beams]}
    return sorted(beams, key=lambda p: np.logaddexp(*beams[p]), reverse=True)


def _grow(
    beams: dict[Labels, tuple[float, float]], likely: Sequence[tuple[int, float]]
) -> dict[Labels, tuple[float, float]]:
    """Let every prefix take one step: stay, or grow by one label."""
    blank: defaultdict[Labels, float] = defaultdict(lambda: IMPOSSIBLE)
    label_end: defaultdict[Labels, float] = defaultdict(lambda: IMPOSSIBLE)
    for prefix, (b, n) in beams.items():
        both = np.logaddexp(b, n)
        for label, p in likely:
            if label == BLANK:
                blank[prefix] = np.logaddexp(blank[prefix], both + p)
                continue
            grown = (*prefix, label)
            if prefix and prefix[-1] == label:  # a repeat needs a blank before it to count anew
                label_end[prefix] = np.logaddexp(label_end[prefix], n + p)
                label_end[grown] = np.logaddexp(label_end[grown], b + p)
            else:
                label_end[grown] = np.logaddexp(label_end[grown], both + p)
    grown_beams = {p: (float(blank[p]), float(label_end[p])) for p in {*blank, *label_end}}
    return {p: ends for p, ends in grown_beams.items() if max(ends) > IMPOSSIBLE / 2}


def log_likelihoods(log_posteriors: Posteriors, texts: Sequence[Labels]) -> NDArray[np.float64]:
    """Return the log likelihood of each label sequence, all paths summed.

    Args:
        log_posteriors: (T, V).
        texts: label sequences without blanks.
    """
    longest = max((len(t) for t in texts), default=0)
    states = np.full((len(texts), 2 * longest + 1), BLANK)  # blank, label, blank, label, ..., blank
    for row, labels in zip(states, texts, strict=True):
        row[1 : 2 * len(labels) : 2] = labels
    skips = np.zeros(states.shape, bool)  # from label to label, past the blank between
    skips[:, 2:] = (states[:, 2:] != BLANK) & (states[:, 2:] != states[:, :-2])
    alpha = np.full(states.shape, IMPOSSIBLE)
    alpha[:, :2] = log_posteriors[0, states[:, :2]]
    for step in log_posteriors[1:]:
        moved = np.full(states.shape, IMPOSSIBLE)
        moved[:, 1:] = alpha[:, :-1]
        skipped = np.full(states.shape, IMPOSSIBLE)
        skipped[:, 2:] = np.where(skips[:, 2:], alpha[:, :-2], IMPOSSIBLE)
        alpha = np.logaddexp(np.logaddexp(alpha, moved), skipped) + step[states]
    ends = 2 * np.array([len(t) for t in texts], int)
    rows = np.arange(len(texts))
    last_label = np.where(ends > 0, alpha[rows, np.maximum(ends - 1, 0)], IMPOSSIBLE)
    return np.asarray(np.logaddexp(alpha[rows, ends], last_label), np.float64)
