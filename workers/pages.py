"""The pages of a job in the store: pictures, and what else is known of them.

A document that is one picture is its own page picture: to decode it again costs less than to keep
a second, larger copy of it.
"""

from collections.abc import Callable
from typing import TypeVar

from docai.document import Page
from docai.errors import LoadError
from docai.load import Limits, pages
from docai.load.sniff import ONE_PAGE
from docai.pages import PageFacts, StoredPage, picture_to_png
from workers import store as keys
from workers.errors import BlobDamaged
from workers.store import Store
from workers.tables import Job

_ANY_SIZE = Limits(max_bytes=2**63, max_pixels=2**63, timeout_s=3600)  # it was let in before

Decoded = TypeVar("Decoded")


def keep_page(store: Store, job: Job, page: Page) -> None:
    """Store a page. It can be made again from the upload, so it need not outlive a loss of power.

    Raises:
        StoreUnavailable: the store failed.
    """
    facts = PageFacts.of(page).to_bytes()
    store.put(keys.page_facts_key(job.id, page.number), facts, is_durable=False)
    if job.format not in ONE_PAGE:
        png = picture_to_png(page.picture)
        store.put(keys.page_key(job.id, page.number), png, is_durable=False)


def load_page(store: Store, job: Job, number: int) -> Page:
    """Load a page picture and what else is known of the page.

    Raises:
        BlobNotFound: it was erased.
        BlobDamaged: it is not what was stored.
        StoreUnavailable: the store failed.
    """
    return _loaded(store, job, _facts(store, job, number))


def stored_page(store: Store, job: Job, number: int) -> Page:
    """Return a page whose picture is loaded when somebody looks at it; see `load_page`."""
    facts = _facts(store, job, number)
    return StoredPage(facts, lambda: _loaded(store, job, facts))


def decoded(store: Store, key: str, decode: Callable[[bytes], Decoded]) -> Decoded:
    """Read a blob and turn it into what it stands for.

    Raises:
        BlobNotFound: it was erased.
        BlobDamaged: it is not what was stored.
        StoreUnavailable: the store failed.
    """
    try:
        return decode(store.get(key))
    except (ValueError, LoadError) as error:
        raise BlobDamaged(f"the store's {key} is damaged: {error}") from error


def _facts(store: Store, job: Job, number: int) -> PageFacts:
    """Load what is known of a page besides its picture."""
    return decoded(store, keys.page_facts_key(job.id, number), PageFacts.from_bytes)


def _loaded(store: Store, job: Job, facts: PageFacts) -> Page:
    """Load the picture of a page."""
    if job.format in ONE_PAGE:
        return decoded(
            store, keys.upload_key(job.id), lambda data: next(pages(data, "", _ANY_SIZE))
        )
    return decoded(store, keys.page_key(job.id, facts.number), facts.page)
