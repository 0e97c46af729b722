import errno
import threading
from pathlib import Path

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.errors import SettingsError
from workers.errors import BlobNotFound, StoreFull, StoreUnavailable
from workers.store import Store, job_folder, page_key, upload_key


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "file":
        return Store(f"file://{tmp_path}")
    fsspec.filesystem("memory").store.clear()
    return Store(f"memory://{tmp_path}")


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_blob_comes_back_as_it_was(store: Store) -> None:
    store.put("jobs/a/upload", b"\0\xff" * 1000)
    assert store.get("jobs/a/upload") == b"\0\xff" * 1000
    assert store.exists("jobs/a/upload")
    with store.open("jobs/a/upload") as file:
        file.seek(1999)
        assert file.read() == b"\xff"


@given(st.binary(max_size=3000))
def test_any_bytes_are_kept(content: bytes) -> None:
    store = Store("memory://any")
    store.put("k", content)
    assert store.get("k") == content


def test_a_blob_that_was_never_written_is_not_found(store: Store) -> None:
    assert not store.exists("jobs/a/upload")
    with pytest.raises(BlobNotFound, match="jobs/a/upload"):
        store.get("jobs/a/upload")


def test_a_blob_appears_whole_or_not_at_all(store: Store) -> None:
    with store.writing("jobs/a/upload") as file:
        file.write(b"half")
        assert not store.exists("jobs/a/upload")
        file.write(b" whole")
    assert store.get("jobs/a/upload") == b"half whole"


def test_nothing_of_a_broken_write_stays(tmp_path: Path) -> None:
    store = Store(f"file://{tmp_path}")
    with pytest.raises(ValueError, match="hung up"), store.writing("jobs/a/upload") as file:
        file.write(b"half")
        raise ValueError("hung up")
    assert files(tmp_path) == []


def test_a_broken_write_leaves_what_was_there(tmp_path: Path) -> None:
    store = Store(f"file://{tmp_path}")
    store.put("k", b"old")
    with pytest.raises(ValueError), store.writing("k") as file:
        file.write(b"new")
        raise ValueError
    assert store.get("k") == b"old"


def test_two_writers_of_a_blob_do_not_mix(tmp_path: Path) -> None:
    store = Store(f"file://{tmp_path}")
    contents = [bytes([n]) * 500_000 for n in range(4)]
    threads = [threading.Thread(target=store.put, args=("k", content)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("k") in contents
    assert files(tmp_path) == ["k"]


def test_erasing_a_folder_leaves_its_neighbours(store: Store) -> None:
    store.put(upload_key("a"), b"1")
    store.put(page_key("a", 1), b"2")
    store.put(upload_key("ab"), b"3")
    store.erase(job_folder("a"))
    store.erase(job_folder("a"))
    assert not store.exists(page_key("a", 1))
    assert store.folders("jobs") == ["ab"]
    store.erase_one(upload_key("ab"))
    store.erase_one(upload_key("ab"))
    assert not store.exists(upload_key("ab"))


def test_copies_are_blobs_of_their_own(store: Store) -> None:
    store.put(upload_key("a"), b"1")
    store.put(page_key("a", 1), b"2")
    store.copy("jobs/b", {upload_key("b"): upload_key("a"), page_key("b", 1): page_key("a", 1)})
    store.put(page_key("b", 1), b"new")
    assert [store.get(upload_key("b")), store.get(page_key("a", 1))] == [b"1", b"2"]
    store.put(upload_key("a"), b"other")
    store.erase(job_folder("a"))
    assert [store.get(upload_key("b")), store.get(page_key("b", 1))] == [b"1", b"new"]


def test_a_copy_of_nothing_is_not_found(store: Store) -> None:
    store.put(upload_key("a"), b"1")
    with pytest.raises(BlobNotFound, match="jobs/b"):
        store.copy("jobs/b", {upload_key("b"): upload_key("a"), page_key("b", 1): "jobs/a/x"})


@pytest.mark.parametrize("number", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_where_files_have_one_name_bytes_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def no_link(*_: object) -> None:
        raise OSError(number, "no links here")

    store = Store(f"file://{tmp_path}")
    store.put("jobs/a/upload", b"1")
    monkeypatch.setattr("workers.store.os.link", no_link)
    store.copy("jobs/b", {"jobs/b/upload": "jobs/a/upload"})
    assert store.get("jobs/b/upload") == b"1"
    assert files(tmp_path) == ["jobs/a/upload", "jobs/b/upload"]


def test_a_full_disk_takes_no_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    store = Store(f"file://{tmp_path}")
    store.put("jobs/a/upload", b"1")
    monkeypatch.setattr("workers.store.os.link", full)
    with pytest.raises(StoreFull, match="jobs/b"):
        store.copy("jobs/b", {"jobs/b/upload": "jobs/a/upload"})


def test_folders_of_nothing_are_none(store: Store) -> None:
    assert store.folders("jobs") == []


def test_a_store_gives_a_sign_of_life(store: Store) -> None:
    store.ping()


@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, StoreFull), (errno.EIO, StoreUnavailable)]
)
def test_what_the_file_system_says_is_translated(
    store: Store, number: int, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught, store.writing("k"):
        raise OSError(number, "no")
    assert type(caught.value) is error
    assert not store.exists("k")


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("a file where a folder must be")
    with pytest.raises(StoreUnavailable):
        Store(f"file://{tmp_path}").put("jobs/a/upload", b"x")


def test_a_url_of_no_file_system_is_refused() -> None:
    with pytest.raises(SettingsError, match="DOCAI_STORE_URL='nonsense://x'"):
        Store("nonsense://x")
