"""Which weights of a vision-language model are trained: its projector, its language model.

The projector is what turns what the vision encoder saw into what the language model reads. It is
found by its name, which every family of transformers takes from the same few.
"""

from collections.abc import Iterator
from typing import Any

from torch import nn

from docai.errors import VlmError

# LLaVA, InternVL, PaliGemma, Gemma 3 · Idefics3, SmolVLM · Qwen-VL, which has more than one
PROJECTORS = ("multi_modal_projector", "connector", "merger", "deepstack_merger_list")


def projector_of(model: Any) -> dict[str, nn.Module]:
    """Return the projector: its modules by their names in the model.

    Raises:
        VlmError: the model is of a family that has none of its own, or is an encoder and a decoder.
    """
    if model.config.is_encoder_decoder or model.config.get_text_config().is_encoder_decoder:
        raise VlmError(
            f"models of the family {model.config.model_type!r} read with an encoder and write with "
            "a decoder; docai fine-tunes those whose language model does both, such as Qwen-VL, "
            "LLaVA, InternVL, Idefics3, SmolVLM, PaliGemma and Gemma 3"
        )
    found = {name: one for name, one in model.named_modules() if name.split(".")[-1] in PROJECTORS}
    if not found:
        raise VlmError(
            f"the family {model.config.model_type!r} has no projector that docai knows (one of "
            f"{', '.join(PROJECTORS)}), so there is nothing to fine-tune first"
        )
    return found


def language_layers(model: Any) -> list[str]:
    """Return the names of the linear layers of the language model, for LoRA; not its last one.

    Raises:
        VlmError: the model does not tell which part of it is the language model.
    """
    decoder = model.get_decoder()
    name = next((name for name, module in model.named_modules() if module is decoder), "")
    if not name:
        raise VlmError(
            f"the family {model.config.model_type!r} does not tell where its language model is"
        )
    return [f"{name}.{layer}" for layer in _linear_layers(decoder)]


def _linear_layers(module: nn.Module) -> Iterator[str]:
    """Yield the names of the linear layers in a module."""
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Linear):
            yield name
