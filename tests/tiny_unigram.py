"""A third kind of tokenizer, as of XLM-R, mBART and T5: pieces by likelihood, and no single bytes.

What its pieces do not hold it cannot write, and it brings letters into a usual form first. Donut
and BLIP-2 with Flan-T5 have such ones.
"""

from tiny_tokenizer import BOS, EOS, PAD, UNK, Tokens
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from docai.vlm.builtin.synth.words import ENGLISH, SHARED

_SIZE = 1500
_LETTERS = "{}[]\":,.-_'/\\? 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZéß"


def tokenizer() -> Tokens:
    """Return one that was trained here."""
    core = Tokenizer(models.Unigram())
    core.normalizer = normalizers.NFKC()
    core.pre_tokenizer = pre_tokenizers.Metaspace()
    core.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=_SIZE,
        special_tokens=[PAD, BOS, EOS, UNK],
        unk_token=UNK,
        initial_alphabet=list(_LETTERS),
        show_progress=False,
    )
    words = [word for table in (SHARED, ENGLISH) for row in table.values() for word in row]
    core.train_from_iterator([" ".join(words), _LETTERS, '{"total":"9.00"}'], trainer)
    core.add_special_tokens(["<mask>", "<s_receipt>"])
    return PreTrainedTokenizerFast(
        tokenizer_object=core, bos_token=BOS, eos_token=EOS, pad_token=PAD, unk_token=UNK
    )
