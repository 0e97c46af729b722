"""Leases: a claim is held for as long as its step runs, and for no longer than a step may take."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from billiard import current_process

from workers.app import HARD_AFTER_S
from workers.connections import Connections
from workers.errors import ServiceError
from workers.ledger import Claim, put_back, renew

log = logging.getLogger(__name__)


@contextmanager
def leased(connections: Connections, held: Claim) -> Iterator[None]:
    """Renew the lease of a claim until the block ends.

    A block that takes too long in a process that nobody watches ends the process.
    """
    ended = threading.Event()
    deadline_s = monotonic() + connections.settings.stage_timeout_s + HARD_AFTER_S

    def renew_until_ended() -> None:
        while not ended.wait(connections.settings.lease_s / 3):
            if monotonic() > deadline_s and not _is_watched():
                _end_hung(connections, held)
            try:
                if not renew(connections, held):
                    return
            except ServiceError as error:
                log.warning("the lease of %s: %s", held.message.subject, error)

    thread = threading.Thread(target=renew_until_ended, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _is_watched() -> bool:
    """Tell whether this is one of the children that Celery ends when a step takes too long."""
    return bool(current_process().daemon)


def _end_hung(connections: Connections, held: Claim) -> None:
    """Put the step of a hung thread back, and end the process: a thread cannot be ended alone.

    Whoever started the process starts it again.
    """
    detail = f"it took more than {connections.settings.stage_timeout_s:g} s"
    log.error("%s of %s: %s", held.message.stage.value, held.message.subject, detail)
    try:
        put_back(connections, held, "timed_out", detail)
    except ServiceError as error:
        log.warning("%s: %s", held.message.subject, error)
    finally:
        os.kill(os.getpid(), signal.SIGKILL)
