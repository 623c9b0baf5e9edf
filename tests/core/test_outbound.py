"""Calls to the outside: which addresses are refused, what is connected to, how long and how much."""

import asyncio
import socket
from ipaddress import ip_address

import pytest

from core import outbound
from core.outbound import AddressRefused, AnswerTooLarge, Outbound, Unreachable, is_public
from core.settings import WrongSetting
from tests.receiver import listening


def _resolving(*addresses: str) -> outbound.Resolve:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.7",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_address_outside_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "//example.com/",
        "https://",
        "https://ayse:secret@example.com/",
        "http://example.com:port/",
        "http://exa mple.com/\x00",
        "",
    ],
)
async def test_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await Outbound(resolve=_resolving("8.8.8.8")).post(url, b"", {})


async def test_name_at_a_private_address_is_refused_even_beside_a_public_one() -> None:
    async with listening() as receiver:
        caller = Outbound(resolve=_resolving("8.8.8.8", "127.0.0.1"))

        with pytest.raises(AddressRefused, match=r"example\.com is at 127\.0\.0\.1, which is not public"):
            await caller.post(f"http://example.com:{receiver.port}/", b"", {})

        assert receiver.heard == []


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f.0.0.1", "[::ffff:127.0.0.1]", "localhost"])
async def test_disguised_loopback_is_refused(host: str) -> None:
    async with listening() as receiver:
        with pytest.raises((AddressRefused, Unreachable)):  # systems differ in which of these spellings they resolve
            await Outbound().post(f"http://{host}:{receiver.port}/", b"", {})

        assert receiver.heard == []


@pytest.mark.parametrize("allow", ["127.0.0.1", "127.0.0.0/8", "channel.example", "CHANNEL.example"])
async def test_allowed_private_address_is_called_under_its_name(allow: str) -> None:
    async with listening((201, b"heard")) as receiver:
        caller = Outbound([allow], resolve=_resolving("127.0.0.1"))

        answer = await caller.post(f"http://channel.example:{receiver.port}/send?x=1", b"hello", {"x-test": "1"})

    assert (answer.status, answer.body) == (201, b"heard")
    assert [(heard.path, heard.body) for heard in receiver.heard] == [("/send?x=1", b"hello")]
    assert receiver.heard[0].headers["host"] == f"channel.example:{receiver.port}"
    assert receiver.heard[0].headers["x-test"] == "1"


async def test_the_checked_address_is_the_one_connected_to() -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    async with listening() as receiver:
        await Outbound(["127.0.0.1"], resolve=rebinding).post(f"http://channel.example:{receiver.port}/", b"", {})

        assert len(receiver.heard) == 1
    assert asked == ["channel.example"]


async def test_second_address_is_tried_when_the_first_does_not_answer() -> None:
    async with listening() as receiver:
        caller = Outbound(["127.0.0.1", "::1"], resolve=_resolving("::1", "127.0.0.1"))

        answer = await caller.post(f"http://channel.example:{receiver.port}/", b"", {})

    assert answer.status == 200


async def test_redirect_is_not_followed() -> None:
    async with listening() as inside, listening((302, b"")) as receiver:
        receiver.location = inside.url

        answer = await Outbound(["127.0.0.1"]).post(receiver.url, b"", {})

        assert answer.status == 302
        assert inside.heard == []


async def test_answer_of_more_than_a_megabyte_is_cut_off() -> None:
    async with listening((200, b"x" * (outbound.LARGEST_ANSWER + 1))) as receiver:
        with pytest.raises(AnswerTooLarge) as caught:
            await Outbound(["127.0.0.1"]).post(receiver.url, b"", {})

    assert caught.value.status == 200


async def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        with pytest.raises(Unreachable, match="ConnectError"):
            await Outbound(["127.0.0.1"]).post(f"http://127.0.0.1:{unused.getsockname()[1]}/", b"", {})


async def test_name_without_address_is_unreachable() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(Unreachable, match=r"the name nowhere\.example has no address"):
        await Outbound(resolve=unknown).post("https://nowhere.example/", b"", {})
    with pytest.raises(Unreachable, match=r"the name nowhere\.example has no address"):
        await Outbound(resolve=_resolving()).post("https://nowhere.example/", b"", {})


async def test_silence_ends_after_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "TIMEOUT", 0.1)

    async def listen_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen_only, "127.0.0.1", 0)

    with pytest.raises(Unreachable, match=r"no answer within 0\.1 s"):
        await Outbound(["127.0.0.1"]).post(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", b"", {})

    server.close()
    await server.wait_closed()


async def test_broken_answer_is_unreachable() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"this is not HTTP\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)

    with pytest.raises(Unreachable, match="Error"):
        await Outbound(["127.0.0.1"]).post(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", b"", {})

    server.close()
    await server.wait_closed()


def test_wrong_network_stops_the_start() -> None:
    with pytest.raises(WrongSetting, match=r"KOPRU_OUTBOUND_ALLOW is wrong: 10\.0\.0\.0/99 is no network\."):
        Outbound(["10.0.0.0/99"])
