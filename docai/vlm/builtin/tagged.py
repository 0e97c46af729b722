"""What the network says of the words of one page."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from docai.reading import Reading

LINK_SIZE = 48  # of the vectors that link values to keys


def _no_marks() -> NDArray[np.float32]:
    return np.zeros((0, 7), np.float32)


def _no_rules() -> NDArray[np.float32]:
    return np.zeros((0, 5), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Tagged:
    """A page of N words, at least one, as the network sees it.

    Attributes:
        reading: the words.
        tags: (N, len(TAGS)) probabilities.
        starts: (N,) probability that a word starts a line item.
        roles: (N, len(ROLES)) probabilities.
        begins: (N,) probability that a word begins a new heading, key or value.
        asks: (N, LINK_SIZE) what each word looks for in its key; see `keys_of`.
        offers: (N, LINK_SIZE) what each word offers as a key.
        kinds: (len(KINDS),) probabilities of the kind of document the page belongs to.
        opens: probability that the page is the first of a document.
        marks: (M, 7), see `docai.vlm.builtin.marks`.
        rules: (R, 5), see `docai.vlm.builtin.rules`.
    """

    reading: Reading
    tags: NDArray[np.float32]
    starts: NDArray[np.float32]
    roles: NDArray[np.float32]
    begins: NDArray[np.float32]
    asks: NDArray[np.float32]
    offers: NDArray[np.float32]
    kinds: NDArray[np.float32]
    opens: float
    marks: NDArray[np.float32] = field(default_factory=_no_marks)
    rules: NDArray[np.float32] = field(default_factory=_no_rules)

    def keys_of(self, words: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return to which word, as part of its key, each of some words belongs.

        Args:
            words: (M,) indices, of values.

        Returns:
            (M, N + 1) probabilities; the last column is that of having no key.
        """
        logits = self.asks[words] @ self.offers.T / np.float32(LINK_SIZE**0.5)  # (M, N)
        logits[np.arange(len(words)), words] = -1e4  # nothing is its own key
        logits = np.concatenate([logits, np.zeros((len(words), 1), np.float32)], axis=1)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
        return shares
