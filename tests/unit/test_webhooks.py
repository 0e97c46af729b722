import base64
import datetime as dt
import json
import re
from collections.abc import Callable
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from docai.errors import SettingsError
from workers.webhooks import sign, verify, wait_s

DOCS = Path(__file__).parents[2] / "docs" / "webhooks.md"
NOW = dt.datetime(2026, 1, 1, 10, tzinfo=dt.UTC)
NOW_S = int(NOW.timestamp())
SECRET = "whsec_" + base64.b64encode(b"a key of 24 bytes, or so").decode()
BODY = '{"type": "job.succeeded", "data": {"name": "Beleg ü.pdf"}}'.encode()


def headers(
    timestamp: int = NOW_S, secret: str = SECRET, webhook_id: str = "msg_1"
) -> dict[str, str]:
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secret, webhook_id, timestamp, BODY),
    }


# Signatures


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # The vector with which the standard's own libraries are tested.
    signature = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=1), st.text(), st.uuids())
def test_the_standards_library_accepts_every_signature(key: bytes, text: str, name: Any) -> None:
    now_s = int(dt.datetime.now(dt.UTC).timestamp())
    secret, body = "whsec_" + base64.b64encode(key).decode(), json.dumps(text).encode()
    given_headers = {
        "webhook-id": str(name),
        "webhook-timestamp": str(now_s),
        "webhook-signature": sign(secret, str(name), now_s, body),
    }
    assert Webhook(secret).verify(body, given_headers) == text


def test_a_secret_without_prefix_is_its_own_key() -> None:
    encoded = "whsec_" + base64.b64encode("schlüssel".encode()).decode()
    assert sign("schlüssel", "a", 1, b"") == sign(encoded, "a", 1, b"")


def test_base64_without_padding_is_the_same_key() -> None:
    assert (
        sign("whsec_YQ", "a", 1, b"") == sign("whsec_YQ==", "a", 1, b"") == sign("a", "a", 1, b"")
    )


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_====", "whsec_no base64!", "whsec_ä"])
def test_a_secret_that_is_no_key_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(SettingsError, match="DOCAI_WEBHOOK_SECRET") as refused:
        sign(secret, "a", 1, b"")
    assert "no base64!" not in str(refused.value)


@given(st.text(min_size=1).filter(lambda text: not text.startswith("whsec_")), st.binary())
def test_what_was_signed_is_accepted(secret: str, body: bytes) -> None:
    signature = sign(secret, "msg_1", NOW_S, body)
    given_headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(NOW_S),
        "Webhook-Signature": signature,
    }
    assert verify(secret, given_headers, body, NOW)
    assert not verify(secret, given_headers, body + b" ", NOW)
    assert not verify(secret + "x", given_headers, body, NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", "msg_2"),
        ("webhook-timestamp", str(NOW_S + 1)),
        ("webhook-timestamp", f" {NOW_S}"),
        ("webhook-signature", ""),
        ("webhook-signature", "v1,"),
        ("webhook-signature", headers()["webhook-signature"].replace("v1,", "v1a,")),
    ],
)
def test_a_changed_header_is_found_out(name: str, value: str) -> None:
    assert verify(SECRET, headers(), BODY, NOW)
    assert not verify(SECRET, {**headers(), name: value}, BODY, NOW)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_found_out(name: str) -> None:
    assert not verify(SECRET, {k: v for k, v in headers().items() if k != name}, BODY, NOW)


def test_one_fitting_signature_of_several_is_enough() -> None:
    fitting = headers()["webhook-signature"]
    other = headers(secret="the next secret")["webhook-signature"]
    for several in (f"{other} {fitting}", f"{fitting} {other}", f"v1a,xyz {fitting}"):
        assert verify(SECRET, {**headers(), "webhook-signature": several}, BODY, NOW)


@pytest.mark.parametrize(
    ("age_s", "is_fresh"), [(300, True), (-300, True), (301, False), (-301, False)]
)
def test_old_messages_are_replays(age_s: int, is_fresh: bool) -> None:
    assert verify(SECRET, headers(NOW_S - age_s), BODY, NOW) is is_fresh


ANY_TEXT = st.text(st.characters()) | st.text("0123456789+-_., ", max_size=500)


@given(st.fixed_dictionaries(dict.fromkeys(headers(), ANY_TEXT)))
def test_no_header_makes_checking_fail(hostile: dict[str, str]) -> None:
    assert not verify(SECRET, hostile, BODY, NOW)


@pytest.mark.parametrize("timestamp", ["9" * 400, "9" * 5000, "nan", "1e9", "\udc80"])
def test_no_timestamp_makes_checking_fail(timestamp: str) -> None:
    assert not verify(SECRET, {**headers(), "webhook-timestamp": timestamp}, BODY, NOW)


# Documentation


def snippets(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)


def receivers() -> list[Callable[..., Any]]:
    """The functions that the documentation offers to Python's users: with library, without."""
    found = []
    for snippet in snippets("python"):
        names: dict[str, Any] = {}
        exec(snippet, names)
        found.append(names["receive"])
    assert len(found) == 2
    return found


@pytest.mark.parametrize("receive", receivers(), ids=["library", "plain"])
def test_the_documented_receiver_accepts_and_refuses(receive: Callable[..., Any]) -> None:
    now_s = int(dt.datetime.now(dt.UTC).timestamp())
    good = headers(now_s)
    refused = (ValueError, WebhookVerificationError)
    assert receive(SECRET, good, BODY) == json.loads(BODY)
    assert receive(SECRET, {name.title(): value for name, value in good.items()}, BODY)
    with pytest.raises(refused):
        receive(SECRET, good, BODY.replace(b"succeeded", b"failed"))
    with pytest.raises(refused):
        receive(SECRET, headers(now_s - 400), BODY)
    with pytest.raises(refused):
        receive(SECRET, headers(now_s + 400), BODY)
    with pytest.raises(refused):
        receive(SECRET, {}, BODY)


def test_the_documented_receivers_take_secrets_without_prefix() -> None:
    good = headers(int(dt.datetime.now(dt.UTC).timestamp()), "any text")
    _, plain = receivers()
    assert plain("any text", good, BODY) == json.loads(BODY)
    assert Webhook(b"any text").verify(BODY, good) == json.loads(BODY)


# The schedule


def test_tries_go_on_for_about_a_day_with_growing_waits() -> None:
    waits = list(takewhile(lambda wait: wait is not None, map(wait_s, count(1))))
    middles = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600, 28_800]
    assert len(waits) == len(middles)
    for wait, middle in zip(waits, middles, strict=True):
        assert wait is not None
        assert 0.8 * middle <= wait <= 1.2 * middle


def test_waits_are_spread_by_chance() -> None:
    waits = {wait_s(1) for _ in range(100)}
    assert len(waits) > 50  # of 2^50 or so
