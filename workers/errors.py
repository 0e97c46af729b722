"""What goes wrong with the service rather than with a document.

DocaiError
└── ServiceError
    ├── DatabaseBusy        the database is locked or away; later it may work
    ├── StoreUnavailable    the blob store cannot be reached or written
    │   └── StoreFull       it has no room left
    ├── BlobNotFound        there is no blob of that key
    ├── QueueFull           more jobs are waiting than allowed
    ├── IdempotencyConflict the same key came with another request
    ├── BatchRefused        a batch's archive cannot be accepted
    ├── WebhookRefused      that address may not be called
    ├── NotReady            what was asked for does not exist yet, or cannot be done any more
    └── Gone                what was asked for was erased
"""

from docai.errors import DocaiError


class ServiceError(DocaiError):
    """Something is wrong with the service, not with a document."""


class DatabaseBusy(ServiceError):
    """The database is locked or cannot be reached."""


class StoreUnavailable(ServiceError):
    """The blob store cannot be reached or written."""


class StoreFull(StoreUnavailable):
    """The blob store has no room left."""


class BlobNotFound(ServiceError):
    """There is no blob of that key."""


class BlobDamaged(ServiceError):
    """There is a blob of that key, and it is damaged."""


class QueueFull(ServiceError):
    """More jobs are waiting than the service accepts."""


class IdempotencyConflict(ServiceError):
    """An idempotency key came a second time, with another request."""


class WebhookRefused(ServiceError):
    """A webhook's address may not be called."""


class NotReady(ServiceError):
    """What was asked for does not exist yet, or cannot be done any more."""


class Gone(ServiceError):
    """What was asked for was erased, or has expired."""
