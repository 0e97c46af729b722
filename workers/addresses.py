"""Which receivers a webhook may call: public ones, and those that the operator allows.

Whoever may submit a job may name any URL, so without these rules the service would knock at doors
that only it can reach. A host name proves nothing: what counts is every address it resolves to, at
the moment of connecting, and that is judged where the connection is made (`workers.network`).
This module knows the rules and opens no connection.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from docai.errors import SettingsError
from workers.errors import WebhookRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST_URL = 2048  # characters; what browsers and servers commonly bear
LONGEST_HOST = 253  # RFC 1035, without the root's dot
HIGHEST_PORT = 65_535
# Names of RFC 1123, and the underscore that container networks use.
HOST_NAME = re.compile(
    r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)

# IANA's registries of special-purpose addresses, written out because each release of Python
# knows another part of them. The first network that fits names the kind.
SPECIAL: tuple[tuple[str, Network], ...] = tuple(
    (kind, ipaddress.ip_network(network))
    for kind, networks in (
        ("loopback", "127.0.0.0/8 ::1/128"),
        ("unspecified", "0.0.0.0/8 ::/128"),
        ("link-local", "169.254.0.0/16 fe80::/10"),
        ("private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"),
        ("site-local", "fec0::/10"),
        ("carrier-shared", "100.64.0.0/10"),
        ("multicast", "224.0.0.0/4 ff00::/8"),
        ("cloud-internal", "168.63.129.16/32"),  # Azure's host agent, though in a public range
        ("reserved", "192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24"),
        ("reserved", "203.0.113.0/24 240.0.0.0/4 2001:db8::/32 3fff::/20"),
        ("reserved", "2001::/23"),  # Teredo, benchmarks, ORCHID: nothing that a receiver has
    )
    for network in networks.split()
)
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that IANA hands out to be reached
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
ADVICE = "webhooks go to public addresses, or to what the operator lists in DOCAI_WEBHOOK_ALLOW"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be called though it is not public.

    Attributes:
        names: host names, in lower case and ASCII; whatever they resolve to.
        networks: addresses.
    """

    names: frozenset[str]
    networks: tuple[Network, ...]


def read_allow(text: str) -> Allowed:
    """Read a comma list of host names, IP addresses and CIDR networks.

    Raises:
        SettingsError: an entry is none of these.
    """
    names: set[str] = set()
    networks: list[Network] = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(entry))
        except ValueError as error:
            names.add(_allowed_name(entry, str(error)))
    return Allowed(frozenset(names), tuple(networks))


def _allowed_name(entry: str, not_a_network: str) -> str:
    """Return an entry as a host name; a mistyped address is none."""
    try:
        name = httpx.URL(scheme="http", host=entry).raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError):
        name = ""
    if not _is_host_name(name) or name.rpartition(".")[2].isdigit():
        raise SettingsError(
            f"DOCAI_WEBHOOK_ALLOW: {entry!r} is no host name, IP address or network such as "
            f"hooks.internal, 10.1.2.3 or 10.1.0.0/16, without scheme and port ({not_a_network})"
        )
    return name


def check_url(url: str, allow: str) -> httpx.URL:
    """Check all about a receiver that can be known without asking for its addresses.

    Args:
        url: where a webhook shall be sent.
        allow: see `read_allow`.

    Returns:
        The URL in its parts, its host in lower case and ASCII.

    Raises:
        WebhookRefused: it cannot or may not be called; the message says what would be right.
        SettingsError: ``allow`` cannot be read.
    """
    allowed = read_allow(allow)
    parsed = _parsed(url)
    host = parsed.raw_host.decode("ascii")
    literal = _literal(host)
    if literal is not None:
        check_addresses(host, [literal], allowed)
    elif not _is_host_name(host):
        raise WebhookRefused(f"webhook_url: {host!r} is no host name such as hooks.example.com")
    elif host.rpartition(".")[2] == "localhost":
        check_addresses(host, ["127.0.0.1"], allowed)
    return parsed


def _parsed(url: str) -> httpx.URL:
    """Parse a URL; the message of a refusal repeats no part that may hold a secret."""
    if len(url) > LONGEST_URL:
        raise WebhookRefused(
            f"webhook_url has {len(url)} characters; {LONGEST_URL} at most are allowed"
        )
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise WebhookRefused(
            "webhook_url is no well-formed URL; give one such as https://hooks.example.com/docai"
        ) from error
    if parsed.scheme not in ("http", "https") or not parsed.raw_host:
        raise WebhookRefused(
            f"webhook_url has the scheme {parsed.scheme!r} and the host {parsed.host!r}; give a "
            "whole URL, https:// (or http://) and a host name first"
        )
    if parsed.userinfo:
        raise WebhookRefused(
            "webhook_url holds a user or password; leave them out and check the signature instead"
        )
    if parsed.fragment:
        raise WebhookRefused("webhook_url ends in a #fragment, which is never sent; leave it out")
    if parsed.port is not None and not 1 <= parsed.port <= HIGHEST_PORT:
        raise WebhookRefused(f"webhook_url: port {parsed.port} is not from 1 to {HIGHEST_PORT}")
    return parsed


def _is_host_name(host: str) -> bool:
    """Tell whether a host is a name that DNS can hold."""
    return len(host) <= LONGEST_HOST and HOST_NAME.fullmatch(host) is not None


def _literal(host: str) -> str | None:
    """Return the address that a host spells, also in decimal, octal or hex; None for a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None


def check_addresses(host: str, addresses: Iterable[str], allowed: Allowed) -> None:
    """Check every address that a host stands for.

    Raises:
        WebhookRefused: one of them may not be called. The message names its kind and not the
            address: who submits a job need not learn the map of the inner network.
    """
    if host in allowed.names:
        return
    for address in map(ipaddress.ip_address, addresses):
        kind = special_kind(address)
        if kind and not _is_allowed(address, allowed):
            raise WebhookRefused(f"webhook host {host} stands for a {kind} address; {ADVICE}")


def _is_allowed(address: Address, allowed: Allowed) -> bool:
    """Tell whether the operator allows an address, or the IPv4 address inside it."""
    inner = _inner(address)
    return any(address in network or inner in network for network in allowed.networks)


def special_kind(address: Address) -> str | None:
    """Return what is special about an address; None for one that the whole internet can reach."""
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None:
        return "scoped"
    inner = _inner(address)
    for kind, network in SPECIAL:
        if inner in network:
            return kind
    is_reached = inner.is_global if inner.version == 4 else inner in GLOBAL_UNICAST
    return None if is_reached else "reserved"


def _inner(address: Address) -> Address:
    """Return the IPv4 address that packets to an IPv6 address end up at, if there is one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
