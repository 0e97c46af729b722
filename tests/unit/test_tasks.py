import pytest
from billiard.exceptions import SoftTimeLimitExceeded, WorkerLostError

from docai.errors import (
    BrokenFile,
    EncryptedFile,
    LimitExceeded,
    OcrError,
    SchemaError,
    VlmError,
    VlmUnavailable,
)
from workers.errors import BlobDamaged, BlobNotFound, DatabaseBusy, StoreFull
from workers.tasks import _cause_of_death, described


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BrokenFile("a"), "broken_file"),
        (EncryptedFile("a"), "encrypted_file"),
        (LimitExceeded("a"), "limit_exceeded"),
        (SchemaError("a"), "schema_error"),
        (OcrError("a"), "ocr_error"),
        (VlmError("a"), "vlm_error"),
        (VlmUnavailable("a"), "vlm_error"),
        (OcrError("onnxruntime: std::bad_alloc"), "out_of_memory"),
        (MemoryError(), "out_of_memory"),
        (SoftTimeLimitExceeded(), "timed_out"),
        (DatabaseBusy("a"), "database_busy"),
        (StoreFull("a"), "storage_error"),
        (BlobNotFound("a"), "storage_error"),
        (BlobDamaged("a"), "storage_error"),
        (KeyError("4111 1111 1111 1111"), "internal_error"),
    ],
)
def test_every_failure_has_a_code(error: Exception, code: str) -> None:
    assert described(error)[0] == code


def test_a_bug_tells_nothing_of_the_document() -> None:
    assert "4111" not in described(KeyError("4111 1111 1111 1111"))[1]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Worker exited prematurely: signal 9 (SIGKILL) Job: 3.",
            "its process was killed by SIGKILL, as the system does when memory runs out",
        ),
        (
            "Worker exited prematurely: signal 11 (SIGSEGV) Job: 3.",
            "its process crashed (signal 11 (SIGSEGV))",
        ),
        ("Worker exited prematurely: exitcode 1 Job: 3.", "its process crashed (exitcode 1)"),
    ],
)
def test_how_a_process_died_is_told(said: str, told: str) -> None:
    assert _cause_of_death(WorkerLostError(said)) == told
