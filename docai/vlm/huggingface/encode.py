"""Encode once: from a page to image tokens, and from those to what a model goes on with.

Image tokens hold what vision encoder and projector made of a page, the numbers that belong to it on
the side of the text (grids and sizes), and the text that holds their place in a prompt. Nothing
but those is needed to answer: neither the page nor the vision encoder.
"""

import inspect
import math
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from docai.document import Page
from docai.errors import VlmError
from docai.vlm.huggingface.budget import fitted, lay, plan
from docai.vlm.huggingface.hub import brief
from docai.vlm.huggingface.load import BLIP2, ENCODER_DECODER, FLORENCE2, Loaded
from docai.vlm.tokens import ImageTokens, check_maker

_PIXELS = "pixel_values"
_FEATURES, _DEEP = "features", "deep"  # names of tensors: features.0, deep.1.0
_PLACEHOLDERS, _LISTED, _BITS = "placeholders", "listed", "bits_of"  # names of facts
_BESIDE = ("image_grid_thw", "image_sizes")  # inputs that the text's side needs too
_BFLOAT16 = "bfloat16"


def encode(loaded: Loaded, page: Page) -> ImageTokens:
    """Turn a page into image tokens.

    Raises:
        VlmError: the model failed.
    """
    try:
        inputs, held = look(loaded, page)
        with torch.inference_mode():
            tensors, listed = _features(loaded, inputs)
    except VlmError:
        raise
    except Exception as error:  # whatever any of a hundred models may raise
        raise VlmError(
            f"{loaded.name} cannot encode page {page.number} of {page.height} x {page.width} "
            f"pixels: {brief(error)}"
        ) from error
    tensors |= {name: torch.as_tensor(inputs[name]) for name in _BESIDE if name in inputs}
    facts = {
        _PLACEHOLDERS: held,
        _LISTED: listed,
        _BITS: {name: _BFLOAT16 for name, one in tensors.items() if one.dtype == torch.bfloat16},
    }
    arrays = {name: _to_numpy(tensor) for name, tensor in tensors.items()}
    return ImageTokens(page.number, loaded.name, arrays, facts)


def look(loaded: Loaded, page: Page) -> tuple[Mapping[str, Any], str]:
    """Turn a page into what the vision encoder takes, within the budget.

    Returns:
        Inputs, and the text that holds their place in a prompt.
    """
    processor = loaded.processor
    pictures = processor.image_processor
    view = plan(processor, (page.height, page.width), loaded.max_image_tokens)
    usual = getattr(type(processor), "images_kwargs", {})

    def see(image: Any, options: Mapping[str, Any]) -> Any:
        return pictures([image], return_tensors="pt", **{**usual, **options})

    inputs = see(lay(page.picture, view.page, view.canvas, pictures.resample), view.options)
    if view.overview is not None:
        size = fitted((page.height, page.width), view.overview)
        whole = lay(page.picture, size, view.overview, pictures.resample)
        seen = see(whole, view.overview_options)[_PIXELS].flatten(0, -4)
        tiles = inputs[_PIXELS].flatten(0, -4)
        tiles[view.place] = seen[0]
        inputs[_PIXELS] = tiles.view(inputs[_PIXELS].shape)
    return inputs, _placeholders(processor, inputs)


def placeholders(loaded: Loaded, tokens: ImageTokens) -> list[int]:
    """Return the tokens that hold the place of a page in a prompt; Donut needs none.

    Raises:
        VlmError: the image tokens come from another model.
    """
    check_maker([tokens], loaded.name)
    return list(
        loaded.tokenizer(tokens.facts[_PLACEHOLDERS], add_special_tokens=False)["input_ids"]
    )


def unpack(
    loaded: Loaded,
    input_ids: Tensor,
    attention_mask: Tensor,
    rows: Sequence[Sequence[ImageTokens]],
) -> dict[str, Any]:
    """Return what ``generate`` of ``loaded.generator`` takes, once: it changes what it is given.

    Args:
        loaded: the model.
        input_ids: (B, T) int64, prompts with the placeholders of their pages, padded on the left.
            There is text between the placeholders of two pages.
        attention_mask: (B, T) int64, 0 where a prompt is padded.
        rows: the pages of each of the B prompts, in order.

    Raises:
        VlmError: the image tokens come from another model, or are not those of the placeholders.
    """
    pages = [tokens for row in rows for tokens in row]
    check_maker(pages, loaded.name)
    ids, mask = input_ids.to(loaded.device), attention_mask.to(loaded.device)
    if loaded.kind == ENCODER_DECODER:
        return _for_cross_attention(loaded, ids, mask, rows)
    features = [feature for tokens in pages for feature in _stored(loaded, tokens, _FEATURES)]
    _check_room(loaded, ids, rows)
    if loaded.kind == FLORENCE2:  # its encoder counts positions from the left, padding and all
        order = mask.argsort(dim=1, descending=True, stable=True)
        ids, mask = ids.gather(1, order), mask.gather(1, order)
    if loaded.kind == BLIP2:
        return _for_embeddings(loaded, ids, mask, features)
    inputs = {"input_ids": ids, "attention_mask": mask, **_kinds(loaded, ids)}
    if not pages:
        return inputs
    for name in _BESIDE:
        if name in pages[0].tensors:
            arrays = [tokens.tensors[name] for tokens in pages]
            inputs[name] = torch.tensor(np.concatenate(arrays), device=loaded.device)
    listed = pages[0].facts[_LISTED]
    encoded = SimpleNamespace(pooler_output=features if listed else torch.cat(features))
    if deep := _deep(loaded, pages):
        encoded.deepstack_features = deep
    return {**inputs, "mm_encoder_outputs": {"image": encoded}}


