"""The exported networks say what the trained ones say."""

import copy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from docai.document import Page
from docai.reading import Reading
from docai.testing import blank_page, typed_reading
from docai.vlm.builtin.features import GRID, PICTURE_SIDE, features, see, thumbnail
from docai.vlm.builtin.inference import (
    OUTPUTS,
    TAGGER_FILE,
    VISION_FILE,
    WINDOW,
    BuiltinVlm,
    open_session,
)
from docai.vlm.builtin.tagged import LINK_SIZE
from docai.vlm.builtin.tags import SCALARS, TAGS
from docai.vlm.engine import Question

torch = pytest.importorskip("torch", reason="torch is not installed: pip install docai[train]")
pytest.importorskip("onnx", reason="onnx is not installed: pip install docai[train]")

from docai.vlm.builtin import export  # noqa: E402
from docai.vlm.builtin.examples import Example, batch  # noqa: E402
from docai.vlm.builtin.model import ModelConfig  # noqa: E402
from docai.vlm.builtin.synthetic import synthetic_example  # noqa: E402
from docai.vlm.builtin.train import Network  # noqa: E402

CONFIG = ModelConfig(width=48, num_layers=2, num_heads=3, channels=16)
HALVED = 2e-3  # what half-precision weights may change in a probability
SAME = 1e-4  # what another order of the same sums may change

Arrays = tuple[NDArray[np.float32], ...]


@pytest.fixture(scope="module")
def network() -> Network:
    """Return a network with random weights, larger than fresh ones, so that it says something."""
    torch.manual_seed(3)
    made = Network.make(CONFIG)
    with torch.no_grad():
        made.tagger.tags.weight.mul_(4)
        made.tagger.beside.weight.normal_()  # fresh ones say nothing
        made.vision.stem[1].running_mean.normal_(std=0.1)  # as training leaves it
    made.vision.eval(), made.tagger.eval()
    return made


