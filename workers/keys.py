"""API keys: who may ask for what. Their secrets are shown once and kept nowhere.

A token is ``docai_<id>_<secret>``. Of the secret, 256 random bits, the database has the SHA-256:
a slow hash protects passwords that can be guessed, and would only slow every request down here.
"""

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from docai.errors import SettingsError
from workers.connections import Connections
from workers.lifecycle import now
from workers.tables import Key as Row

PREFIX = "docai"
LONGEST_NAME = 200
_TOKEN = re.compile(rf"{PREFIX}_([0-9a-f]{{12}})_([A-Za-z0-9_-]{{43}})")
_NO_DIGEST = "0" * 64  # compared where there is no key, so that both cases take as long


class Scope(StrEnum):
    """What a key allows."""

    SUBMIT = "submit"  # hand in documents
    READ = "read"  # see jobs, results and metrics
    ADMIN = "admin"  # everything: erase jobs, change schemas too


@dataclass(frozen=True, slots=True)
class Key:
    """A key, without its secret.

    Attributes:
        id: part of its token; no secret.
        name: who has it, for people.
        scopes: what it allows.
        created_at: when it was made.
        revoked_at: since when it allows nothing, or None.
    """

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: dt.datetime
    revoked_at: dt.datetime | None

    def allows(self, scope: Scope) -> bool:
        """Tell whether the key is good for ``scope``."""
        return self.revoked_at is None and bool(self.scopes & {scope, Scope.ADMIN})


def create(connections: Connections, name: str, scopes: Iterable[str]) -> tuple[Key, str]:
    """Make a key.

    Args:
        connections: of this process.
        name: who has it, for people.
        scopes: any of ``submit``, ``read``, ``admin``; at least one.

    Returns:
        The key and its token. The token is shown now or never.

    Raises:
        SettingsError: name or scopes make no sense.
        DatabaseBusy: no key was made.
    """
    secret = secrets.token_urlsafe(32)
    row = Row(
        id=secrets.token_hex(6),
        name=_checked_name(name),
        scopes=_checked_scopes(scopes),
        digest=_digest(secret),
        created_at=now(),
        revoked_at=None,
    )
    with connections.database.writing() as session:
        session.add(row)
    return _key(row), f"{PREFIX}_{row.id}_{secret}"


def verify(connections: Connections, token: str) -> Key | None:
    """Return the key of a token; None if it is none of ours or was revoked.

    Raises:
        DatabaseBusy: nobody can tell.
    """
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    with connections.database.reading() as session:
        row = session.get(Row, parts[1])
    digest = _NO_DIGEST if row is None else row.digest
    is_right = hmac.compare_digest(_digest(parts[2]), digest)
    if row is None or not is_right or row.revoked_at is not None:
        return None
    return _key(row)


def listing(connections: Connections) -> list[Key]:
    """Return all keys, revoked ones too, the newest first.

    Raises:
        DatabaseBusy: nobody can tell.
    """
    with connections.database.reading() as session:
        rows = session.scalars(select(Row).order_by(Row.created_at.desc(), Row.id))
        return [_key(row) for row in rows]


def revoke(connections: Connections, key_id: str) -> bool:
    """Make a key worthless from now on; tell whether there is such a key.

    Raises:
        DatabaseBusy: it was not revoked.
    """
    with connections.database.writing() as session:
        row = session.get(Row, key_id)
        if row is None:
            return False
        row.revoked_at = row.revoked_at or now()
    return True


def _checked_name(name: str) -> str:
    """Return the name of a key without white space around it."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise SettingsError(
            f"key name {name[:LONGEST_NAME]!r}: give 1 to {LONGEST_NAME} printable characters, "
            "such as the program that uses it"
        )
    return name


def _checked_scopes(scopes: Iterable[str]) -> list[str]:
    """Return scopes in order, each once."""
    asked = set(scopes)
    known = [scope.value for scope in Scope]
    if not asked or not asked.issubset(known):
        raise SettingsError(
            f"key scopes {', '.join(sorted(asked)) or 'none'}: give at least one of "
            f"{', '.join(known)}"
        )
    return [scope for scope in known if scope in asked]


def _digest(secret: str) -> str:
    """Return what the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Row) -> Key:
    """Return a row as a value."""
    scopes = frozenset(Scope(scope) for scope in row.scopes)
    return Key(row.id, row.name, scopes, row.created_at, row.revoked_at)
