"""``docai keys``: API keys, made and revoked by whoever may write the database."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from api.serve import settings_of
from docai.commands import FINE, WRONG_USAGE, complain
from docai.formats import printable
from workers import keys, migrate
from workers.connections import Connections, connect


def create_key(data_dir: Path | None, name: str, scopes: Sequence[str]) -> int:
    """Make a key; print its token, and nothing else, on standard output.

    Raises:
        SettingsError: name or scopes make no sense.
        DatabaseBusy: no key was made.
    """
    with _connected(data_dir) as connections:
        key, token = keys.create(connections, name, scopes)
    sys.stdout.write(f"{token}\n")
    complain(f"This is key {key.id}. Keep it safe: it is shown this once.")
    complain(f"Send it with every request: Authorization: Bearer {token[:14]}...")
    return FINE


def list_keys(data_dir: Path | None) -> int:
    """Print a line for every key, the newest first.

    Raises:
        DatabaseBusy: nobody can tell.
    """
    with _connected(data_dir) as connections:
        found = keys.listing(connections)
    for key in found:
        state = "active" if key.revoked_at is None else f"revoked {key.revoked_at:%Y-%m-%d}"
        scopes = ",".join(scope.value for scope in keys.Scope if scope in key.scopes)
        made = f"{key.created_at:%Y-%m-%d}"
        sys.stdout.write(f"{key.id}  {made}  {state:<18}  {scopes:<17}  {printable(key.name)}\n")
    if not found:
        complain("there are no keys; docai keys create --name NAME makes one")
    return FINE


def revoke_key(data_dir: Path | None, key_id: str) -> int:
    """Make a key worthless.

    Raises:
        DatabaseBusy: it was not revoked.
    """
    with _connected(data_dir) as connections:
        is_known = keys.revoke(connections, key_id)
    if not is_known:
        complain(f"there is no key {key_id!r}; docai keys list shows all")
        return WRONG_USAGE
    complain(f"key {key_id} is worthless now")
    return FINE


@contextmanager
def _connected(data_dir: Path | None) -> Iterator[Connections]:
    """Open a database that is up to date."""
    settings = settings_of(data_dir)
    migrate.upgrade(settings)
    connections = connect(settings)
    try:
        yield connections
    finally:
        connections.close()
