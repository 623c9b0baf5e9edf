from typing import Any

import pytest
from pydantic import ValidationError

from auth.actor import Actor, Role
from community.wiki.documents import WikiTemplate
from community.wiki.templates import (
    Filling,
    TemplateDraft,
    count_templates,
    create_from_template,
    create_template,
    delete_template,
    edit_template,
    list_templates,
)
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidFields, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from tests.community.watching import snapshot
from tests.factories.community import customer_actor, make_actor

DRAFT: dict[str, Any] = {
    "name": "Olay raporu",
    "title": "Olay: {{ subject }}",
    "body": "## Ne oldu?\n{{subject}}, {{place}}\n\n## سپس چه شد؟\n",
    "tag_slugs": ["olay"],
    "variables": [{"name": "subject", "label": "Konu"}, {"name": "place", "label": "Yer", "default": "Depo"}],
}


async def _made(**changes: Any) -> tuple[WikiTemplate, Actor, Actor]:
    manager, agent = await make_actor(Role.MANAGER), await make_actor(Role.AGENT)
    draft = TemplateDraft.model_validate(DRAFT | changes)
    return await create_template(manager, draft, once=Once()), manager, agent


async def test_a_page_is_made_of_a_template_with_its_gaps_filled(store: Database) -> None:
    template, _, agent = await _made()

    page = await create_from_template(
        agent, template.id, Filling(path="olay-1", values={"subject": "Su {{place}} baskını"}), once=Once()
    )

    assert (page.title, page.path, [tag.slug for tag in page.tags]) == ("Olay: Su {{place}} baskını", "olay-1", ["olay"])
    assert page.body == "## Ne oldu?\nSu {{place}} baskını, Depo\n\n## سپس چه شد؟"
    assert page.author_id == agent.member


async def test_gaps_without_words_and_words_without_gaps_are_refused(store: Database) -> None:
    template, manager, agent = await _made()
    short, _, _ = await _made(title="{{subject}}")
    agency = await make_actor(Role.AGENCY)
    before = await snapshot(store)

    for values in ({}, {"subject": ""}, {"subject": "x", "other": "y"}):
        with pytest.raises(InvalidInput):
            await create_from_template(agent, template.id, Filling(path="olay", values=values), once=Once())
    with pytest.raises(InvalidFields) as caught:
        await create_from_template(agent, short.id, Filling(path="olay", values={"subject": "x"}), once=Once())
    assert caught.value.problems[0].path == ("values",)
    twice = [*DRAFT["variables"], DRAFT["variables"][0]]
    unused = [*DRAFT["variables"], {"name": "date", "label": "Tarih"}]
    wrong: list[dict[str, Any]] = [{"body": "{{unknown}}"}, *({"variables": one} for one in ([], twice, unused))]
    for changes in wrong:
        with pytest.raises(InvalidInput):
            await create_template(manager, TemplateDraft.model_validate(DRAFT | changes), once=Once())
    with pytest.raises(Forbidden):
        await create_template(agent, TemplateDraft.model_validate(DRAFT), once=Once())
    with pytest.raises(Forbidden):
        await create_from_template(agency, template.id, Filling(path="olay", values={"subject": "x"}), once=Once())
    assert await snapshot(store) == before


async def test_templates_are_changed_listed_by_name_and_taken_away(store: Database) -> None:
    template, manager, agent = await _made()
    other, _, _ = await _made(name="Ayrılış")

    changed = TemplateDraft.model_validate(DRAFT | {"name": "Zarar raporu"})
    template = await edit_template(manager, template.id, changed, expected_version=1)
    with pytest.raises(Conflict):
        await edit_template(manager, template.id, changed, expected_version=1)
    assert [one.id for one in (await list_templates(agent, Window())).items] == [other.id, template.id]
    assert (await count_templates(agent), await count_templates(customer_actor())) == (2, 0)
    with pytest.raises(Forbidden):
        await delete_template(agent, template.id, expected_version=2)
    await delete_template(manager, template.id, expected_version=2)
    with pytest.raises(NotFound):
        await create_from_template(agent, template.id, Filling(path="olay"), once=Once())


@pytest.mark.parametrize("name", ["", "Tarih", "baş", "start date", "start-date"])
def test_a_variable_is_named_by_small_letters(name: str) -> None:
    given = DRAFT | {"variables": [{"name": name, "label": "Tarih"}]}
    with pytest.raises(ValidationError, match="small letters") as refused:
        TemplateDraft.model_validate(given)
    assert [error["loc"] for error in refused.value.errors()] == [("variables", 0, "name")]
