from pathlib import Path

import pytest
from sqlalchemy import select

from docai.errors import SettingsError
from workers import keys, tables
from workers.connections import Connections
from workers.keys import Scope


def test_a_token_is_good_for_its_key_alone(connections: Connections) -> None:
    key, token = keys.create(connections, " expense app ", ["read", "submit"])
    other, _ = keys.create(connections, "other", ["admin"])
    assert key.name == "expense app"
    assert keys.verify(connections, token) == key
    prefix, key_id, secret = token.split("_", 2)
    assert (prefix, key_id) == ("docai", key.id)
    for wrong in (
        "",
        token[:-1],
        token + "x",
        token.upper(),
        f"docai_{other.id}_{secret}",
        f"docai_{'0' * 12}_{secret}",
        f"docai_{key_id}_{secret[:-1]}{'A' if secret[-1] != 'A' else 'B'}",
        f"docai_{key_id}_{secret}\n",
    ):
        assert keys.verify(connections, wrong) is None, wrong


def test_the_secret_is_nowhere_in_the_database(connections: Connections, tmp_path: Path) -> None:
    _, token = keys.create(connections, "a", ["read"])
    connections.close()  # all of it is in the file now
    secret = token.split("_", 2)[2].encode()
    written = b"".join(path.read_bytes() for path in tmp_path.glob("docai.sqlite3*"))
    assert b"keys" in written
    assert secret not in written


def test_a_revoked_key_is_worth_nothing(connections: Connections) -> None:
    key, token = keys.create(connections, "a", ["read"])
    assert keys.revoke(connections, key.id)
    first = keys.listing(connections)[0].revoked_at
    assert first is not None
    assert keys.revoke(connections, key.id)
    assert keys.listing(connections)[0].revoked_at == first
    assert keys.verify(connections, token) is None
    assert not keys.revoke(connections, "0" * 12)


def test_scopes_allow_what_they_say(connections: Connections) -> None:
    allowed = {
        scope: {
            wanted for wanted in Scope if keys.create(connections, "a", [scope])[0].allows(wanted)
        }
        for scope in Scope
    }
    assert allowed == {
        Scope.SUBMIT: {Scope.SUBMIT},
        Scope.READ: {Scope.READ},
        Scope.ADMIN: set(Scope),
    }


@pytest.mark.parametrize(
    ("name", "scopes"),
    [
        ("", ["read"]),
        (" ", ["read"]),
        ("x" * 201, ["read"]),
        ("a\nb", ["read"]),
        ("a", []),
        ("a", ["root"]),
    ],
)
def test_senseless_keys_are_refused(connections: Connections, name: str, scopes: list[str]) -> None:
    with pytest.raises(SettingsError):
        keys.create(connections, name, scopes)
    assert keys.listing(connections) == []


def test_secrets_are_long_and_never_the_same(connections: Connections) -> None:
    tokens = {keys.create(connections, "a", ["read"])[1] for _ in range(20)}
    assert len({token.split("_", 2)[2] for token in tokens}) == 20
    assert {len(token.split("_", 2)[2]) for token in tokens} == {43}  # 256 bits
    with connections.database.reading() as session:
        digests = set(session.scalars(select(tables.Key.digest)))
    assert len(digests) == 20
