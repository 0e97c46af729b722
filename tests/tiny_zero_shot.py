"""Models that tell kinds of pictures, or find things, by names never seen in training; tiny."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import transformers as hf
from tiny_configs import PATCH, SIDE

_EDGE = {"height": SIDE, "width": SIDE}
_VISION = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": SIDE,
    "patch_size": PATCH,
}


@dataclass(frozen=True)
class ZeroShot:
    """What makes a kind of model.

    Attributes:
        config: of the model, given the number of tokens.
        model: class of the model.
        pictures: preprocessor_config.json.
        processor: name of the processor's class.
        length: of the longest text.
    """

    config: Callable[[int], hf.PreTrainedConfig]
    model: type[Any]
    pictures: dict[str, Any]
    processor: str
    length: int


def _text(vocab: int, length: int) -> dict[str, Any]:
    return {
        "vocab_size": vocab,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": length,
        "projection_dim": 32,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }


def _clip(vocab: int) -> hf.PreTrainedConfig:
    return hf.CLIPConfig(text_config=_text(vocab, 77), vision_config=_VISION, projection_dim=32)


def _siglip(vocab: int) -> hf.PreTrainedConfig:
    return hf.SiglipConfig(
        text_config={**_text(vocab, 64), "projection_size": 32}, vision_config=_VISION
    )


def _owl_vit(vocab: int) -> hf.PreTrainedConfig:
    return hf.OwlViTConfig(text_config=_text(vocab, 16), vision_config=_VISION, projection_dim=32)


def _grounding_dino(vocab: int) -> hf.PreTrainedConfig:
    backbone = hf.SwinConfig(
        image_size=SIDE,
        embed_dim=8,
        depths=[1, 1, 1, 1],
        num_heads=[1, 1, 2, 2],
        window_size=4,
        out_features=["stage2", "stage3", "stage4"],
    )
    text = hf.BertConfig(**_text(vocab, 256))
    return hf.GroundingDinoConfig(
        backbone_config=backbone,
        text_config=text,
        d_model=32,
        num_queries=20,
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
    )


CLASSIFIERS: Mapping[str, ZeroShot] = {
    "clip": ZeroShot(
        _clip,
        hf.CLIPModel,
        {
            "image_processor_type": "CLIPImageProcessor",
            "size": {"shortest_edge": SIDE},
            "crop_size": _EDGE,
        },
        "CLIPProcessor",
        77,
    ),
    "siglip": ZeroShot(
        _siglip,
        hf.SiglipModel,
        {"image_processor_type": "SiglipImageProcessor", "size": _EDGE},
        "SiglipProcessor",
        64,
    ),
}
DETECTORS: Mapping[str, ZeroShot] = {
    "owl-vit": ZeroShot(
        _owl_vit,
        hf.OwlViTForObjectDetection,
        {
            "image_processor_type": "OwlViTImageProcessor",
            "size": _EDGE,
            "crop_size": _EDGE,
            "do_center_crop": False,
        },
        "OwlViTProcessor",
        16,
    ),
    "grounding-dino": ZeroShot(
        _grounding_dino,
        hf.GroundingDinoForObjectDetection,
        {
            "image_processor_type": "GroundingDinoImageProcessor",
            "size": {"shortest_edge": 2 * SIDE, "longest_edge": 4 * SIDE},
            "do_pad": True,
        },
        "GroundingDinoProcessor",
        256,
    ),
}
