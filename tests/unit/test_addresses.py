import ipaddress
import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from docai.errors import SettingsError
from workers.addresses import check_addresses, check_url, read_allow, special_kind
from workers.errors import WebhookRefused

INTERNAL = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"],
    "unspecified": ["0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12::1"],
    "link-local": ["169.254.169.254", "fe80::1", "febf::1", "::ffff:169.254.169.254"],
    "site-local": ["fec0::1", "feff::1"],
    "carrier-shared": ["100.64.0.1", "100.127.255.255", "100.100.100.200"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "cloud-internal": ["168.63.129.16", "::ffff:168.63.129.16"],
    "reserved": [
        *("192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255"),
        *("198.51.100.1", "203.0.113.1", "240.0.0.1", "255.255.255.255"),
        *("2001:db8::1", "3fff::1", "2001:2::1", "2001:10::1", "100::1", "5f00::1"),
        *("4000::1", "::1:0:0", "::8.8.8.8", "::10.0.0.1", "64:ff9b:1::1", "::ffff:0:10.0.0.1"),
        *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001::1"),  # Teredo
    ],
    "scoped": ["fe80::1%eth0", "2606:4700::1%2"],
}
INSIDE_IPV6 = [
    ("2002:7f00:1::1", "loopback"),
    ("2002:a9fe:a9fe::", "link-local"),
    ("2002:c0a8:101:1::2", "private"),
    ("64:ff9b::7f00:1", "loopback"),
    ("64:ff9b::169.254.169.254", "link-local"),
    ("64:ff9b::10.1.2.3", "private"),
]
PUBLIC = ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "168.63.129.17", "2606:4700::1"]
PUBLIC_INSIDE = ["::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [(text, kind) for kind, texts in INTERNAL.items() for text in texts] + INSIDE_IPV6,
)
def test_addresses_that_are_not_public_are_refused(text: str, kind: str) -> None:
    assert special_kind(ipaddress.ip_address(text)) == kind
    with pytest.raises(WebhookRefused, match=f"hooks.test stands for a {kind} address") as refused:
        check_addresses("hooks.test", ["8.8.8.8", text], read_allow(""))
    assert text not in str(refused.value)


@pytest.mark.parametrize("text", PUBLIC + PUBLIC_INSIDE)
def test_public_addresses_are_accepted(text: str) -> None:
    assert special_kind(ipaddress.ip_address(text)) is None
    check_addresses("hooks.test", [text], read_allow(""))


@given(st.ip_addresses())
def test_nothing_is_public_that_python_knows_to_be_special(address: Any) -> None:
    assume(getattr(address, "ipv4_mapped", None) is None)
    if special_kind(address) is None:
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    wrapped = (0xFFFF << 32 | number, 0x2002 << 112 | number << 80, 0x64FF9B << 96 | number)
    kinds = {special_kind(ipaddress.IPv6Address(wide)) for wide in wrapped}
    assert kinds == {special_kind(address)}


# URLs


