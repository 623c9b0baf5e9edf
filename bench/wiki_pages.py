"""Ten thousand pages of the wiki: sections with pages below, which link to each other, each with two revisions."""

from datetime import timedelta
from typing import Final

from auth.accounts import create_account
from auth.actor import SYSTEM, Role
from auth.drafts import AccountDraft
from auth.identify import actor_of
from bootstrap.platform import Platform
from community.wiki.documents import ROOT, WikiPage, WikiRevision
from community.wiki.places import place_of
from community.wiki.revisions import revision_id
from community.wiki.writing import content
from core.clock import now
from core.ids import derived_id
from core.records import save_new
from worker.run import Worker

SECTION: Final = 100
"""Of so many pages one is a section, and the others stand below it."""
_BATCH: Final = 500
_SCREENS: Final = 50
_BODY = """## Müşteri sorarsa

Önce [depoya](/wiki/{section}) sorulur, **sonra** [kargoya](/wiki/{other}).

1. Sipariş numarası alınır.
2. پیگیری سفارش انجام می‌شود.

| Gün | İş |
| --- | --- |
| 1 | Depo |
| 3 | Kargo |
"""


async def fill_wiki(platform: Platform, *, pages: int) -> list[str]:
    """Make the pages and give the paths of some, sections first: these have the most links to them."""
    draft = AccountDraft(email="selin@narin.example", name="Selin Ak", roles=[Role.EXPERT])
    author = (await actor_of((await create_account(SYSTEM, draft)).id)).member
    await Worker(platform).drain()
    for start in range(0, pages, _BATCH):
        made = [_page(number, pages, author) for number in range(start, min(start + _BATCH, pages))]
        await save_new(made)
        await save_new([_revision(page, number, author) for page in made for number in (1, 2)])
    sections = [_path(number) for number in range(0, pages, SECTION)]
    return [*sections, *(_path(number) for number in range(1, pages, SECTION))][:_SCREENS]


def _path(number: int) -> str:
    section = number - number % SECTION
    return f"bolum-{section}" if number == section else f"bolum-{section}/sayfa-{number}"


def _page(number: int, pages: int, author: str) -> WikiPage:
    path, section = _path(number), number - number % SECTION
    parent_id = ROOT if number == section else derived_id("wik", "bench", str(section))
    slug = path.rpartition("/")[2]
    body = _BODY.format(section=_path(section), other=_path((number * 7 + 1) % pages))
    at = now() - timedelta(minutes=number)
    return WikiPage(
        id=derived_id("wik", "bench", str(number)),
        created_at=at,
        updated_at=at,
        parent_id=parent_id,
        slug=slug,
        place=place_of(parent_id, slug),
        path=path,
        author_id=author,
        edited_by=author,
        owner_id=author,
        verified_until=at + timedelta(days=90),
        **content(f"Sayfa {number}: ne yapılır?", body),
    )


def _revision(page: WikiPage, number: int, author: str) -> WikiRevision:
    return WikiRevision(
        id=revision_id(page.id, number),
        created_at=page.created_at + timedelta(seconds=number),
        page_id=page.id,
        number=number,
        title=page.title,
        body=page.body,
        summary="Kısaldı" if number > 1 else None,
        author_id=author,
    )
