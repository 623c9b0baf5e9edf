"""The peer: screens and the hook by hand, on Starlette and PyMongo alone, with the same bytes in the answers.

It does what nobody can leave out (who is calling, the signature, the queries, safe HTML, the cursors) and nothing else: no
schema, no validation, no documents, no batching by types. So it says how much the layers of the product cost.
"""

import asyncio
import hashlib
import sys
from dataclasses import dataclass

import orjson
import uvicorn
from pymongo.errors import DuplicateKeyError
from standardwebhooks.webhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.loops.auto import auto_loop_factory

from auth.authenticator import open_authenticator
from auth.documents import Account
from auth.tokens import Audience, TokenReader
from bench import peer_screens as screens
from bench.peer_questions import Questions
from bench.peer_screens import Row
from bench.peer_wiki import wiki_page
from bootstrap.documents import DOCUMENTS
from care.channels import open_secrets
from care.documents.channels import Channel
from core.clock import clock, now
from core.database import Database, connect, declare
from core.embedded.store import EmbeddedStore
from core.ids import with_prefix
from core.secrets import Keyring, open_keyring
from core.settings import Settings, read_settings

_LIVE: Row = {"deleted_at": {"$exists": False}, "environment": "LIVE"}
_COUNTED = 10_001


@dataclass
class Peer:
    """The endpoints on one database."""

    database: Database
    keyring: Keyring
    tokens: TokenReader
    secret: str = ""

    def application(self) -> Starlette:
        """Give the routes."""
        return Starlette(
            routes=[
                Route("/inbox", self.inbox, methods=["POST"]),
                Route("/case-screen", self.case_screen, methods=["POST"]),
                Route("/wiki-page", self.wiki_page, methods=["POST"]),
                Route("/question-screen", self.question_screen, methods=["POST"]),
                Route("/experts", self.experts, methods=["POST"]),
                Route("/hooks/{channel}", self.hook, methods=["POST"]),
                Route("/healthz", self.health, methods=["GET"]),
            ]
        )

    async def inbox(self, request: Request) -> Response:
        """Answer as the document Inbox with `first` and no filter."""
        await self._caller(request)
        first = orjson.loads(await request.body())["variables"]["first"]
        cases = self.database["cases"]
        order = [("opened_at", -1), ("_id", -1)]
        rows, total = await asyncio.gather(
            cases.find(_LIVE).sort(order).limit(first + 1).to_list(), cases.count_documents(_LIVE, limit=_COUNTED)
        )
        page = rows[:first]
        customers, messages, members, channels = await asyncio.gather(
            self._by_ids("customers", [row.get("customer_id") for row in page]),
            self._by_ids("messages", [row.get("last_message_id") for row in page]),
            self._by_ids("members", [row.get("assignee_id") for row in page]),
            self._by_ids("channels", [row["channel_id"] for row in page]),
        )
        found = screens.Found(customers=customers, messages=messages, members=members, channels=channels)
        moment = now()
        shown = {
            "totalCount": total,
            "pageInfo": {"hasNextPage": len(rows) > first, "endCursor": self._cursor(page[-1], "opened_at") if page else None},
            "nodes": [screens.inbox_row(row, found, moment) for row in page],
        }
        return _json({"data": {"cases": shown}})

    async def case_screen(self, request: Request) -> Response:
        """Answer as the document CaseScreen."""
        await self._caller(request)
        case_id = orjson.loads(await request.body())["variables"]["id"]
        case = await self.database["cases"].find_one({"_id": case_id, **_LIVE})
        if case is None:
            return _json({"data": {"node": None}})
        return _json({"data": {"node": await self._screen(case)}})

    async def _screen(self, case: Row) -> Row:
        conversations, messages, consultations, cases, total, customers = await asyncio.gather(
            self._by_ids("conversations", case["conversation_ids"]),
            self._newest("messages", {"conversation_id": {"$in": case["conversation_ids"]}, "deleted_at": {"$exists": False}}),
            self.database["consultations"]
            .find({"case_id": case["_id"]})
            .sort([("asked_at", -1), ("_id", -1)])
            .limit(6)
            .to_list(),
            self.database["cases"]
            .find({"customer_id": case["customer_id"], **_LIVE})
            .sort([("opened_at", -1)])
            .limit(6)
            .to_list(),
            self.database["cases"].count_documents({"customer_id": case["customer_id"], **_LIVE}),
            self._by_ids("customers", [case["customer_id"]]),
        )
        questions = await self._by_ids("questions", [row["question_id"] for row in consultations])
        answer_ids = [one for row in questions.values() for one in row.get("accepted_answer_ids", [])]
        answers, counts = await asyncio.gather(self._by_ids("answers", answer_ids), self._answer_counts(list(questions)))
        found = screens.Found(customers=customers, conversations=conversations, questions=questions, answers=answers)
        found.members = await self._by_ids("members", screens.people_of(case, messages, consultations, answers))
        found.channels = await self._by_ids("channels", [case["channel_id"]])
        found.answer_counts = counts
        lists = screens.Lists(messages=messages, consultations=consultations, cases=cases, case_total=total)
        return screens.case_screen(case, found, lists, cursor=lambda row: self._cursor(row, "created_at"))

    async def wiki_page(self, request: Request) -> Response:
        """Answer as the document WikiPageScreen."""
        await self._caller(request)
        path = orjson.loads(await request.body())["variables"]["path"]
        return _json({"data": {"wikiPage": await wiki_page(self.database, self.keyring, path)}})

    async def question_screen(self, request: Request) -> Response:
        """Answer as the document QuestionScreen."""
        caller = await self._caller(request)
        question_id = orjson.loads(await request.body())["variables"]["id"]
        found = await Questions(self.database, self.keyring).screen(question_id, with_prefix("mem", caller["_id"]))
        return _json({"data": {"node": found}})

    async def experts(self, request: Request) -> Response:
        """Answer as the document Experts with `first` alone."""
        await self._caller(request)
        first = orjson.loads(await request.body())["variables"]["first"]
        return _json({"data": {"experts": await Questions(self.database, self.keyring).experts(first)}})

    async def hook(self, request: Request) -> Response:
        """Take a delivery: signature, one insert, 200."""
        body = await request.body()
        Webhook(self.secret).verify(body, dict(request.headers))
        webhook_id, channel_id = request.headers["webhook-id"], request.path_params["channel"]
        moment = now()
        row = {
            "_id": hashlib.sha256(b"\0".join((channel_id.encode(), webhook_id.encode(), body))).hexdigest(),
            "channel_id": channel_id,
            "webhook_id": webhook_id,
            "body": body,
            "received_at": moment,
            "state": "READY",
            "due": moment,
            "token": 0,
            "attempt": 0,
        }
        try:
            await self.database["inbox"].insert_one(row)
        except DuplicateKeyError:
            return Response(status_code=200)
        return Response(status_code=200)

    async def health(self, _: Request) -> Response:
        """Tell that it serves."""
        return Response(status_code=200)

    async def _caller(self, request: Request) -> Row:
        """Read the token and the caller's account, as every request must."""
        token = request.headers["authorization"].removeprefix("Bearer ")
        claims = await self.tokens.read(token, audience=Audience.STAFF)
        account = await self.database[Account.get_collection_name()].find_one({"_id": claims.subject})
        if account is None or "disabled_at" in account:
            raise PermissionError(claims.subject)
        return account

    async def _by_ids(self, collection: str, ids: list[str | None]) -> dict[str, Row]:
        wanted = [one for one in dict.fromkeys(ids) if one]
        found = await self.database[collection].find({"_id": {"$in": wanted}}).to_list() if wanted else []
        return {row["_id"]: row for row in found}

    async def _newest(self, collection: str, query: Row) -> list[Row]:
        rows = await self.database[collection].find(query).sort([("created_at", -1), ("_id", -1)]).limit(31).to_list()
        return rows[::-1]

    async def _answer_counts(self, question_ids: list[str]) -> dict[str, int]:
        if not question_ids:
            return {}
        match = {"question_id": {"$in": question_ids}, "deleted_at": {"$exists": False}}
        stages: list[Row] = [{"$match": match}, {"$group": {"_id": "$question_id", "total": {"$sum": 1}}}]
        return {row["_id"]: row["total"] for row in await (await self.database["answers"].aggregate(stages)).to_list()}

    def _cursor(self, row: Row, field: str) -> str:
        return screens.cursor(self.keyring, row[field], row["_id"])


def _json(content: Row) -> Response:
    return Response(orjson.dumps(content), media_type="application/json", headers={"cache-control": "no-store"})


async def open_peer(settings: Settings, database: Database) -> Peer:
    """Give the peer on a furnished database: with our issuer's keys, and the secret of the one channel."""
    await declare(database, DOCUMENTS)
    await clock.sample(database)
    keyring = open_keyring(settings)
    authenticator = await open_authenticator(settings, keyring)
    channel = await Channel.find_one({})
    if channel is None:
        message = "the installation is not furnished"
        raise LookupError(message)
    return Peer(database, keyring, authenticator.tokens, open_secrets(channel, keyring)[0])


async def _serve(port: int) -> None:
    settings = read_settings()
    client = connect(settings.mongodb_url or EmbeddedStore(settings.data / "store").url)
    peer = await open_peer(settings, client[settings.mongodb_database])
    config = uvicorn.Config(peer.application(), port=port, log_config=None, access_log=False, server_header=False, lifespan="off")
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # the same loop as the product's
        runner.run(_serve(int(sys.argv[1])))