def host_of(url: str, allow: str = "") -> str:
    return check_url(url, allow).raw_host.decode()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://hooks.example.com", "hooks.example.com"),
        ("HTTPS://Hooks.Example.COM:8443/a/b?token=c%20d", "hooks.example.com"),
        ("http://8.8.8.8:1/", "8.8.8.8"),
        ("http://[2606:4700::1]:8080/", "2606:4700::1"),
        ("https://bücher.example/ü", "xn--bcher-kva.example"),
        ("http://web_1/", "web_1"),
        ("http://hooks.example.com/" + "x" * (2048 - 25), "hooks.example.com"),
    ],
)
def test_urls_that_may_be_called(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "give a whole URL, https://"),
        ("hooks.example.com/x", "give a whole URL, https://"),
        ("//hooks.example.com/x", "give a whole URL, https://"),
        ("ftp://hooks.example.com/", "scheme 'ftp' and the host 'hooks.example.com'; give a"),
        ("file:///etc/passwd", "give a whole URL, https://"),
        ("gopher://8.8.8.8/", "give a whole URL, https://"),
        ("http:hooks", "give a whole URL, https://"),
        ("http:///x", "give a whole URL, https://"),
        (" https://hooks.example.com/", "give a whole URL, https://"),
        ("http://hooks.example.com/\n", "no well-formed URL"),
        ("http://hooks.example.com/\x00", "no well-formed URL"),
        ("http://①②⑦.0.0.1/", "no well-formed URL"),
        ("http://[::g]/", "no well-formed URL"),
        ("https://user:hush@hooks.example.com/", "user or password"),
        ("https://hush@hooks.example.com/", "user or password"),
        ("https://hooks.example.com\\@127.0.0.1/", "user or password"),
        ("https://hooks.example.com/#hush", "fragment"),
        ("https://hooks.example.com:0/", "port 0 is not from 1 to 65535"),
        ("https://hooks.example.com:65536/", "port 65536 is not from"),
        ("https://hooks.example.com\\x/", "no host name"),
        ("https://a..b/", "no host name"),
        ("https://a.example./", "no host name"),
        ("https://-a.example/", "no host name"),
        ("https://ex%61mple.com/", "no host name"),
        ("https://a b/", "no host name"),
        (f"https://{'a' * 64}.example/", "no host name"),
        ("https://" + "a." * 127 + "example/", "no host name"),
        ("http://hooks.example.com/" + "x" * (2049 - 25), "2049 characters; 2048 at most"),
        ("http://127.0.0.1/", "127.0.0.1 stands for a loopback address"),
        ("http://127.1:80/", "loopback"),
        ("http://2130706433/", "loopback"),
        ("http://0x7f000001/", "loopback"),
        ("http://0177.0.0.1/", "no well-formed URL"),
        ("http://0177.1/", "loopback"),
        ("http://0xa9.0xfe.0xa9.0xfe/", "link-local"),
        ("http://0/", "unspecified"),
        ("http://[::1]/", "loopback"),
        ("http://[::]/", "unspecified"),
        ("http://[::ffff:10.0.0.1]/", "private"),
        ("http://[fe80::1%25eth0]/", "scoped"),
        ("http://[fd00:ec2::254]/latest", "private"),
        ("http://169.254.169.254/latest/meta-data", "link-local"),
        ("http://localhost:8080/", "localhost stands for a loopback address"),
        ("http://a.LOCALHOST/", "loopback"),
    ],
)
def test_urls_that_may_not_be_called(url: str, reason: str) -> None:
    with pytest.raises(WebhookRefused, match=re.escape(reason)) as refused:
        check_url(url, "")
    assert "hush" not in str(refused.value)


@given(st.text() | st.text("htps:/@[].%0123456789abx#?\\"))
def test_every_text_is_a_url_or_refused(text: str) -> None:
    for url in (text, "http://" + text):
        try:
            check_url(url, "")
        except WebhookRefused:
            continue


@pytest.mark.parametrize(
    ("allow", "url"),
    [
        ("localhost", "http://localhost:9/"),
        ("127.0.0.1", "http://127.0.0.1/"),
        (" x , 10.0.0.0/8,", "http://10.255.0.1:9/"),
        ("10.0.0.0/8", "http://[::ffff:10.0.0.1]/"),
        ("10.0.0.0/8", "http://[64:ff9b::10.0.0.1]/"),
        ("127.0.0.1", "http://2130706433/"),
        ("fd00::/8", "http://[fd12::1]/"),
    ],
)
def test_what_the_operator_allows_may_be_called(allow: str, url: str) -> None:
    with pytest.raises(WebhookRefused):
        check_url(url, "")
    check_url(url, allow)


def test_a_name_is_allowed_whatever_it_stands_for() -> None:
    allowed = read_allow("BÜCHER.internal")
    check_addresses("xn--bcher-kva.internal", ["127.0.0.1", "fe80::1%eth0"], allowed)
    with pytest.raises(WebhookRefused):
        check_addresses("sub.xn--bcher-kva.internal", ["127.0.0.1"], allowed)


def test_an_allowed_network_allows_no_other_address() -> None:
    allowed = read_allow("10.1.0.0/16")
    check_addresses("hooks.test", ["10.1.2.3", "8.8.8.8"], allowed)
    with pytest.raises(WebhookRefused, match="private"):
        check_addresses("hooks.test", ["10.1.2.3", "10.2.0.1"], allowed)


@pytest.mark.parametrize(
    "entry",
    [
        *("hooks:80", "http://hooks", "hooks/x", "[::1]", "*.internal", "10.0.0", "10.0.0.256"),
        *("10.0.0.5/8", "10.0.0.0/33", "a b", "-x", "①", "user@hooks", "\x00"),
    ],
)
def test_an_entry_that_allows_nothing_is_refused(entry: str) -> None:
    with pytest.raises(SettingsError, match="DOCAI_WEBHOOK_ALLOW") as refused:
        read_allow(f"hooks.internal, {entry}")
    assert repr(entry) in str(refused.value)
