"""Calls to the outside: to public addresses alone, connected to as checked, bounded in time and size."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx2

from core.settings import WrongSetting

TIMEOUT = 10.0
LARGEST_ANSWER = 1_000_000

_TIMEOUTS = httpx2.Timeout(TIMEOUT, connect=3.0)  # a silent first address leaves time for the second

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_IPV4_BITS = 0xFFFF_FFFF


class OutboundError(Exception):
    """A call to the outside did not come to an answer."""


class AddressRefused(OutboundError):
    """The URL is none that may be called: another call to it would be refused as well."""


class Unreachable(OutboundError):
    """Nobody answered in time; the same call may succeed later, and may have been heard already."""


class AnswerTooLarge(OutboundError):
    """The answer is longer than it may be, 1 MB unless told; `status` is its HTTP status."""

    def __init__(self, status: int, most: int = LARGEST_ANSWER) -> None:
        super().__init__(f"the answer is longer than {most} bytes")
        self.status = status


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    target: httpx2.URL
    headers: Mapping[str, str]
    content: bytes | None = None
    most: int = LARGEST_ANSWER


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and the body that came with it."""

    status: int
    body: bytes


async def resolve_host(host: str, port: int) -> list[str]:
    """Ask the system for a host's addresses; `OSError` when it knows none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@cache
def _trusted() -> ssl.SSLContext:
    """Give whom this machine trusts; reading them all takes long enough to do it once."""
    return ssl.create_default_context()


class Outbound:
    """An HTTP client that can't be talked into calling our own network.

    `allow` names private hosts, addresses and networks that may be called all the same. Every call has a connection of
    its own: a pool would hand one name's checked connection to another name at the same address.
    """

    def __init__(self, allow: Sequence[str] = (), *, resolve: Resolve = resolve_host) -> None:
        self._networks = [network for entry in allow if (network := _network(entry))]
        self._hosts = {entry.lower() for entry in allow if _network(entry) is None}
        self._resolve = resolve
        self._trust = _trusted()

    async def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Post once, without following redirects, and give the answer whatever its status.

        Raises AddressRefused, Unreachable and AnswerTooLarge.
        """
        return await self._asked(_Request("POST", _parsed(url), headers, content))

    async def get(self, url: str, headers: Mapping[str, str], *, most: int = LARGEST_ANSWER) -> Answer:
        """Get once, as `post` posts, an answer of at most so many bytes."""
        return await self._asked(_Request("GET", _parsed(url), headers, most=most))

    async def delete(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Ask once for something to be deleted, as `post` posts."""
        return await self._asked(_Request("DELETE", _parsed(url), headers))

    async def _asked(self, request: _Request) -> Answer:
        target = request.target
        try:
            async with asyncio.timeout(TIMEOUT):
                addresses = await self.addresses_of(target.host, target.port or (443 if target.scheme == "https" else 80))
                return await self._first_answer(request, addresses)
        except TimeoutError:
            raise Unreachable(f"no answer within {TIMEOUT:g} s") from None

    async def addresses_of(self, host: str, port: int) -> list[Address]:
        """Give the addresses of a host that may be connected to, for protocols other than HTTP.

        Raises AddressRefused when one of them is not public, Unreachable when there is none.
        """
        try:
            found = [ip_address(text) for text in await self._resolve(host, port)]
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"the name {host} has no address: {error}") from None
        if not found:
            raise Unreachable(f"the name {host} has no address")
        for address in found:
            if not self._may_call(host, address):
                raise AddressRefused(f"{host} is at {address}, which is not public; KOPRU_OUTBOUND_ALLOW can allow it.")
        return found

    def _may_call(self, host: str, address: Address) -> bool:
        if host.lower() in self._hosts or any(address in network for network in self._networks):
            return True
        return is_public(address)

    async def _first_answer(self, request: _Request, addresses: Sequence[Address]) -> Answer:
        failure: httpx2.HTTPError | None = None
        for address in addresses:
            try:
                return await self._answer(request, address)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise Unreachable(_named(error)) from None
        raise Unreachable(_named(failure)) from None

    async def _answer(self, request: _Request, address: Address) -> Answer:
        target = request.target
        # The name stays in Host and in TLS, where the certificate is checked against it; the connection goes to the address.
        sent = {**request.headers, "host": target.netloc.decode("ascii"), "accept-encoding": "identity"}
        async with (
            httpx2.AsyncClient(verify=self._trust, trust_env=False, timeout=_TIMEOUTS) as client,
            client.stream(
                request.method,
                target.copy_with(host=str(address)),
                content=request.content,
                headers=sent,
                extensions={"sni_hostname": target.host},
            ) as response,
        ):
            body = bytearray()
            async for part in response.aiter_raw():
                body += part
                if len(body) > request.most:
                    raise AnswerTooLarge(response.status_code, request.most)
            return Answer(response.status_code, bytes(body))


def is_public(address: Address) -> bool:
    """Tell whether an address is out in the world; one that carries an IPv4 address inside is judged by that."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    inner = IPv4Address(int(address) & _IPV4_BITS) if address in _NAT64 else address.ipv4_mapped
    if inner is not None:
        return is_public(inner)
    # Tunnels to IPv4 (6to4, Teredo) are refused: nobody serves from there, and they lead back inside.
    tunnel = address.sixtofour is not None or address.teredo is not None
    return address in _GLOBAL_UNICAST and address.is_global and not tunnel


def check_url(url: str) -> None:
    """Raise AddressRefused unless the URL is one that `post` would take; names are not resolved."""
    _parsed(url)


def _parsed(url: str) -> httpx2.URL:
    try:
        target = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError) as error:
        raise AddressRefused(f"this is not a URL: {error}") from None
    if target.scheme not in {"http", "https"} or not target.host:
        raise AddressRefused("the URL must start with http:// or https:// and name a host.")
    if target.userinfo:
        raise AddressRefused("the URL must not hold a name or a password.")
    return target


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        if "/" in entry:
            raise WrongSetting(f"KOPRU_OUTBOUND_ALLOW is wrong: {entry} is no network.") from None
        return None


def _named(error: Exception | None) -> str:
    return f"{type(error).__name__}: {error}" if error and str(error) else type(error).__name__
