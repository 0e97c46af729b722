"""The twelve families of vision-language models: tokens, chats and pictures like the real ones'."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tiny_configs as tiny
from tiny_configs import ANYRES, ANYRES_ALL, PATCH, SIDE, Ids, pinpoints
from transformers import PreTrainedConfig

_CLIP = {"image_mean": [0.481, 0.458, 0.408], "image_std": [0.269, 0.261, 0.276]}
_HALF = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}


@dataclass(frozen=True)
class Family:
    """What makes a family.

    Attributes:
        config: of the model, given the number of tokens and the ids of special ones.
        pictures: preprocessor_config.json.
        processor: processor_config.json.
        special: tokens that stand for themselves.
        named: tokens that the tokenizer is asked for by name.
        byte_level: of the two kinds of tokenizers, which.
        begins: whether its tokenizer puts a token before every text, unless it is told not to.
        template: of a chat; empty where the family knows none.
    """

    config: Callable[[int, Ids], PreTrainedConfig]
    pictures: dict[str, Any]
    processor: dict[str, Any]
    special: Sequence[str] = ()
    named: dict[str, str] = field(default_factory=dict)
    byte_level: bool = True
    begins: bool = False
    template: str = ""


def _chatml(image: str, role: str = "<|im_start|>{{ m.role }}\n", end: str = "<|im_end|>\n") -> str:
    """Return a template in which each message stands between two special tokens."""
    return (
        "{% for m in messages %}" + role + "{% if m.content is string %}{{ m.content }}"
        "{% else %}{% for part in m.content %}{% if part.type == 'image' %}" + image + "{% else %}"
        "{{ part.text }}{% endif %}{% endfor %}{% endif %}" + end + "{% endfor %}"
        "{% if add_generation_prompt %}"
        + role.replace("{{ m.role }}", "assistant").replace(
            "{{ m.role | capitalize }}", "Assistant"
        )
        + "{% endif %}"
    )


_TEXTS = (
    "{% macro texts(m) %}{% if m.content is string %}{{ m.content }}{% else %}{% for part in "
    "m.content %}{% if part.type == 'image' %}{{ picture }}{% else %}{{ part.text }}{% endif %}"
    "{% endfor %}{% endif %}{% endmacro %}"
)
_MISTRAL = (
    "{% set picture = '<image>\n' %}" + _TEXTS + "{{ bos_token }}{% for m in messages %}"
    "{% if m.role == 'system' %}<<SYS>>\n{{ texts(m) }}\n<</SYS>>\n\n"
    "{% elif m.role == 'user' %}[INST] {{ texts(m) }} [/INST]"
    "{% else %} {{ texts(m) }}{{ eos_token }}{% endif %}{% endfor %}"
)
_GEMMA = (
    "{% set picture = '<start_of_image>' %}" + _TEXTS + "{{ bos_token }}"
    "{% if messages[0].role == 'system' %}{% set first = texts(messages[0]) + '\n\n' %}"
    "{% set messages = messages[1:] %}{% else %}{% set first = '' %}{% endif %}"
    "{% for m in messages %}<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n"
    "{{ first if loop.first else '' }}{{ texts(m) | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
_QWEN_TEMPLATE = _chatml("<|vision_start|><|image_pad|><|vision_end|>")
_QWEN_TOKENS = (
    "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>",
    "<|video_pad|>",
)  # fmt: skip


def _qwen_pictures(patch: int) -> dict[str, Any]:
    return {
        "image_processor_type": "Qwen2VLImageProcessor",
        "patch_size": patch,
        "merge_size": 2,
        "temporal_patch_size": 2,
        "size": {"shortest_edge": 4 * patch * patch, "longest_edge": 16384 * patch * patch},
        **_CLIP,
    }


def _split(side: int, tiles: int, kind: str) -> dict[str, Any]:
    return {
        "image_processor_type": kind,
        "size": {"longest_edge": tiles * side},
        "max_image_size": {"longest_edge": side},
        "do_image_splitting": True,
        **_HALF,
    }


_ROWS_AND_COLUMNS = tuple(f"<row_{i}_col_{j}>" for i in range(1, 7) for j in range(1, 7))
_SPLIT_TOKENS = (
    "<fake_token_around_image>", "<image>", "<end_of_utterance>", "<global-img>",
    *_ROWS_AND_COLUMNS,
)  # fmt: skip


def _anyres(kind: str, grids: list[list[int]], fixed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "image_processor_type": kind,
        "image_grid_pinpoints": pinpoints(grids),
        "do_pad": True,
        **fixed,
    }


_SQUARE = {"height": SIDE, "width": SIDE}
_CROPPED = {
    "size": {"shortest_edge": SIDE},
    "do_center_crop": True,
    "crop_size": _SQUARE,
    **_CLIP,
}
_INTERNVL_TOKENS = {
    "start_image_token": "<img>",
    "end_image_token": "</img>",
    "context_image_token": "<IMG_CONTEXT>",
    "video_token": "<video>",
}

FAMILIES: Mapping[str, Family] = {
    "qwen2_5_vl": Family(
        tiny.qwen2_5_vl,
        _qwen_pictures(PATCH),
        {"processor_class": "Qwen2_5_VLProcessor"},
        _QWEN_TOKENS,
        template=_QWEN_TEMPLATE,
    ),
    "qwen3_vl": Family(
        tiny.qwen3_vl,
        _qwen_pictures(16),
        {"processor_class": "Qwen3VLProcessor"},
        _QWEN_TOKENS,
        template=_QWEN_TEMPLATE,
    ),
    "llava_next": Family(
        tiny.llava_next,
        _anyres("LlavaNextImageProcessor", ANYRES, _CROPPED),
        {
            "processor_class": "LlavaNextProcessor",
            "patch_size": PATCH,
            "vision_feature_select_strategy": "default",
            "num_additional_image_tokens": 1,
        },
        named={"image_token": "<image>"},
        byte_level=False,
        begins=True,
        template=_MISTRAL,
    ),
    "llava_onevision": Family(
        tiny.llava_onevision,
        _anyres("LlavaOnevisionImageProcessor", ANYRES_ALL, {"size": _SQUARE, **_HALF}),
        {
            "processor_class": "LlavaOnevisionProcessor",
            "num_image_tokens": (SIDE // PATCH) ** 2,
            "vision_feature_select_strategy": "full",
            "vision_aspect_ratio": "anyres_max_9",
        },
        ("<|im_start|>", "<|im_end|>", "<image>", "<video>"),
        template=_chatml("<image>\n"),
    ),
    "idefics3": Family(
        tiny.idefics3,
        _split(SIDE, 4, "Idefics3ImageProcessor"),
        {"processor_class": "Idefics3Processor", "image_seq_len": 4},
        _SPLIT_TOKENS,
        template="{{ bos_token }}"
        + _chatml("<image>", "{{ m.role | capitalize }}: ", "<end_of_utterance>\n"),
    ),
    "smolvlm": Family(
        tiny.smolvlm,
        _split(64, 4, "SmolVLMImageProcessor"),
        {"processor_class": "SmolVLMProcessor", "image_seq_len": 4},
        ("<|im_start|>", *_SPLIT_TOKENS),
        template=_chatml(
            "<image>", "<|im_start|>{{ m.role | capitalize }}: ", "<end_of_utterance>\n"
        ),
    ),
    "internvl": Family(
        tiny.internvl,
        {
            "image_processor_type": "GotOcr2ImageProcessor",
            "size": _SQUARE,
            "max_patches": 12,
            **_CLIP,
        },
        {"processor_class": "InternVLProcessor", "image_seq_length": 4},
        ("<|im_start|>", "<|im_end|>"),
        _INTERNVL_TOKENS,
        template=_chatml("<IMG_CONTEXT>\n"),
    ),
    "paligemma": Family(
        tiny.paligemma,
        {
            "image_processor_type": "SiglipImageProcessor",
            "size": _SQUARE,
            "image_seq_length": (SIDE // PATCH) ** 2,
            **_HALF,
        },
        {"processor_class": "PaliGemmaProcessor"},
        (*(f"<loc{i:04}>" for i in range(1024)), *(f"<seg{i:03}>" for i in range(128))),
        {"image_token": "<image>"},
        byte_level=False,
    ),
    "gemma3": Family(
        tiny.gemma3,
        {"image_processor_type": "Gemma3ImageProcessor", "size": _SQUARE, **_HALF},
        {"processor_class": "Gemma3Processor", "image_seq_length": 4},
        ("<start_of_turn>", "<end_of_turn>"),
        {
            "boi_token": "<start_of_image>",
            "eoi_token": "<end_of_image>",
            "image_token": "<image_soft_token>",
        },
        byte_level=False,
        begins=True,
        template=_GEMMA,
    ),
    "blip2": Family(
        tiny.blip2,
        {"image_processor_type": "BlipImageProcessor", "size": _SQUARE, **_CLIP},
        {"processor_class": "Blip2Processor", "num_query_tokens": 8},
        ("<image>",),
        begins=True,
    ),
    "florence2": Family(
        tiny.florence2,
        {
            "image_processor_type": "CLIPImageProcessor",
            "size": {"height": 128, "width": 128},
            "do_center_crop": False,
            "image_seq_length": 17,
            **_CLIP,
        },
        {"processor_class": "Florence2Processor"},
        named={"image_token": "<image>"},
    ),
    "donut": Family(
        tiny.donut,
        {
            "image_processor_type": "DonutImageProcessor",
            "size": {"height": 128, "width": 96},
            "do_align_long_axis": False,
            **_HALF,
        },
        {"processor_class": "DonutProcessor"},
        byte_level=False,
    ),
}
