"""A small IMAP server that stands for a provider's: it speaks as much of RFC 3501 as reading a mailbox needs."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "destek", 'gizli "parola"'
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')


@dataclass
class ImapServer:
    """A mailbox: e-mails by UID, what was commanded, and a command that is refused or at which the line goes dead."""

    port: int = 0
    uidvalidity: int = 7
    mails: dict[int, bytes] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    dies_at: str | None = None
    refuses: str | None = None
    gone: set[int] = field(default_factory=set)
    """What is listed, and deleted before it is fetched."""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        try:
            while line := await reader.readline():
                tag, _, asked = line.decode(errors="replace").strip().partition(" ")
                self.commands.append(asked if not asked.startswith("LOGIN") else "LOGIN")
                if self.dies_at is not None and self.dies_at in asked:
                    break
                for told in self._answers(asked):
                    writer.write(told)
                writer.write(f"{tag} {self._end(asked)}\r\n".encode())
                await writer.drain()
                if asked == "LOGOUT":
                    break
        except ConnectionError:
            return
        finally:
            writer.close()

    def _answers(self, asked: str) -> list[bytes]:
        match _WORD.findall(asked):
            case ["UID", "FETCH", uid, *_]:
                return self._fetched(int(uid), asked)
            case ["UID", "SEARCH", *criteria]:
                told = f"* SEARCH {' '.join(map(str, self._found(criteria)))}".rstrip()
            case ["EXAMINE", _]:
                told = f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.uidvalidity}] valid"
            case _:
                told = {"CAPABILITY": "* CAPABILITY IMAP4rev1", "LOGOUT": "* BYE"}.get(asked, "* OK")
        return [f"{told}\r\n".encode()]

    def _found(self, criteria: list[str]) -> list[int]:
        if criteria[0] != "UID":
            return sorted(self.mails)
        begin = int(criteria[1].partition(":")[0])
        last = max(self.mails, default=0)
        return [uid for uid in sorted(self.mails) if min(begin, last) <= uid <= max(begin, last)]

    def _fetched(self, uid: int, asked: str) -> list[bytes]:
        raw = self.mails.get(uid)
        if raw is None or uid in self.gone:
            return []
        limit = int(asked.rpartition("<0.")[2].partition(">")[0])
        part = raw[:limit]
        return [f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)} BODY[]<0> {{{len(part)}}}\r\n".encode(), part, b")\r\n"]

    def _end(self, asked: str) -> str:
        words = _WORD.findall(asked) or [""]
        if self.refuses is not None and self.refuses in asked:
            return "NO not now"
        if words[0] == "LOGIN":
            given = [re.sub(r"\\(.)", r"\1", word[1:-1]) for word in words[1:]]
            return "OK in" if given == [USER, PASSWORD] else "NO [AUTHENTICATIONFAILED] wrong"
        known = {"CAPABILITY", "EXAMINE", "UID", "LOGOUT"}
        return "OK done" if words[0] in known else "BAD unknown"


@asynccontextmanager
async def imap_server() -> AsyncIterator[ImapServer]:
    """Run the provider's server for the length of the block."""
    provider = ImapServer()
    server = await asyncio.start_server(provider.handle, "127.0.0.1", 0)
    provider.port = server.sockets[0].getsockname()[1]
    try:
        yield provider
    finally:
        server.close()
        await server.wait_closed()