def _features(loaded: Loaded, inputs: Mapping[str, Any]) -> tuple[dict[str, Tensor], bool]:
    """Run vision encoder and projector.

    Returns:
        What they made, and whether the model wants it as a list of pictures.
    """
    model = loaded.model
    pixels = inputs[_PIXELS].to(loaded.device, loaded.numbers)
    if loaded.kind == ENCODER_DECODER:
        return {f"{_FEATURES}.0": model.encoder(pixels).last_hidden_state}, False
    encoder = model.base_model.get_image_features
    beside = {
        name: torch.as_tensor(inputs[name]).to(loaded.device)
        for name in inspect.signature(encoder).parameters
        if name in inputs and name != _PIXELS
    }
    made = encoder(pixel_values=pixels, **beside, return_dict=True)
    listed = not isinstance(made.pooler_output, Tensor)
    pooled = made.pooler_output if listed else [made.pooler_output]
    tensors = {f"{_FEATURES}.{i}": one for i, one in enumerate(pooled)}
    for layer, ones in enumerate(getattr(made, "deepstack_features", None) or ()):
        tensors |= {f"{_DEEP}.{layer}.{i}": one for i, one in enumerate(ones)}
    return tensors, listed


def _placeholders(processor: Any, inputs: Mapping[str, Any]) -> str:
    """Return the text that holds the place of a picture."""
    token = getattr(processor, "image_token", None)
    if token is None:  # Donut
        return ""
    if (queries := getattr(processor, "num_query_tokens", None)) is not None:  # BLIP-2
        return str(token) * int(queries)
    return str(processor.replace_image_token(inputs, 0))


def _for_cross_attention(
    loaded: Loaded, ids: Tensor, mask: Tensor, rows: Sequence[Sequence[ImageTokens]]
) -> dict[str, Any]:
    """Return inputs of a decoder that looks at a page while it writes."""
    if any(len(row) != 1 for row in rows):
        raise VlmError(f"{loaded.name} can look at one page at a time, and not at none or several")
    pages = [feature for row in rows for feature in _stored(loaded, row[0], _FEATURES)]
    return {
        "decoder_input_ids": ids,
        "decoder_attention_mask": mask,
        "encoder_outputs": BaseModelOutput(last_hidden_state=torch.cat(pages)),
    }


def _for_embeddings(
    loaded: Loaded, ids: Tensor, mask: Tensor, features: Sequence[Tensor]
) -> dict[str, Any]:
    """Return inputs of a language model that knows of no pictures."""
    model = loaded.model
    with torch.inference_mode():
        embeddings = model.get_input_embeddings()(ids)
        if features:
            places = (ids == model.config.image_token_id).unsqueeze(-1)
            flat = torch.cat(list(features)).to(embeddings.dtype)
            embeddings = embeddings.masked_scatter(places, flat)
    inputs = {"inputs_embeds": embeddings, "attention_mask": mask}
    if not loaded.generator.config.is_encoder_decoder:
        inputs["input_ids"] = ids
    return inputs


def _kinds(loaded: Loaded, ids: Tensor) -> dict[str, Tensor]:
    """Return which tokens are text and which stand for a picture, for models that ask."""
    processor = loaded.processor
    names = processor.model_input_names
    if not processor.return_mm_token_type_ids:
        # PaliGemma tells the prompt from the reply by them.
        return {"token_type_ids": torch.zeros_like(ids)} if "token_type_ids" in names else {}
    kinds = torch.tensor(processor.create_mm_token_type_ids(ids.tolist()), device=ids.device)
    return {"mm_token_type_ids" if "mm_token_type_ids" in names else "token_type_ids": kinds}


def _deep(loaded: Loaded, pages: Sequence[ImageTokens]) -> list[list[Tensor]]:
    """Return the features of deeper layers, by layer and picture; empty where there are none."""
    layers = {name.split(".")[1] for name in pages[0].tensors if name.startswith(f"{_DEEP}.")}
    return [
        [one for tokens in pages for one in _stored(loaded, tokens, f"{_DEEP}.{layer}")]
        for layer in sorted(layers, key=int)
    ]


def _stored(loaded: Loaded, tokens: ImageTokens, group: str) -> list[Tensor]:
    """Return the tensors of a group, on the model's device."""
    names = [name for name in tokens.tensors if name.rpartition(".")[0] == group]
    return [
        _to_tensor(tokens.tensors[name], tokens.facts[_BITS].get(name)).to(loaded.device)
        for name in sorted(names, key=lambda name: int(name.rpartition(".")[2]))
    ]


def _check_room(loaded: Loaded, ids: Tensor, rows: Sequence[Sequence[ImageTokens]]) -> None:
    """Raise VlmError where placeholders and image tokens are not as many as one another."""
    held = (ids == loaded.model.config.image_token_id).sum(-1).tolist()
    for places, row in zip(held, rows, strict=True):
        made = sum(
            math.prod(tensor.shape[:-1])
            for tokens in row
            for name, tensor in tokens.tensors.items()
            if name.startswith(f"{_FEATURES}.")
        )
        if places != made:
            raise VlmError(f"a prompt has {places} places for the {made} image tokens of its pages")


def _to_numpy(tensor: Tensor) -> NDArray[Any]:
    """Return a tensor as numpy knows it: bfloat16 as the bits it is made of."""
    kept = tensor.detach().cpu().contiguous()
    bits = kept.view(torch.uint16) if kept.dtype == torch.bfloat16 else kept
    return bits.numpy()


def _to_tensor(array: NDArray[Any], bits_of: str | None) -> Tensor:
    """Undo `_to_numpy`."""
    tensor = torch.tensor(array)
    return tensor.view(torch.bfloat16) if bits_of == _BFLOAT16 else tensor
