"""Runs of the documents that search and suggest."""

from auth.actor import Role
from community.answers import accept_answer
from tests.factories import care, community
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World


@run
async def run_search(staff: Staff, world: World) -> None:
    question = await community.make_question(world.agent, title="Kargo gecikmesi nasıl bildirilir?", tag_slugs=["kargo"])
    entry = await care.make_entry(title="Kargo gecikmesi")
    await staff.index()
    given = {"query": "kargo gecikmesi", "filter": {"kind": {"in": ["QUESTION", "ANSWER_BANK_ENTRY"]}}, "first": 10}
    found = (await staff.ask(world.agent, "Search", **given))["search"]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (2, False)
    assert sorted((edge["node"]["__typename"], edge["node"]["id"]) for edge in found["edges"]) == [
        ("AnswerBankEntry", entry.id),
        ("Question", question.id),
    ]
    assert all("<mark>" in edge["highlight"]["title"] for edge in found["edges"])
    kinds = next(facet for facet in found["facets"] if facet["name"] == "kind")
    assert {bucket["value"]: bucket["count"] for bucket in kinds["buckets"]} == {"ANSWER_BANK_ENTRY": 1, "QUESTION": 1}
    tagged = {"and": [{"tag": {"eq": "kargo"}}], "updatedAt": {"after": "2000-01-01T00:00:00Z", "before": "2100-01-01T00:00:00Z"}}
    narrowed = (await staff.ask(world.agent, "Search", query="kargo", filter=tagged))["search"]
    assert [edge["node"]["id"] for edge in narrowed["edges"]] == [question.id]
    contradiction = {"kind": {"eq": "CASE"}, "and": [{"kind": {"eq": "MEMBER"}}]}
    assert (await staff.ask(world.agent, "Search", query="kargo", filter=contradiction))["search"]["totalCount"] == 0


@run
async def run_experts(staff: Staff, world: World) -> None:
    department, skill = await community.make_department("Kargo"), await community.make_skill("İade")
    given = {"display_name": "Ela Tan", "job_title": "Depo sorumlusu", "department_id": department.id, "skill_ids": [skill.id]}
    expert = await community.make_actor(Role.EXPERT, **given)
    answer = await community.make_answer(await community.make_question(world.agent), expert)
    await community.make_question(world.agent, invited_expert_ids=[expert.member])
    wanted = {"filter": {"skillId": {"in": [skill.id]}, "onShift": {"eq": False}}, "first": 10}
    found = (await staff.ask(world.agent, "Experts", **wanted))["experts"]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (1, False)
    (row,) = found["nodes"]
    (evidence,) = row.pop("evidence")["nodes"]
    assert row == {
        "id": expert.member,
        "displayName": "Ela Tan",
        "jobTitle": "Depo sorumlusu",
        "department": {"id": department.id, "name": "Kargo"},
        "skills": {"nodes": [{"id": skill.id, "name": "İade"}]},
        "availability": "OFFLINE",
        "onShift": False,
        "openQuestionCount": 1,
        "typicalAnswerSeconds": 0,
    }
    assert (evidence["kind"], evidence["weight"], evidence["source"]) == (
        "ANSWER",
        1.0,
        {"__typename": "Answer", "id": answer.id},
    )
    nobody = {"filter": {"skillId": {"eq": skill.id}, "onShift": {"eq": True}}}
    assert (await staff.ask(world.agent, "Experts", **nobody))["experts"]["nodes"] == []
    await staff.index()
    by_words = (await staff.ask(world.agent, "Experts", query="depo", first=5))["experts"]
    assert (by_words["totalCount"], [row["id"] for row in by_words["nodes"]]) == (1, [expert.member])


@run
async def run_suggest_experts(staff: Staff, world: World) -> None:
    question = await community.make_question(world.agent, title="Kargo gecikmesi nasıl bildirilir?", tag_slugs=["kargo"])
    answer = await community.make_answer(question, world.expert)
    await community.accept(answer, world.agent, expected_version=question.version)
    await staff.index()
    suggestions = await staff.ask(world.agent, "SuggestExperts", text="Kargo gecikmesi için ne yapmalıyım?", first=3)
    (edge,) = suggestions["expertSuggestions"]["edges"]
    assert (edge["node"]["id"], edge["node"]["displayName"], edge["node"]["onShift"]) == (
        world.expert.member,
        "Ali Rezaei",
        False,
    )
    assert edge["score"] > 0
    assert {(reason["kind"], reason["source"]["__typename"]) for reason in edge["reasons"]} == {("ACCEPTED_ANSWER", "Answer")}


@run
async def run_case_suggestions(staff: Staff, world: World) -> None:
    question = await community.make_question(world.agent, title="Sipariş iki haftadır gelmedi, ne yapmalı?")
    answer = await community.make_answer(question, world.expert)
    await accept_answer(world.agent, answer.id, expected_version=question.version)
    entry = await care.make_entry(title="Sipariş gelmedi", body="Siparişiniz için özür dileriz.")
    await staff.index()
    suggestions = (await staff.ask(world.agent, "CaseSuggestions", id=world.case.id, first=3))["node"]["suggestions"]
    assert [edge["node"]["id"] for edge in suggestions["answerBankEntries"]["edges"]] == [entry.id]
    assert [edge["node"] for edge in suggestions["knowledge"]["edges"]] == [
        {"__typename": "Question", "id": question.id, "title": question.title}
    ]
    assert [edge["node"]["id"] for edge in suggestions["experts"]["edges"]] == [world.expert.member]


@run
async def run_similar_questions(staff: Staff, world: World) -> None:
    question = await community.make_question(world.agent, title="Kargo gecikmesi nasıl bildirilir?")
    await community.make_answer(question, world.expert)
    await community.make_question(world.agent, title="Fatura adresi değişir mi?", body="Müşteri soruyor.")
    await staff.index()
    similar = (await staff.ask(world.agent, "SimilarQuestions", title="Kargo gecikmesi bildirilir mi?", first=3))[
        "similarQuestions"
    ]
    (edge,) = similar["edges"]
    assert edge["node"] == {"id": question.id, "title": question.title, "status": "ANSWERED", "answerCount": 1}
