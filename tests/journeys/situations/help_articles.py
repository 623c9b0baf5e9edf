"""Situations of the customers' help: a colleague's page, published by a manager."""

from community.help.articles import ArticleDraft, publish_article
from tests.factories.community import make_page
from tests.journeys.story import Input, Situation, Story


async def _publish(story: Story, who: str) -> Input:
    number = next(story.numbers)
    page = await make_page(f"yardim-{number}", await story.actor("colleague"), title=f"Nasıl iade edilir {number}?")
    return {"sourceId": page.id, "locale": "tr", "slug": f"iade-{number}", "expectedVersion": 0}


async def _withdraw(story: Story, who: str) -> Input:
    given = await _publish(story, who)
    draft = ArticleDraft(source_id=given["sourceId"], locale="tr", slug=given["slug"])
    article = await publish_article(await story.actor("manager"), draft, expected_version=0)
    return {"articleId": article.id, "expectedVersion": article.version}


SITUATIONS: dict[str, Situation] = {"publishHelpArticle": _publish, "withdrawHelpArticle": _withdraw}
