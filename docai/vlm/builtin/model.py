"""The built-in model in torch: for training and export only. Inference needs no torch.

A small convolutional encoder looks at the page; a transformer reads OCR words and image tokens
together and gives every word a tag. In the spirit of LayoutLMv2 (Xu et al., ACL 2021), at a
hundredth of its size: hashed n-grams instead of a vocabulary, no pre-training.

Dimensions: B batch, N words, G image tokens (GRID * GRID), S summary tokens, D width, A heads,
C channels of an image token, K n-grams per word.
"""

import itertools
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from docai.vlm.builtin.features import BUCKETS, GRID, NUM_NUMBERS, POSITIONS
from docai.vlm.builtin.tagged import LINK_SIZE
from docai.vlm.builtin.tags import KINDS, ROLES, TAGS

SUMMARY = 7  # image tokens are pooled to SUMMARY x SUMMARY for attention
MAX_ROWS_APART = 10
STEPS_APART = 16  # horizontal distance is told in sixteenths of the text area
FURTHER_DOWN = (0.5, 1.5, 2.5, 4.0, 7.0, 12.0)  # borders of vertical distances, in word heights
FURTHER_RIGHT = (0.5, 2.0, 5.0, 10.0, 20.0)  # the same between left edges


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Size of the network, and what it may see (for ablations)."""

    width: int = 192
    num_layers: int = 5
    num_heads: int = 6
    channels: int = 64
    dropout: float = 0.1
    sees_words: bool = True
    sees_picture: bool = True


class Logits(NamedTuple):
    """What the network says of B pages of N words; probabilities of these: `Tagged`.

    Attributes:
        tags: (B, N, len(TAGS)).
        starts: (B, N), of starting a line item.
        roles: (B, N, len(ROLES)).
        begins: (B, N), of beginning a heading, key or value.
        asks: (B, N, LINK_SIZE).
        offers: (B, N, LINK_SIZE).
        kinds: (B, len(KINDS)).
        opens: (B,), of being the first page of a document.
    """

    tags: Tensor
    starts: Tensor
    roles: Tensor
    begins: Tensor
    asks: Tensor
    offers: Tensor
    kinds: Tensor
    opens: Tensor


class VisionEncoder(nn.Module):
    """Picture (B, 1, PICTURE_SIDE, PICTURE_SIDE) in [-1, 1] to image tokens (B, G, C)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        widths = [1, 12, 24, 48, channels]
        stages = []
        for before, after in itertools.pairwise(widths):
            stages += [nn.Conv2d(before, after, 3, 2, 1), nn.BatchNorm2d(after), nn.GELU()]
        self.stem = nn.Sequential(*stages)
        self.wide = nn.Sequential(
            nn.Conv2d(channels, channels, 5, 1, 2, groups=channels),
            nn.BatchNorm2d(channels),
            nn.GELU(),
            nn.Conv2d(channels, channels, 1),
        )

    def forward(self, picture: Tensor) -> Tensor:
        """See the class."""
        x = self.stem(picture)  # (B, C, GRID, GRID)
        x = x + self.wide(x)
        tokens: Tensor = x.flatten(2).transpose(1, 2)  # (B, G, C)
        return tokens


class Block(nn.Module):
    """Self-attention with a bias per pair, then a feed-forward network; both pre-normed."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        D = config.width
        self.num_heads, self.dropout = config.num_heads, config.dropout
        self.norm_attention, self.norm_feed = nn.LayerNorm(D), nn.LayerNorm(D)
        self.qkv, self.out = nn.Linear(D, 3 * D), nn.Linear(D, D)
        self.feed = nn.Sequential(
            nn.Linear(D, 3 * D), nn.GELU(), nn.Dropout(config.dropout), nn.Linear(3 * D, D)
        )
        self.drop = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Map (B, T, D) to (B, T, D); ``bias`` is (B, A, T, T), -inf where none may look."""
        B, T, D = x.shape
        q, k, v = self.qkv(self.norm_attention(x)).chunk(3, dim=-1)
        q, k, v = (t.view(B, T, self.num_heads, -1).transpose(1, 2) for t in (q, k, v))
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)  # (B, A, T, D/A)
        x = x + self.drop(self.out(seen.transpose(1, 2).reshape(B, T, D)))
        fed: Tensor = self.drop(self.feed(self.norm_feed(x)))
        return x + fed


