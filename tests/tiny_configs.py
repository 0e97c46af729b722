"""Configurations of the twelve families of vision-language models, as small as they can be.

Sizes are small; shapes are those of the real checkpoints. Context is 8192 tokens everywhere, which
the real Florence-2 and Donut do not have. Each takes the number of tokens and what tells the ids
of special ones.
"""

from collections.abc import Callable
from typing import Any

import transformers as hf

CONTEXT = 8192
SIDE = 56  # of a picture or tile, in pixels
PATCH = 14
_WIDTH = 64  # of a language model's embeddings
Ids = Callable[[str], int]


def _language(vocab: int, **more: Any) -> dict[str, Any]:
    """Return what the configurations of language models have in common."""
    return {
        "vocab_size": vocab,
        "hidden_size": _WIDTH,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": CONTEXT,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "tie_word_embeddings": True,
        **more,
    }


def _vision(**more: Any) -> dict[str, Any]:
    """Return what the configurations of vision encoders have in common."""
    return {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": SIDE,
        "patch_size": PATCH,
        **more,
    }


def _qwen_ids(ids: Ids) -> dict[str, int]:
    return {
        "image_token_id": ids("<|image_pad|>"),
        "video_token_id": ids("<|video_pad|>"),
        "vision_start_token_id": ids("<|vision_start|>"),
        "vision_end_token_id": ids("<|vision_end|>"),
    }


def qwen2_5_vl(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    rope = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [2, 3, 3]}
    vision = {
        "depth": 2,
        "hidden_size": 32,
        "num_heads": 2,
        "intermediate_size": 64,
        "patch_size": PATCH,
        "out_hidden_size": _WIDTH,
        "window_size": 4 * PATCH,
        "fullatt_block_indexes": [1],
    }
    return hf.Qwen2_5_VLConfig(
        text_config=_language(vocab, rope_parameters=rope),
        vision_config=vision,
        tie_word_embeddings=True,
        **_qwen_ids(ids),
    )


