"""What all generating models share: from a question to prompts, from what they write to a reply.

The story: cut the document into windows that the model has room for, ask about each with a prompt
and a grammar, find what was written among the words, and merge the windows.
"""

from collections.abc import Sequence

from docai.errors import VlmError
from docai.vlm.engine import Mode, Question, Reply
from docai.vlm.grammar import grammar
from docai.vlm.layout_text import range_of_words
from docai.vlm.merge import merge
from docai.vlm.prompt import prompt
from docai.vlm.reply import answers
from docai.vlm.windows import Window, windows
from docai.vlm.writer import Asked, Prompt, Writer, Written

__all__ = ["Asked", "Prompt", "Writer", "Written", "answer"]


def answer(question: Question, writer: Writer) -> Reply:
    """Ask ``writer`` for the fields of ``question``, window by window, and merge what it says.

    Raises:
        VlmError: the model has no room for even a line of a page, failed, or wrote what is no
            reply.
    """
    asked_about = [w for w in windows(question, writer) if _can_tell(w, question)]
    asked = [_asked(window, question) for window in asked_about]
    written = writer.write(asked) if asked else ()
    try:
        said = [
            answers(text, question.fields, window.excerpts, question.printed)
            for text, window in zip(written, asked_about, strict=True)
        ]
    except ValueError as error:
        raise VlmError(f"the model did not reply with the fields asked for: {error}") from error
    return Reply(merge(said), stop=_stop(written))


def _can_tell(window: Window, question: Question) -> bool:
    """Tell whether a window can answer anything: of pages without words nothing can be copied."""
    has_words = any(range_of_words(excerpt) for excerpt in window.excerpts)
    return has_words or any(f.mode in {Mode.CHOOSE, Mode.FREE} for f in question.fields)


def _asked(window: Window, question: Question) -> Asked:
    """Return what to ask about a window."""
    return Asked(
        prompt(question.fields, window.excerpts, window.style),
        window.tokens,
        grammar(question.fields, window.excerpts, question.printed),
    )


def _stop(written: Sequence[Written]) -> str:
    """Return why the model stopped: it was cut off if it was in any window."""
    return "length" if any(one.stop == "length" for one in written) else "end"