@pytest.fixture(scope="module")
def weights(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the exported network."""
    folder = tmp_path_factory.mktemp("weights")
    export.write(network.vision, network.tagger, {"steps": 0}, folder)
    return folder


def picture_of(seed: int) -> NDArray[np.uint8]:
    """Return a page of noise that is higher than wide."""
    noise = np.random.default_rng(seed).integers(0, 256, (90, 61, 3), np.uint8)
    return np.kron(noise, np.ones((8, 8, 1), np.uint8))


def example_of(seed: int, num_words: int | None = None) -> Example:
    made = synthetic_example("form", seed, draw=False)
    n = len(made.seen.texts) if num_words is None else num_words
    return replace(made.take(range(n)), picture=thumbnail(picture_of(seed)))


def by_torch(network: Network, example: Example) -> Arrays:
    """Return what the network says as training sees it, in the order of OUTPUTS."""
    with torch.inference_mode():
        said = network.run(batch([(example, example.seen.texts)], PICTURE_SIDE))
    return of_page(said, 0, len(example.seen.texts))


def of_page(said: Any, number: int, num_words: int) -> Arrays:
    """Return what is said of one page of a batch, as probabilities."""
    return (
        said.tags[number, :num_words].softmax(-1).numpy(),
        said.starts[number, :num_words].sigmoid().numpy(),
        said.roles[number, :num_words].softmax(-1).numpy(),
        said.begins[number, :num_words].sigmoid().numpy(),
        said.asks[number, :num_words].numpy(),
        said.offers[number, :num_words].numpy(),
        said.kinds[number].softmax(-1).numpy(),
        said.opens[number : number + 1].sigmoid().numpy(),
    )


def by_onnx(folder: Path, example: Example) -> Arrays:
    """Return the same from the exported files."""
    assert example.picture is not None
    picture = example.picture.astype(np.float32) / 127.5 - 1
    seen = features(example.seen)
    feed = {f.name: getattr(seen, f.name) for f in fields(seen)}
    (tokens,) = open_session(folder / VISION_FILE, 1).run(None, {"picture": picture[None, None]})
    said = open_session(folder / TAGGER_FILE, 1).run(list(OUTPUTS), {**feed, "tokens": tokens[0]})
    return tuple(said)


def halved(network: Network) -> Network:
    """Return the network with the very weights that are stored: large ones in half precision."""
    out = copy.deepcopy(network)
    for parameter in out.parameters():
        if parameter.numel() >= export.SMALLEST_HALVED:
            parameter.data = parameter.data.half().float()
    return out


def check_alike(one: Arrays, other: Arrays, tolerance: float) -> None:
    for a, b in zip(one, other, strict=True):
        assert a.shape == b.shape
        assert np.abs(a - b).max() < tolerance


@pytest.mark.parametrize("num_words", [1, 2, 23, None])
def test_probabilities_agree(network: Network, weights: Path, num_words: int | None) -> None:
    example = example_of(11, num_words)
    exported = by_onnx(weights, example)
    assert exported[0].shape == (len(example.seen.texts), len(TAGS))
    assert np.allclose(exported[0].sum(axis=1), 1, atol=1e-5)
    check_alike(by_torch(network, example), exported, HALVED)
    check_alike(by_torch(halved(network), example), exported, SAME)


def test_the_network_of_the_test_listens_to_words_and_picture(
    network: Network, weights: Path
) -> None:
    example = example_of(11)
    blind = replace(example, picture=np.zeros((PICTURE_SIDE, PICTURE_SIDE), np.uint8))
    mute = replace(example.seen, texts=("X",) * len(example.seen.texts))
    plain = by_onnx(weights, example)[0]
    for other in (blind, replace(example, seen=mute)):
        assert np.abs(by_onnx(weights, other)[0] - plain).max() > 10 * HALVED


@pytest.mark.parametrize("sees_picture", [False, True], ids=["words", "words and picture"])
def test_padding_in_a_batch_changes_nothing(sees_picture: bool) -> None:
    torch.manual_seed(4)
    network = Network.make(replace(CONFIG, sees_picture=sees_picture))
    network.vision.eval(), network.tagger.eval()
    short, long = example_of(11, 9), example_of(12)
    with torch.inference_mode():
        both = batch([(e, e.seen.texts) for e in (short, long)], PICTURE_SIDE)
        together = of_page(network.run(both), 0, 9)
    check_alike(together, by_torch(network, short), SAME)


def test_large_weights_are_stored_in_half_precision(network: Network, weights: Path) -> None:
    size_bytes = (weights / TAGGER_FILE).stat().st_size
    num_weights = sum(p.numel() for p in network.tagger.parameters())
    assert 2 * num_weights < size_bytes < 3 * num_weights


def noisy_page(reading: Reading) -> Page:
    height, width = reading.size
    rng = np.random.default_rng(0)
    return Page(reading.page, rng.integers(0, 256, (height, width, 3)).astype(np.uint8))


def test_export_leaves_no_network_in_training_mode(tmp_path: Path) -> None:
    made = Network.make(CONFIG)
    export.write(made.vision, made.tagger, {}, tmp_path)
    assert not any(part.training for part in (*made.vision.modules(), *made.tagger.modules()))


def test_image_tokens_are_what_the_encoder_says(network: Network, weights: Path) -> None:
    page = Page(3, picture_of(5))
    tokens = BuiltinVlm(weights).encode(page)
    square = torch.from_numpy(thumbnail(page.picture)).float()[None, None] / 127.5 - 1
    with torch.inference_mode():
        expected = halved(network).vision(square)[0].numpy()
    assert np.allclose(tokens.tensors["embeddings"], expected, atol=SAME)
    assert tokens.tensors["embeddings"].shape == (GRID * GRID, CONFIG.channels)
    assert tokens.page == 3


def test_a_long_page_is_answered_for_every_word(weights: Path) -> None:
    lines = [f"ROW {n} TEA {n}.50" for n in range(WINDOW // 4 + 30)]
    reading = typed_reading(lines)
    assert len(reading.words) > WINDOW
    vlm = BuiltinVlm(weights)
    tokens = vlm.encode(blank_page(reading))
    said = vlm.tag(reading, tokens)
    count = len(reading.words)
    assert said.tags.shape == (count, len(TAGS))
    assert said.starts.shape == said.begins.shape == (count,)
    assert said.asks.shape == said.offers.shape == (count, LINK_SIZE)
    for shares in (said.tags, said.roles, said.kinds[None], said.keys_of(np.arange(count))):
        assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)


def test_the_answers_of_a_page_point_at_its_words(weights: Path) -> None:
    vlm = BuiltinVlm(weights)
    readings = (typed_reading(["SHOP", "TOTAL 9.00"]), typed_reading([], page=2))
    tokens = tuple(vlm.encode(noisy_page(reading)) for reading in readings)
    schema: dict[str, Any] = {"properties": {name: {} for name in (*SCALARS, "items", "hotel")}}
    reply = vlm.answer(Question(schema, readings, tokens))
    assert reply.unasked == ("hotel",)
    assert reply.answers
    for answer in reply.answers:
        assert answer.span is not None
        assert answer.span.page == 1
        assert set(answer.span.words) <= {0, 1, 2}


def test_features_of_a_reading_are_what_the_tagger_expects(weights: Path) -> None:
    session = open_session(weights / TAGGER_FILE, 1)
    given = {node.name: node.type for node in session.get_inputs()}
    seen = features(see(typed_reading(["TOTAL 9.00"])))
    types = {np.dtype(np.int64): "tensor(int64)", np.dtype(np.float32): "tensor(float)"}
    made = {f.name: types[getattr(seen, f.name).dtype] for f in fields(seen)}
    assert given == {**made, "tokens": "tensor(float)"}
