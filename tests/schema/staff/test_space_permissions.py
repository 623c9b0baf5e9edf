"""Who may do what in an open, a closed and a secret space, as a table; a mutation without rows there fails."""

from pathlib import Path

import pytest
from strawberry.types import get_object_definition

from community.spaces.documents import SpaceVisibility
from schema.staff.blog_mutations import BlogMutations
from schema.staff.calm_mutations import CalmMutations
from schema.staff.closing_mutations import ClosingMutations
from schema.staff.comment_mutations import CommentMutations
from schema.staff.idea_mutations import IdeaMutations
from schema.staff.keeping_mutations import KeepingMutations
from schema.staff.moderation_mutations import ModerationMutations
from schema.staff.polls import PollMutations
from schema.staff.prompt_mutations import PromptMutations
from schema.staff.question_edits import QuestionEdits
from schema.staff.question_mutations import QuestionMutations
from schema.staff.reaction_mutations import ReactionMutations
from schema.staff.space_mutations import SpaceMutations
from schema.staff.strategy_mutations import StrategyMutations
from schema.staff.watch_mutations import WatchMutations
from schema.staff.wiki_approval_mutations import WikiApprovalMutations
from schema.staff.wiki_draft_mutations import WikiDraftMutations
from schema.staff.wiki_imports import WikiImportMutations
from schema.staff.wiki_mutations import WikiMutations
from tests.journeys.crafting import operations
from tests.schema.staff.space_situations import CALLERS, file_of, set_scene
from tests.schema.staff.space_situations import SITUATIONS as IN_SPACES
from tests.schema.staff.staff import Staff
from tests.schema.staff.strategy_situations import STRATEGY_SITUATIONS

SITUATIONS = IN_SPACES | STRATEGY_SITUATIONS

TABLE = Path(__file__).parent / "space_permissions.txt"
ELSEWHERE = {
    "publishQuestion",
    "editWikiDraft",
    "publishWikiDraft",
    "discardWikiDraft",
    "setNewcomerLimits",
    "createIdeaFromMessage",
    "linkIdeaToMessage",
}
"""Of customers' questions and messages, which stand in no closed space; of drafts, which nobody but who writes them reads; of the
company."""


def table() -> dict[tuple[str, str], dict[str, str]]:
    """Read the checked-in table: by mutation and visibility what each caller is answered."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0] == ["mutation", "visibility", *CALLERS]
    return {(line[0], line[1]): dict(zip(CALLERS, line[2:], strict=True)) for line in lines[1:]}


ACTING_IN_SPACES = (
    SpaceMutations,
    QuestionMutations,
    QuestionEdits,
    CommentMutations,
    ClosingMutations,
    KeepingMutations,
    ReactionMutations,
    WatchMutations,
    WikiMutations,
    WikiDraftMutations,
    WikiApprovalMutations,
    WikiImportMutations,
    ModerationMutations,
    CalmMutations,
    PollMutations,
    PromptMutations,
    BlogMutations,
    IdeaMutations,
    StrategyMutations,
)


def declared() -> set[str]:
    """Name the mutations of the classes that act in spaces, as the schema has them."""
    fields = {field.python_name for kind in ACTING_IN_SPACES for field in get_object_definition(kind, strict=True).fields}
    return {name for name in operations("staff", "mutation") if _snake(name) in fields}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def test_every_mutation_in_spaces_has_its_rows() -> None:
    rows = {(name, visibility.value) for name in declared() - ELSEWHERE for visibility in SpaceVisibility}

    assert set(table()) == rows
    assert set(SITUATIONS) == declared() - ELSEWHERE


@pytest.mark.parametrize("visibility", list(SpaceVisibility))
async def test_table_of_spaces_holds(staff: Staff, visibility: SpaceVisibility) -> None:
    expected = {name: row for (name, where), row in table().items() if where == visibility.value}
    found: dict[str, dict[str, str]] = {}
    scene = await set_scene(visibility)
    for name in sorted(expected):
        kind = f"{name[0].upper()}{name[1:]}Input"
        document = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"
        found[name] = {}
        for caller in CALLERS:
            given = await SITUATIONS[name](scene)
            if name == "importWikiPages":
                given["fileId"] = await file_of(scene.people[caller])
            answer = (await staff.ask(scene.people[caller], document, input=given))[name]
            found[name][caller] = " ".join(error["code"] for error in answer["userErrors"]) or "yes"
            if found[name][caller] == "yes" and name in CHANGES_WHO_IS_IN:
                scene = await set_scene(visibility)

    assert found == expected


CHANGES_WHO_IS_IN = {"joinSpace", "leaveSpace", "changeSpaceRole", "removeSpaceMember"}
"""After these the next caller gets a space as it was."""