class Tagger(nn.Module):
    """Words and image tokens to logits per word."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        D = config.width
        self.config = config
        self.ngrams = nn.EmbeddingBag(BUCKETS, D, mode="sum", padding_idx=0)
        self.positions = nn.ModuleList(nn.Embedding(POSITIONS, D) for _ in range(8))
        self.numbers = nn.Linear(NUM_NUMBERS, D)
        self.glance = nn.Linear(config.channels, D)
        self.summary = nn.Linear(config.channels, D)
        self.summary_position = nn.Parameter(torch.zeros(SUMMARY * SUMMARY, D))
        self.enter = nn.Sequential(nn.LayerNorm(D), nn.Dropout(config.dropout))
        pairs = (2 * MAX_ROWS_APART + 1) * (2 * STEPS_APART + 1)
        self.apart = nn.Embedding(pairs, config.num_heads)
        self.beside = nn.Embedding(
            (2 * len(FURTHER_DOWN) + 1) * (2 * len(FURTHER_RIGHT) + 1), config.num_heads
        )
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.norm = nn.LayerNorm(D)
        self.tags = nn.Linear(D, len(TAGS))
        self.starts = nn.Linear(D, 1)
        self.roles = nn.Linear(D, len(ROLES))
        self.begins = nn.Linear(D, 1)
        self.asks, self.offers = nn.Linear(D, LINK_SIZE), nn.Linear(D, LINK_SIZE)
        self.page = nn.Sequential(nn.Linear(2 * D, D), nn.GELU(), nn.Linear(D, len(KINDS) + 1))
        nn.init.zeros_(self.beside.weight)
        for table in (self.ngrams, *self.positions, self.apart):
            nn.init.normal_(table.weight, std=0.05)
        with torch.no_grad():
            self.ngrams.weight[0] = 0  # padding

    def forward(
        self,
        ngrams: Tensor,
        numbers: Tensor,
        positions: Tensor,
        rows: Tensor,
        centres: Tensor,
        cells: Tensor,
        weights: Tensor,
        origins: Tensor,
        tokens: Tensor,
        is_word: Tensor,
    ) -> "Logits":
        """Tag words.

        Args:
            ngrams: (B, N, K), and so on as in `docai.vlm.builtin.features.Features`.
            numbers: (B, N, NUM_NUMBERS).
            positions: (B, N, 8).
            rows: (B, N).
            centres: (B, N).
            cells: (B, N, 4).
            weights: (B, N, 4).
            origins: (B, N, 2).
            tokens: image tokens (B, G, C).
            is_word: (B, N) bool, False for padding.
        """
        x = sum(table(positions[..., i]) for i, table in enumerate(self.positions))
        if self.config.sees_words:
            x = x + self._spell(ngrams) + self.numbers(numbers)
        if self.config.sees_picture:
            x = x + self.glance(_look_up(tokens, cells, weights))
        x = self.enter(x)  # (B, N, D)
        bias = self._bias(rows, centres, origins, is_word)
        if self.config.sees_picture:
            x = torch.cat([x, self._summaries(tokens)], dim=1)
            is_seen = functional.pad(is_word, (0, SUMMARY**2), value=True)
            bias = functional.pad(bias, (0, SUMMARY**2, 0, SUMMARY**2))
            bias = bias.masked_fill(~is_seen[:, None, None, :], -1e4)
        for block in self.blocks:
            x = block(x, bias)
        x = self.norm(x)
        words = x[:, : rows.shape[1]]
        page = self.page(self._gist(words, x[:, rows.shape[1] :], is_word))
        return Logits(
            tags=self.tags(words),
            starts=self.starts(words).squeeze(-1),
            roles=self.roles(words),
            begins=self.begins(words).squeeze(-1),
            asks=self.asks(words),
            offers=self.offers(words),
            kinds=page[:, :-1],
            opens=page[:, -1],
        )

    def _gist(self, words: Tensor, summaries: Tensor, is_word: Tensor) -> Tensor:
        """Return (B, 2 * D): the means of a page's words and of its summary tokens."""
        share = is_word / is_word.sum(dim=1, keepdim=True)
        mean = (words * share[..., None]).sum(dim=1)
        seen = summaries.mean(dim=1) if self.config.sees_picture else torch.zeros_like(mean)
        return torch.cat([mean, seen], dim=1)

    def _spell(self, ngrams: Tensor) -> Tensor:
        """Return (B, N, D): the sum of each word's n-grams."""
        if torch.onnx.is_in_onnx_export():  # the exporter knows no bags with padding
            return functional.embedding(ngrams, self.ngrams.weight).sum(dim=2)
        B, N, K = ngrams.shape
        spelt: Tensor = self.ngrams(ngrams.reshape(B * N, K))
        return spelt.view(B, N, -1)

    def _bias(self, rows: Tensor, centres: Tensor, origins: Tensor, is_word: Tensor) -> Tensor:
        """Return (B, A, N, N): how much each word looks at each other by where it stands."""
        rows_apart = (rows[:, None, :] - rows[:, :, None]).clamp(-MAX_ROWS_APART, MAX_ROWS_APART)
        steps = ((centres[:, None, :] - centres[:, :, None]) * STEPS_APART).round().long()
        steps = steps.clamp(-STEPS_APART, STEPS_APART)
        pair = (rows_apart + MAX_ROWS_APART) * (2 * STEPS_APART + 1) + steps + STEPS_APART
        down, right = (
            _bins(origins[:, None, :, axis] - origins[:, :, None, axis], borders)
            for axis, borders in ((1, FURTHER_DOWN), (0, FURTHER_RIGHT))
        )
        near = down * (2 * len(FURTHER_RIGHT) + 1) + right
        bias: Tensor = (self.apart(pair) + self.beside(near)).permute(0, 3, 1, 2)  # (B, A, N, N)
        return bias.masked_fill(~is_word[:, None, None, :], -1e4)

    def _summaries(self, tokens: Tensor) -> Tensor:
        """Pool image tokens to (B, SUMMARY * SUMMARY, D)."""
        B, _, C = tokens.shape
        side = GRID // SUMMARY
        blocks = tokens.view(B, SUMMARY, side, SUMMARY, side, C).mean(dim=(2, 4))
        pooled: Tensor = self.summary(blocks.reshape(B, SUMMARY * SUMMARY, C))
        return pooled + self.summary_position


def _bins(distances: Tensor, borders: tuple[float, ...]) -> Tensor:
    """Sort signed distances into 2 * len(borders) + 1 bins."""
    both = [-border for border in reversed(borders)] + list(borders)
    return sum((distances >= border).long() for border in both)  # type: ignore[return-value]


def _look_up(tokens: Tensor, cells: Tensor, weights: Tensor) -> Tensor:
    """Return (B, N, C): the image tokens at each word, interpolated."""
    B, N, _ = cells.shape
    index = cells.reshape(B, N * 4, 1).expand(-1, -1, tokens.shape[2])
    near = tokens.gather(1, index).view(B, N, 4, -1)
    return (near * weights[..., None]).sum(dim=2)