def qwen3_vl(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    rope = {
        "rope_type": "default",
        "rope_theta": 5e6,
        "mrope_section": [4, 2, 2],
        "mrope_interleaved": True,
    }
    vision = {
        "depth": 3,
        "hidden_size": 32,
        "num_heads": 2,
        "intermediate_size": 64,
        "patch_size": 16,
        "out_hidden_size": _WIDTH,
        "num_position_embeddings": 256,
        "deepstack_visual_indexes": [0, 1],
    }
    return hf.Qwen3VLConfig(
        text_config=_language(vocab, head_dim=16, rope_parameters=rope),
        vision_config=vision,
        tie_word_embeddings=True,
        **_qwen_ids(ids),
    )


ANYRES = [[1, 2], [2, 1], [2, 2], [3, 1], [1, 3]]
ANYRES_ALL = [[rows, columns] for rows in range(1, 7) for columns in range(1, 7)]


def pinpoints(grids: list[list[int]]) -> list[list[int]]:
    return [[rows * SIDE, columns * SIDE] for rows, columns in grids]


def llava_next(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    return hf.LlavaNextConfig(
        text_config=_language(vocab, model_type="mistral", sliding_window=None),
        vision_config=_vision(model_type="clip_vision_model", num_hidden_layers=3),
        image_token_index=ids("<image>"),
        image_grid_pinpoints=pinpoints(ANYRES),
        image_seq_length=(SIDE // PATCH) ** 2,
        tie_word_embeddings=True,
    )


def llava_onevision(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    return hf.LlavaOnevisionConfig(
        text_config=_language(vocab, model_type="qwen2"),
        vision_config=_vision(model_type="siglip_vision_model", vision_use_head=False),
        image_token_index=ids("<image>"),
        video_token_index=ids("<video>"),
        image_grid_pinpoints=pinpoints(ANYRES_ALL),
        tie_word_embeddings=True,
    )


def idefics3(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    return hf.Idefics3Config(
        text_config=_language(vocab, model_type="llama"),
        vision_config=_vision(),
        image_token_id=ids("<image>"),
        scale_factor=2,
        pad_token_id=0,
        tie_word_embeddings=True,
    )


def smolvlm(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    return hf.SmolVLMConfig(
        text_config=_language(vocab, model_type="llama"),
        vision_config=_vision(image_size=64, patch_size=8),
        image_token_id=ids("<image>"),
        scale_factor=4,
        pad_token_id=0,
        tie_word_embeddings=True,
    )


def internvl(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    return hf.InternVLConfig(
        text_config=_language(vocab, model_type="qwen2"),
        vision_config=_vision(image_size=[SIDE, SIDE], patch_size=[PATCH, PATCH]),
        image_token_id=ids("<IMG_CONTEXT>"),
        image_seq_length=4,
        downsample_ratio=0.5,
    )


def paligemma(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    return hf.PaliGemmaConfig(
        text_config=_language(vocab, model_type="gemma", head_dim=16),
        vision_config=_vision(
            model_type="siglip_vision_model", vision_use_head=False, projection_dim=_WIDTH
        ),
        image_token_index=ids("<image>"),
        vocab_size=vocab,
        projection_dim=_WIDTH,
        hidden_size=_WIDTH,
    )


def gemma3(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    return hf.Gemma3Config(
        text_config=_language(
            vocab,
            head_dim=16,
            query_pre_attn_scalar=16,
            sliding_window=512,
            layer_types=["sliding_attention", "full_attention"],
        ),
        vision_config=_vision(model_type="siglip_vision_model", vision_use_head=False),
        mm_tokens_per_image=4,
        boi_token_index=ids("<start_of_image>"),
        eoi_token_index=ids("<end_of_image>"),
        image_token_index=ids("<image_soft_token>"),
    )


def blip2(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    text = {
        "model_type": "opt",
        "vocab_size": vocab,
        "hidden_size": 48,
        "word_embed_proj_dim": 48,
        "ffn_dim": 96,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "max_position_embeddings": CONTEXT,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    queries = {
        "vocab_size": 4,  # of words that it could read, which BLIP-2's never does
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "encoder_hidden_size": 32,
    }
    return hf.Blip2Config(
        text_config=text,
        vision_config=_vision(),
        qformer_config=queries,
        num_query_tokens=8,
        image_token_index=ids("<image>"),
    )


def _seq2seq(vocab: int, **more: Any) -> dict[str, Any]:
    return {
        "vocab_size": vocab,
        "d_model": 32,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 2,
        "encoder_ffn_dim": 64,
        "decoder_ffn_dim": 64,
        "max_position_embeddings": CONTEXT,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "decoder_start_token_id": 2,
        "forced_eos_token_id": None,
        **more,
    }


def florence2(vocab: int, ids: Ids) -> hf.PreTrainedConfig:
    vision = {
        "depths": [1, 1, 1, 1],
        "embed_dim": [8, 16, 16, 32],
        "num_heads": [1, 2, 2, 2],
        "num_groups": [1, 2, 2, 2],
        "window_size": 4,
        "projection_dim": 32,
    }
    return hf.Florence2Config(
        text_config=_seq2seq(vocab, model_type="bart"),
        vision_config=vision,
        image_token_id=ids("<image>"),
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )


def donut(vocab: int, _: Ids) -> hf.PreTrainedConfig:
    encoder = hf.DonutSwinConfig(
        image_size=[128, 96], embed_dim=8, depths=[1, 1, 1], num_heads=[1, 2, 2], window_size=4
    )
    decoder = hf.MBartConfig(
        **_seq2seq(vocab, is_decoder=True, add_cross_attention=True, scale_embedding=True)
    )
    return hf.VisionEncoderDecoderConfig(
        encoder=encoder.to_dict(),
        decoder=decoder.to_dict(),
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=1,
    )
