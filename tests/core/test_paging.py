"""Keyset pages: every row once, in order, forwards and backwards, whatever is inserted meanwhile."""

from core.database import Database
from core.paging import Order, Position, Slice, Window, count, read_slice, take_slice
from core.records import save
from tests.core.thing import Thing, make_thing

BY_SCORE = Order((("score", 1),))
BY_SCORE_DOWN = Order((("score", -1),))


async def fill(rows: int) -> None:
    for number in range(rows):
        await save(make_thing(f"thing_{number:02}", score=number // 3))


def names(page: Slice[Thing]) -> list[str]:
    return [thing.id for thing in page.items]


async def walk(order: Order, limit: int, *, backwards: bool = False) -> list[list[str]]:
    pages: list[list[str]] = []
    place: Position | None = None
    while True:
        window = Window(limit=limit, before=place, backwards=True) if backwards else Window(limit=limit, after=place)
        page = await read_slice(Thing, {}, order, window)
        pages.append(names(page))
        if not (page.has_previous if backwards else page.has_next):
            return pages
        place = page.positions[0] if backwards else page.positions[-1]


async def test_pages_forwards_hold_every_row_once(things: Database) -> None:
    await fill(11)

    pages = await walk(BY_SCORE, 4)

    assert [len(page) for page in pages] == [4, 4, 3]
    assert [name for page in pages for name in page] == [f"thing_{number:02}" for number in range(11)]


async def test_descending_pages_break_ties_in_their_direction(things: Database) -> None:
    await fill(7)

    pages = await walk(BY_SCORE_DOWN, 2)

    assert [name for page in pages for name in page] == [f"thing_{number:02}" for number in reversed(range(7))]


async def test_pages_backwards_come_in_the_order_of_the_list(things: Database) -> None:
    await fill(5)

    assert await walk(BY_SCORE, 2, backwards=True) == [["thing_03", "thing_04"], ["thing_01", "thing_02"], ["thing_00"]]


async def test_insert_before_the_place_shifts_nothing(things: Database) -> None:
    await fill(6)
    first = await read_slice(Thing, {}, BY_SCORE, Window(limit=3))
    await save(make_thing("thing_new", score=-1))

    second = await read_slice(Thing, {}, BY_SCORE, Window(limit=3, after=first.positions[-1]))

    assert names(second) == ["thing_03", "thing_04", "thing_05"]
    assert (second.has_previous, second.has_next) == (True, False)


async def test_filter_and_window_go_together(things: Database) -> None:
    await fill(9)

    page = await read_slice(Thing, {"score": {"$gte": 1}}, BY_SCORE, Window(limit=2, after=Position((1, "thing_04"))))

    assert names(page) == ["thing_05", "thing_06"]
    assert await count(Thing, {"score": {"$gte": 1}}) == 6


def test_short_list_is_cut_by_the_same_rules() -> None:
    rows = ["a", "b", "c", "d"]
    places = [Position((row,)) for row in rows]

    assert take_slice(rows, places, Window(limit=2)).items == ["a", "b"]
    middle = take_slice(rows, places, Window(limit=2, after=places[0]))
    assert (middle.items, middle.has_previous, middle.has_next) == (["b", "c"], True, True)
    last = take_slice(rows, places, Window(limit=3, backwards=True))
    assert (last.items, last.has_previous, last.has_next) == (["b", "c", "d"], True, False)
    assert take_slice(rows, places, Window(limit=2, before=places[2], backwards=True)).items == ["a", "b"]
