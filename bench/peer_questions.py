"""The peer's question and directory: by hand, straight from the stored rows, as QuestionScreen and Experts ask for them."""

import asyncio
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.peer_screens import Row, cursor, shown, time
from core.clock import now
from core.database import Database
from core.secrets import Keyring
from core.text.markdown import render

_PRESENT: Row = {"deleted_at": {"$exists": False}}
_SHOWN, _SKILLS, _REASONS, _COUNTED = 20, 5, 3, 10_001


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions and members of one database."""

    database: Database
    keyring: Keyring

    async def screen(self, question_id: str, viewer: str) -> Row | None:
        """Answer as the document QuestionScreen, for an agent who did not ask."""
        question = await self.database["questions"].find_one({"_id": question_id, **_PRESENT})
        if question is None:
            return None
        answers, comments, count, watch, consultation = await asyncio.gather(
            self._below("answers", {"question_id": question_id}),
            self._below("comments", {"target_id": question_id}),
            self.database["answers"].count_documents({"question_id": question_id, **_PRESENT}),
            self.database["watches"].find_one({"target_id": question_id, "member_id": viewer}),
            self._consultation(question),
        )
        ids = {question["author_id"], *question["invited_expert_ids"], *(row["author_id"] for row in [*answers, *comments])}
        members = await self._by_ids("members", ids)
        return {
            "id": question["_id"],
            "version": question["version"],
            "title": question["title"],
            **_text(question),
            "status": question["status"],
            "score": question["score"],
            "viewerVote": _vote(question, viewer),
            "answerCount": count,
            "createdAt": time(question["created_at"]),
            "tags": [{"id": f"tag_{tag['slug']}", "slug": tag["slug"], "name": tag["name"]} for tag in question["tags"]],
            "author": shown(members.get(question["author_id"])),
            "invitedExperts": [shown(members[one]) for one in question["invited_expert_ids"] if one in members],
            "consultation": consultation,
            "answers": self._page(answers, [_answer(row, question, members, viewer) for row in answers[:_SHOWN]]),
            "comments": self._page(comments, [_comment(row, members) for row in comments[:_SHOWN]]),
            "viewerCanAnswer": question["status"] != "CLOSED",
            "viewerCanAccept": question["author_id"] == viewer,
            "viewerCanEdit": question["author_id"] == viewer,
            "viewerCanVote": question["author_id"] != viewer,
            "viewerIsFollowing": watch is not None and watch["level"] in {"WATCHING", "TRACKING"},
        }

    async def experts(self, first: int) -> Row:
        """Answer as the document Experts with `first` alone."""
        directory = self.database["members"]
        rows, total, duties = await asyncio.gather(
            directory.find(_PRESENT).sort([("sort_name", 1), ("_id", 1)]).limit(first + 1).to_list(),
            directory.count_documents(_PRESENT, limit=_COUNTED),
            self._on_duty(),
        )
        page = rows[:first]
        ids = [row["_id"] for row in page]
        departments, skills, waiting, evidence = await asyncio.gather(
            self._by_ids("departments", {row.get("department_id") for row in page}),
            self._by_ids("skills", {one for row in page for one in row["skill_ids"][:_SKILLS]}),
            self._waiting(ids),
            self._reasons(ids),
        )
        sources = await self._sources([row["source_id"] for rows in evidence.values() for row in rows])
        nodes = [
            {
                **(shown(row) or {}),
                "jobTitle": row.get("job_title"),
                "department": _named(departments.get(row.get("department_id", ""))),
                "skills": {"nodes": [_named(skills[one]) for one in row["skill_ids"][:_SKILLS] if one in skills]},
                "availability": row["availability"],
                "onShift": row["_id"] in duties,
                "openQuestionCount": waiting.get(row["_id"], 0),
                "typicalAnswerSeconds": round(statistics.median(row["answer_seconds"])) if row["answer_seconds"] else None,
                "evidence": {"nodes": [_reason(one, sources) for one in evidence.get(row["_id"], [])]},
            }
            for row in page
        ]
        end = cursor(self.keyring, page[-1]["sort_name"], page[-1]["_id"]) if page else None
        info = {"hasNextPage": len(rows) > first, "endCursor": end}
        return {"totalCount": min(total, _COUNTED - 1), "pageInfo": info, "nodes": nodes}

    async def _consultation(self, question: Row) -> Row | None:
        if question.get("consultation_id") is None:
            return None
        found = await self.database["consultations"].find_one({"question_id": question["_id"]})
        case = await self.database["cases"].find_one({"_id": found["case_id"], **_PRESENT}) if found else None
        if found is None:
            return None
        about = {"id": case["_id"], "number": case["number"]} if case else None
        return {"id": found["_id"], "dueAt": time(found["due_at"]), "case": about}

    async def _below(self, collection: str, query: Row) -> list[Row]:
        rows = self.database[collection].find({**query, **_PRESENT}).sort([("created_at", 1), ("_id", 1)])
        return await rows.limit(_SHOWN + 1).to_list()

    async def _by_ids(self, collection: str, ids: Iterable[str | None]) -> dict[str, Row]:
        wanted = [one for one in ids if one]
        rows = await self.database[collection].find({"_id": {"$in": wanted}, **_PRESENT}).to_list() if wanted else []
        return {row["_id"]: row for row in rows}

    async def _on_duty(self) -> set[str]:
        """List who is on a planned shift; the bench plans none that rotate and no leave."""
        at = now()
        rows = await self.database["shifts"].find({"starts_at": {"$lte": at}, "ends_at": {"$gt": at}}).to_list()
        return {row["member_id"] for row in rows}

    async def _waiting(self, member_ids: list[str]) -> dict[str, int]:
        invited = {"invited_expert_ids": {"$in": member_ids}}
        stages: list[Row] = [
            {"$match": {**invited, "status": "OPEN", **_PRESENT}},
            {"$unwind": "$invited_expert_ids"},
            {"$match": invited},
            {"$group": {"_id": "$invited_expert_ids", "total": {"$sum": 1}}},
        ]
        return {row["_id"]: row["total"] for row in await (await self.database["questions"].aggregate(stages)).to_list()}

    async def _reasons(self, member_ids: list[str]) -> dict[str, list[Row]]:
        order = [("occurred_at", -1), ("_id", -1)]
        counting: Row = {"withdrawn_at": {"$exists": False}}
        found = await asyncio.gather(
            *(
                self.database["evidence"].find({"member_id": one, **counting}).sort(order).limit(_REASONS + 1).to_list()
                for one in member_ids
            )
        )
        return {one: rows[:_REASONS] for one, rows in zip(member_ids, found, strict=True)}

    async def _sources(self, answer_ids: list[str]) -> set[str]:
        answers = await self._by_ids("answers", dict.fromkeys(answer_ids))
        questions = await self._by_ids("questions", {row["question_id"] for row in answers.values()})
        return {one for one, row in answers.items() if row["question_id"] in questions}

    def _page(self, rows: list[Row], nodes: list[Row]) -> Row:
        kept = rows[: len(nodes)]
        end = cursor(self.keyring, kept[-1]["created_at"], kept[-1]["_id"]) if kept else None
        return {"pageInfo": {"hasNextPage": len(rows) > _SHOWN, "endCursor": end}, "nodes": nodes}


def _text(row: Row) -> Row:
    return {"body": row["body"], "bodyHtml": render(row["body"])}


def _vote(row: Row, viewer: str) -> str:
    weight = row["votes"].get(viewer, 0)
    return "UP" if weight > 0 else "DOWN" if weight < 0 else "NONE"


def _answer(row: Row, question: Row, members: Mapping[str, Row], viewer: str) -> Row:
    return {
        "id": row["_id"],
        "version": row["version"],
        **_text(row),
        "accepted": row["_id"] in question["accepted_answer_ids"],
        "score": row["score"],
        "viewerVote": _vote(row, viewer),
        "author": shown(members.get(row["author_id"])),
        "createdAt": time(row["created_at"]),
        "viewerCanEdit": row["author_id"] == viewer,
    }


def _comment(row: Row, members: Mapping[str, Row]) -> Row:
    return {
        "id": row["_id"],
        **_text(row),
        "author": shown(members.get(row["author_id"])),
        "createdAt": time(row["created_at"]),
    }


def _named(row: Row | None) -> Row | None:
    return {"id": row["_id"], "name": row["name"]} if row else None


def _reason(row: Row, sources: set[str]) -> Row:
    source = {"__typename": "Answer", "id": row["source_id"]} if row["source_id"] in sources else None
    return {
        "kind": row["kind"],
        "text": row["text"],
        "weight": row["weight"],
        "occurredAt": time(row["occurred_at"]),
        "source": source,
    }
