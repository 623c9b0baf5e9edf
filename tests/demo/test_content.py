"""The demo's content keeps the format its README promises, and stays invented and varied."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

CONTENT = Path(__file__).parents[2] / "kopru" / "demo" / "content"
LANGUAGES = ("tr", "fa", "en")
ROLES = {"AGENT", "EXPERT", "MENTOR", "TRAINEE", "AGENCY", "MANAGER", "HR", "ADMIN"}
FORTNIGHT_MINUTES = 14 * 24 * 60

MEMBER_KEYS = {"key", "name", "email", "roles", "department", "job_title", "locales", "skills", "availability", "bio"}
CUSTOMER_KEYS = {"key", "name", "locale", "channel", "handle", "followers", "profile_url"}
CASE_KEYS = {"key", "customer", "channel", "visibility", "opened_minutes_ago", "subject", "messages", "state", "tags"}
QUESTION_KEYS = {"key", "title", "body", "author", "tags", "days_ago", "answers", "audience"}

# file, fields every object has, fields an object may have
FORMATS = [
    ("departments", {"key", "name"}, set()),
    ("skills", {"key", "name", "description", "keywords"}, set()),
    ("channels", {"key", "name", "kind", "languages"}, set()),
    ("members", MEMBER_KEYS, {"channels"}),
    ("customers", CUSTOMER_KEYS, {"email", "phone", "portal"}),
    *((f"cases_{language}", CASE_KEYS, {"assignee", "consult", "verdict", "obligation"}) for language in LANGUAGES),
    ("questions", QUESTION_KEYS, {"comments", "approved"}),
    ("answer_bank", {"title", "body", "question_variants", "locale", "owner"}, set()),
    ("tags", {"slug", "name"}, set()),
]


def read(name: str) -> list[Row]:
    rows: list[Row] = json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def keys(name: str) -> set[str]:
    return {row["key"] for row in read(name)}


def cases() -> list[Row]:
    return [case for language in LANGUAGES for case in read(f"cases_{language}")]


def members_with(role: str) -> set[str]:
    return {member["key"] for member in read("members") if role in member["roles"]}


def senders(case: Row) -> list[str]:
    return [message["from"] for message in case["messages"] if message["from"] != "note"]


def texts() -> Iterator[str]:
    for case in cases():
        yield case["subject"]
        yield from (message["text"] for message in case["messages"])
        consult = case.get("consult", {})
        yield from (consult[field] for field in ("title", "body", "answer") if field in consult)
    for question in read("questions"):
        yield from (question["title"], question["body"])
        yield from (reply["body"] for reply in [*question["answers"], *question.get("comments", [])])
    for entry in read("answer_bank"):
        yield from (entry["title"], entry["body"], *entry["question_variants"])


@pytest.mark.parametrize(("name", "required", "optional"), FORMATS)
def test_objects_have_exactly_the_fields_of_the_format(name: str, required: set[str], optional: set[str]) -> None:
    for row in read(name):
        assert required <= row.keys() <= required | optional, row


def test_keys_are_unique_in_their_kind() -> None:
    for name in ("departments", "skills", "channels", "members", "customers", "questions"):
        assert len(keys(name)) == len(read(name)), name
    assert len({case["key"] for case in cases()}) == len(cases())
    assert len({tag["slug"] for tag in read("tags")}) == len(read("tags"))
    for field in ("handle", "profile_url", "name"):
        assert len({customer[field] for customer in read("customers")}) == 60, field


def test_there_is_as_much_as_the_demo_promises() -> None:
    files = ("departments", "members", "skills", "channels", "customers", "questions", "answer_bank")
    counts = {name: len(read(name)) for name in files} | {"cases": len(cases())}

    assert counts == {
        "departments": 6,
        "members": 12,
        "skills": 28,
        "channels": 3,
        "customers": 60,
        "questions": 40,
        "answer_bank": 25,
        "cases": 150,
    }


def test_every_role_department_and_channel_kind_is_there() -> None:
    members = read("members")

    assert {role for member in members for role in member["roles"]} == ROLES
    assert {member["department"] for member in members} == keys("departments")
    assert {member["availability"] for member in members} == {"ONLINE", "BUSY", "OFFLINE"}
    assert {channel["kind"] for channel in read("channels")} == {"X", "INSTAGRAM", "GENERIC"}


def test_the_agency_is_limited_to_one_channel_and_keeps_to_it() -> None:
    limited = {member["key"]: member["channels"] for member in read("members") if "channels" in member}

    assert limited == {"elnaz": ["instagram_narin"]}
    assert members_with("AGENCY") == {"elnaz"}
    written = {case["channel"] for case in cases() for message in case["messages"] if message.get("member") == "elnaz"}
    assert written == {"instagram_narin"}


def test_members_and_customers_refer_to_what_exists() -> None:
    for member in read("members"):
        assert member["skills"], member["key"]
        assert {skill["skill"] for skill in member["skills"]} <= keys("skills")
        assert all(skill.keys() == {"skill", "level"} and 1 <= skill["level"] <= 5 for skill in member["skills"])
        assert set(member["locales"]) & set(LANGUAGES)
    held = {skill["skill"] for member in read("members") for skill in member["skills"]}
    assert held == keys("skills")
    assert {customer["channel"] for customer in read("customers")} == keys("channels")
    assert sum(customer.get("portal", False) for customer in read("customers")) == 3
    assert all("email" in customer for customer in read("customers") if "portal" in customer)


def test_skills_have_words_in_every_language() -> None:
    for skill in read("skills"):
        assert tuple(skill["keywords"]) == LANGUAGES
        assert all(skill["keywords"][language] for language in LANGUAGES), skill["key"]


@pytest.mark.parametrize(("language", "count"), [("tr", 60), ("fa", 40), ("en", 50)])
def test_each_language_has_its_share_of_cases(language: str, count: int) -> None:
    locales = {customer["key"]: customer["locale"] for customer in read("customers")}
    rows = read(f"cases_{language}")

    assert len(rows) == count
    assert {locales[case["customer"]] for case in rows} == {language}


def test_persian_is_written_in_persian_and_english_in_latin_letters() -> None:
    for language in LANGUAGES:
        for case in read(f"cases_{language}"):
            said = "".join(message["text"] for message in case["messages"] if message["from"] == "customer")
            arabic = len(re.findall(r"[\u0600-\u06ff]", said)) / len(re.findall(r"\w", said))
            assert (arabic > 0.6) == (language == "fa"), case["key"]


def test_persian_comes_in_the_spellings_people_use() -> None:
    said = [message["text"] for case in read("cases_fa") for message in case["messages"] if message["from"] == "customer"]

    assert sum("\u200c" in text for text in said) >= 20
    assert sum(bool(re.search("[\u064a\u0643]", text)) for text in said) >= 3


def test_cases_refer_to_what_exists() -> None:
    channel_of = {customer["key"]: customer["channel"] for customer in read("customers")}
    slugs = {tag["slug"] for tag in read("tags")}
    members, experts = keys("members"), members_with("EXPERT")

    for case in cases():
        assert case["channel"] == channel_of[case["customer"]], case["key"]
        assert case["tags"], case["key"]
        assert set(case["tags"]) <= slugs, case["key"]
        assert case.get("assignee", "zeynep") in members
        consult = case.get("consult", {"experts": [], "by": "kaveh"})
        assert set(consult["experts"]) <= experts - {case.get("assignee")}, case["key"]
        assert consult.get("by", "kaveh") in experts
    assert {case["customer"] for case in cases()} == keys("customers")


def test_every_tag_is_used() -> None:
    used = {slug for row in [*cases(), *read("questions")] for slug in row["tags"]}

    assert used == {tag["slug"] for tag in read("tags")}


def test_messages_follow_their_case_in_time() -> None:
    for case in cases():
        times = [message["minutes_after"] for message in case["messages"]]
        assert times == sorted(times), case["key"]
        assert times[0] == 0
        assert times[-1] <= case["opened_minutes_ago"] <= FORTNIGHT_MINUTES, case["key"]
        assert case["messages"][0]["from"] == "customer"
        for message in case["messages"]:
            writer = set() if message["from"] == "customer" else {"member"}
            assert message.keys() == {"from", "minutes_after", "text"} | writer, case["key"]
    assert sum(case["opened_minutes_ago"] <= 25 for case in cases()) == 15
    # A first-response clock that still runs belongs to a case nobody has answered.
    assert {case["state"] for case in cases() if case["opened_minutes_ago"] <= 25} == {"new"}


def test_every_state_has_cases_and_new_has_the_most() -> None:
    assert Counter(case["state"] for case in cases()) == {
        "new": 50,
        "open": 22,
        "waiting": 20,
        "consulted": 20,
        "solved_satisfied": 18,
        "unsatisfied_second_cycle": 10,
        "held": 10,
    }
    assert {case["visibility"] for case in cases()} == {"PUBLIC", "PRIVATE"}


def test_each_state_says_what_the_messages_show() -> None:
    verdicts = {"solved_satisfied": "SATISFIED", "unsatisfied_second_cycle": "UNSATISFIED"}
    last = {"open": "customer", "waiting": "agent", "held": "agent", "consulted": "agent", "new": "customer"}
    for case in cases():
        state, spoke = case["state"], senders(case)
        assert case.get("verdict") == verdicts.get(state), case["key"]
        assert spoke[-1] == last.get(state, "customer"), case["key"]
        assert ("agent" in spoke) == ("assignee" in case) == (state != "new"), case["key"]
        assert ("consult" in case) == (state == "consulted"), case["key"]
        assert not case.get("obligation") or state == "waiting", case["key"]
    assert sum(case.get("obligation", False) for case in cases()) == 6
    assert {"answer" in case["consult"] for case in cases() if "consult" in case} == {True, False}


def test_trainees_write_only_replies_that_wait_for_a_mentor() -> None:
    trainees = members_with("TRAINEE")
    for case in cases():
        writers = [message.get("member") in trainees for message in case["messages"]]
        assert any(writers[:-1]) is False, case["key"]
        assert writers[-1] == (case["state"] == "held"), case["key"]
        assert (case.get("assignee") in trainees) == (case["state"] == "held"), case["key"]


def test_a_customer_has_at_most_one_private_case() -> None:
    private = Counter(case["customer"] for case in cases() if case["visibility"] == "PRIVATE")

    assert private.total() == 37
    assert set(private.values()) == {1}


def test_questions_refer_to_what_exists() -> None:
    members, slugs = keys("members"), {tag["slug"] for tag in read("tags")}
    for question in read("questions"):
        public = question["audience"] == "PUBLIC"
        assert question["author"] in (keys("customers") if public else members), question["key"]
        assert ("approved" in question) == public
        assert set(question["tags"]) <= slugs, question["key"]
        assert all(answer.keys() == {"by", "body", "votes", "accepted"} for answer in question["answers"])
        assert all(comment.keys() == {"by", "body"} for comment in question.get("comments", []))
        assert {reply["by"] for reply in [*question["answers"], *question.get("comments", [])]} <= members


def test_some_questions_are_public_and_some_wait_for_an_answer() -> None:
    questions = read("questions")

    public = [question for question in questions if question["audience"] == "PUBLIC"]
    assert len(public) == 5
    assert sorted(question["approved"] for question in public) == [False, True, True, True, True]
    assert sum(not question["answers"] for question in questions) == 4
    assert any(not any(answer["accepted"] for answer in question["answers"]) for question in questions if question["answers"])
    assert all(sum(answer["accepted"] for answer in question["answers"]) <= 1 for question in questions)


def test_questions_fit_the_limits_of_a_question() -> None:
    for question in read("questions"):
        assert 10 <= len(question["title"]) <= 150, question["key"]
        assert 20 <= len(question["body"]) <= 20_000, question["key"]
        assert 1 <= len(question["tags"]) <= 5, question["key"]


def test_answer_bank_has_variants_in_each_language() -> None:
    entries = read("answer_bank")

    assert Counter(entry["locale"] for entry in entries) == {"tr": 10, "fa": 7, "en": 8}
    assert all(3 <= len(entry["question_variants"]) <= 6 for entry in entries)
    assert {entry["owner"] for entry in entries} <= keys("members")


def test_no_text_is_there_twice() -> None:
    folded = Counter(text.casefold().strip() for text in texts())

    assert [text for text, count in folded.items() if count > 1] == []


def test_no_two_customers_begin_alike() -> None:
    begins = Counter(case["messages"][0]["text"].casefold()[:24] for case in cases())

    assert [text for text, count in begins.items() if count > 1] == []


def test_every_address_is_an_example() -> None:
    top_level = "com|net|org|info|io|app|dev|shop|biz|edu|gov|tr|ir|de|uk|nl|se|no|fr|ch|eu"
    for path in CONTENT.iterdir():
        text = path.read_text(encoding="utf-8")
        hosts = re.findall(r"https?://([^/\s\"]+)", text) + re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text)
        assert [host for host in hosts if not host.endswith(".example")] == [], path.name
        assert re.findall(rf"\b[a-z0-9-]+\.(?:{top_level})\b", text) == [], path.name
