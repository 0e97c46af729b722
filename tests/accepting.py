"""Jobs for tests that begin where a document is in the store."""

from workers.connections import Connections
from workers.intake import Accepted, submit_all
from workers.jobs import NewJob


def accepted(connections: Connections, new: NewJob) -> Accepted:
    """Accept one document, or raise why not."""
    [outcome] = submit_all(connections, [new])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
