"""The documentation is true: its links, its GraphQL, its commands, and each requirement with its test."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from core.settings import Settings
from schema.errors import ErrorCode

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
REQUIREMENTS = range(1, 115)
UNTRACKED = {".git", ".data", "node_modules", "build"}
TEXTS = {".py", ".md", ".toml", ".yml", ".lock", ".graphql", ".json", ".mjs", ".js", ".jsx", ".html", ".sh", "", ".example"}


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement as the table has it."""

    number: int
    what: str
    state: str
    operation: str
    test: str


def rows() -> list[Row]:
    table = (ROOT / "docs/requirements.md").read_text(encoding="utf-8")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("| R")]
    return [
        Row(int(number.removeprefix("R")), what, state, operation, test.strip("`"))
        for number, what, state, operation, test in cells
    ]


def test_every_requirement_has_one_row() -> None:
    assert [row.number for row in rows()] == list(REQUIREMENTS)
    assert [row.number for row in rows() if row.state not in {"done", "part", "open"} or not row.what] == []


def test_the_summary_of_requirements_counts_them() -> None:
    states = [row.state for row in rows()]
    summary = f"{states.count('done')} done, {states.count('part')} in part, {states.count('open')} open."

    assert summary in (ROOT / "docs/requirements.md").read_text(encoding="utf-8").splitlines()


def test_what_is_done_names_an_operation_and_a_test_that_exists() -> None:
    claimed = [row for row in rows() if row.state in {"done", "part"}]

    assert [row.number for row in claimed if not row.operation or not exists(row.test)] == []
    assert [row.number for row in rows() if row.state == "open" and (row.operation or row.test)] == []


def exists(test: str) -> bool:
    path, _, function = test.partition("::")
    return bool(function) and (ROOT / path).is_file() and function in functions_of(ROOT / path)


@cache
def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", target)]

    assert [target for target in targets if not leads_somewhere(page, target)] == []


def leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    found = page if not path else (page.parent / path).resolve()
    if not found.exists():
        return False
    return not anchor or anchor in anchors_of(found)


@cache
def anchors_of(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings} | set(headings)


def graphql_blocks() -> Iterator[tuple[str, str, str]]:
    for page in PAGES:
        for number, (audience, body) in enumerate(
            re.findall(r"```graphql ?(\w*)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        ):
            yield f"{named(page)}:{number}", audience, body


@cache
def schema_of(audience: str) -> GraphQLSchema:
    return build_schema((ROOT / "schema" / f"{audience}.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("audience", "document"), [pytest.param(audience, body, id=place) for place, audience, body in graphql_blocks()]
)
def test_graphql_in_the_documentation_is_valid(audience: str, document: str) -> None:
    assert audience in {"staff", "portal"}

    assert [error.message for error in validate(schema_of(audience), parse(document))] == []


def test_examples_of_the_readme_are_valid() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    documents = re.findall(r'\{"query": "(.*?)"\}', readme) + re.findall(r'query: "(subscription .*?)",', readme)

    assert len(documents) == 2
    assert [error.message for document in documents for error in validate(schema_of("staff"), parse(document))] == []


def test_commands_of_the_readme_are_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    used = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert {"demo", "tour", "test", "check"} <= used
    assert used - targets == set()


def test_commands_of_the_product_exist() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "kopru").rglob("*.py")))
    commands = set(re.findall(r"(?:add_parser\(|_(?:action|one)\(\s*actions,)\s*\"([a-z-]+)\"", sources))
    used = {command for page in PAGES for command in re.findall(r"`kopru ([a-z][a-z -]*)", page.read_text(encoding="utf-8"))}

    assert {word for command in used for word in command.split(" -")[0].split()} - commands == set()


def test_every_setting_is_explained_to_operators() -> None:
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    assert [name for name in Settings.model_fields if f"`KOPRU_{name.upper()}`" not in operations] == []


def test_every_code_of_an_error_is_explained() -> None:
    explained = anchors_of(ROOT / "docs/api/errors.md")

    assert ErrorCode.__members__.keys() - explained == set()
    sources = "".join(path.read_text(encoding="utf-8") for area in ("api", "schema") for path in (ROOT / area).rglob("*.py"))
    others = set(re.findall(r"(?:\"code\": |\bcode(?:: ClassVar\[str\])? ?= ?)\"([A-Z_]+)\"", sources))
    assert {"BAD_REQUEST", "UNKNOWN_OPERATION", "OVERLOADED", "INTERNAL"} <= others
    assert others - explained == {"REFUSED"}  # what the guards have in common, and no client meets


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [*project["dependency-groups"]["dev"], *project["dependency-groups"]["build"]]
    declared = [*project["project"]["dependencies"], *(one for one in groups if isinstance(one, str))]
    names = {re.split(r"[^A-Za-z0-9_-]", one)[0] for one in declared}
    table = "\n".join(line for line in dependencies().splitlines() if line.startswith("|"))

    assert {name for name in names if f"`{name}`" not in dependencies()} == set()
    assert set(re.findall(r"`([a-z][a-z0-9-]*)`(?= \||,)", first_cells(table))) - names == set()


def dependencies() -> str:
    return (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")


def first_cells(table: str) -> str:
    return "\n".join(line.split("|")[1] + "|" for line in table.splitlines())


def test_decisions_have_their_parts_and_are_listed() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    index = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    parts = ["## Context", "## Decision", "## Consequences", "## Alternatives"]

    for decision in decisions:
        assert re.findall(r"^## .+$", decision.read_text(encoding="utf-8"), re.MULTILINE) == parts
        assert f"({decision.name})" in index
    assert [int(decision.name[:4]) for decision in decisions] == list(range(1, len(decisions) + 1))


def kept_files() -> Iterator[Path]:
    """Give the text files of the checkout that are ours: no environment, no cache, nothing that was installed."""
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        is_ours = not any(
            part in UNTRACKED or part.startswith((".venv", ".mypy", ".ruff", ".pytest", ".hypothesis", ".import"))
            for part in parts
        )
        if is_ours and path.is_file() and path.suffix in TEXTS and not path.name.endswith(("explorer.js", ".coverage")):
            yield path


def test_no_machine_and_no_package_index_is_named() -> None:
    """A lock file that names an index, or a path of somebody's home, works for one person only."""
    machine = re.compile(r"(?<![\w.])/(?:home|Users|root|work|mnt)/\w+")
    index = re.compile(r"--(?:extra-)?index-url|(?:^|\s)--find-links|\"resolved\": \"(?!https://registry\.npmjs\.org/)")

    named_in = [str(path.relative_to(ROOT)) for path in kept_files() if is_named(path, machine) or is_named(path, index)]

    assert named_in == []


def is_named(path: Path, pattern: re.Pattern[str]) -> bool:
    return pattern.search(path.read_text(encoding="utf-8", errors="replace")) is not None
