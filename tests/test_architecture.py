"""The rules of the house that no linter knows: packages, documents, events, errors, sizes and names."""

import ast
import importlib
import pkgutil
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, TypeVar, cast, get_args

from beanie import Document
from pydantic import BaseModel

from auth.actor import Permission
from bootstrap.documents import DOCUMENTS
from bootstrap.platform import Platform
from care.documents.ordered import OrderedPolicy, PolicyOrder
from community.documents import Moderated, SpaceContent, Threaded, Written
from community.marks import Mark
from core.errors import DomainError
from core.events import Event
from core.records import PENDING_EVENTS, CreatedOnce, Record
from schema.errors import ErrorCode
from search.engines.embedded import EmbeddedEngine
from worker.subscriptions import all_handlers

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["importlinter"]["root_packages"]

LONGEST_FUNCTION = 40
LONGEST_FILE = 400
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "data", "process", "misc"}

HTTP_ONLY_CODES = {
    "AMBIGUOUS_CREDENTIALS",
    "CROSS_SITE_REQUEST",
    "PAYLOAD_TOO_LARGE",
    "UNAUTHENTICATED",
    "UNSUPPORTED_MEDIA_TYPE",
}
"""Refusals that never reach a payload, for they come before the operation."""

UNHEARD = {
    "CrmSyncChanged",
    "CrmSyncEnded",
    "OrderRecorded",
    "ActionPlanChanged",
    "AnnouncementAcknowledged",
    "AnswerBankMissSettled",
    "ApiTokenCreated",
    "ApiTokenRevoked",
    "AssignmentPoliciesReordered",
    "AssignmentPolicyChanged",
    "BirthdaySettled",
    "BlogPostScheduled",
    "BrandChanged",
    "BusinessCalendarChanged",
    "CampaignChanged",
    "CaseRulesChanged",
    "CertificateSignedOff",
    "CertificationChanged",
    "ChannelChanged",
    "ChannelWentLive",
    "ClaimProposed",
    "ClaimRejected",
    "CompanyValueChanged",
    "ConcernTaken",
    "ConsentRecorded",
    "CourseChanged",
    "CourseProgressed",
    "CoverageRuleSaved",
    "CustomFieldChanged",
    "CustomerImportCancelled",
    "CustomerImportFinished",
    "DraftWithdrawn",
    "GoLivePointMarked",
    "ChannelProbeEnded",
    "GuidelineAttested",
    "GuidelineChanged",
    "HandoverAcknowledged",
    "HandoverWritten",
    "IdeaLinked",
    "InformationCancelled",
    "InformationTaken",
    "InitiativeChanged",
    "InsightDigestChanged",
    "InsightEvidenceChanged",
    "LeaderboardChanged",
    "LeaderboardChosen",
    "LevelRuleChanged",
    "LevelSignedOff",
    "ListeningAlertChanged",
    "ListeningQueryChanged",
    "MentorshipFeedbackGiven",
    "MentorshipGoalsSet",
    "MentorshipMeetingConcluded",
    "MentorshipProgrammeChanged",
    "MergeSuggestionChanged",
    "MessageTemplateChanged",
    "MistakeKindChanged",
    "ModerationItemClaimed",
    "NewcomerLimitsChanged",
    "LetterPreferencesChanged",
    "NoticeAdded",
    "OutcomeSaved",
    "PublicAnswerPolicyChanged",
    "NotificationGrouped",
    "NotificationPreferencesChanged",
    "NotificationsRead",
    "PhraseBookChanged",
    "PointRulesChanged",
    "PollCreated",
    "PollModerated",
    "PollVoted",
    "PracticeDebriefed",
    "PracticeEnded",
    "PracticePaused",
    "PracticeResumed",
    "PracticeScenarioChanged",
    "PracticeScored",
    "BenchmarkChanged",
    "ExperienceChanged",
    "ExperienceEngaged",
    "GuidelineTemplateChanged",
    "MotiveSurveyAnswered",
    "MotiveSurveyChanged",
    "ProgrammeChanged",
    "RepresentativeChosen",
    "RewardChanged",
    "PresenceChanged",
    "PromptChanged",
    "ReactionRemoved",
    "ReadinessAssessed",
    "QualityFormPublished",
    "ReplySampled",
    "SampleCalibrated",
    "StrategySet",
    "ReviewPolicyChanged",
    "RiskChanged",
    "SamplingPolicyChanged",
    "SegmentJoined",
    "SegmentLeft",
    "SigningKeyRevoked",
    "SigningKeysRotated",
    "SlaPoliciesReordered",
    "SlaPolicyChanged",
    "ToneGuideChanged",
    "TrackedLinkChanged",
    "WebhookChanged",
    "WikiApprovalSet",
    "WikiTemplateChanged",
}
"""Events that no handler reacts to: clients hear of them live, or they are there for the record."""

ClassT = TypeVar("ClassT")


def product_files() -> list[Path]:
    """List our Python files, without those of packages that Node.js brings."""
    return sorted(
        path for package in [*PACKAGES, "bench"] for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts
    )


@cache
def product_modules() -> list[ModuleType]:
    tops = [importlib.import_module(package) for package in PACKAGES]
    found = [module.name for top in tops for module in pkgutil.walk_packages(top.__path__, f"{top.__name__}.")]
    return tops + [importlib.import_module(name) for name in found if not name.endswith("__main__")]


def classes_of(kind: type[ClassT]) -> dict[str, type[ClassT]]:
    """Give our classes of a kind by name, each from the module that defines it."""
    return {
        name: value
        for module in product_modules()
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, kind) and value.__module__ == module.__name__
    }


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its docstring."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


@cache
def trees() -> list[tuple[str, ast.Module]]:
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))) for path in product_files()]


def test_every_package_is_under_the_layers() -> None:
    on_disk = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}

    layers = next(contract for contract in PROJECT["tool"]["importlinter"]["contracts"] if contract["type"] == "layers")["layers"]

    assert on_disk == set(PACKAGES)
    assert {name for layer in layers for name in layer.split(" | ")} == set(PACKAGES)


def test_every_package_is_installed() -> None:
    inits = [path for path in product_files() if path.name == "__init__.py"]

    assert sorted(".".join(path.parent.relative_to(ROOT).parts) for path in inits) == sorted(
        PROJECT["tool"]["setuptools"]["packages"]
    )
    assert [str(path) for path in inits if path.read_bytes()] == []


def test_every_document_is_declared_once() -> None:
    bases = {Record, CreatedOnce, Mark, Moderated, OrderedPolicy, PolicyOrder, SpaceContent, Threaded, Written}
    documents = {name for name, document in classes_of(Document).items() if document not in bases}

    assert sorted(document.__name__ for document in DOCUMENTS) == sorted(documents)


def test_every_record_has_the_index_of_the_relay() -> None:
    without = [
        document.__name__
        for document in DOCUMENTS
        if issubclass(document, Record) and PENDING_EVENTS not in vars(document.Settings).get("indexes", [])
    ]

    assert without == []


def parts_of(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from parts_of(part)


def models_in(document: type[BaseModel]) -> set[type[BaseModel]]:
    """Give a document and every model inside it."""
    found: set[type[BaseModel]] = set()
    waiting: list[type[BaseModel]] = [document]
    while waiting:
        model = waiting.pop()
        found.add(model)
        parts = [part for field in model.model_fields.values() for part in parts_of(field.annotation)]
        waiting += [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel) and part not in found]
    return found


def test_no_field_of_a_document_is_untyped() -> None:
    """A change inside a value of no type is not seen, so it would silently not be stored."""
    untyped = {
        f"{model.__name__}.{name}"
        for document in DOCUMENTS
        for model in models_in(document)
        for name, field in model.model_fields.items()
        if {Any, object} & {part for part in parts_of(field.annotation) if part in {Any, object}}
    }

    assert untyped == set()


def test_no_field_is_named_like_a_method_of_documents() -> None:
    methods = {name for name in dir(Document) if callable(getattr(Document, name, None))}

    assert {f"{document.__name__}.{name}" for document in DOCUMENTS for name in document.model_fields if name in methods} == set()


def recorded_events() -> dict[str, type[Event]]:
    events = classes_of(Event)
    bases = {base for event in events.values() for base in event.__mro__[1:]}
    return {name: event for name, event in events.items() if event not in bases}


def test_every_event_says_what_happened() -> None:
    silent = [name for name, event in recorded_events().items() if not event.__doc__ or event.__doc__.startswith(f"{name}(")]

    assert silent == []


def test_every_event_is_heard_or_listed_as_unheard() -> None:
    platform = cast("Platform", SimpleNamespace(search=EmbeddedEngine(None)))
    heard = {kind for handler in all_handlers(platform).all() for kind in handler.reactions}

    assert heard - recorded_events().keys() == set()
    assert recorded_events().keys() - heard == UNHEARD


def test_every_code_belongs_to_one_error_and_is_told_by_the_schema() -> None:
    owners: dict[str, list[str]] = {}
    for name, error in classes_of(DomainError).items():
        if "code" in vars(error) and error is not DomainError:
            owners.setdefault(error.code, []).append(name)

    assert {code: names for code, names in owners.items() if len(names) > 1} == {}
    assert owners.keys() - ErrorCode.__members__.keys() == HTTP_ONLY_CODES


def test_permissions_stand_in_the_order_of_the_alphabet() -> None:
    assert [permission.value for permission in Permission] == sorted(permission.value for permission in Permission)


def test_no_key_stands_twice_in_a_table() -> None:
    doubled = []
    for name, tree in trees():
        for node in (one for one in ast.walk(tree) if isinstance(one, ast.Dict)):
            keys = [ast.unparse(key) for key in node.keys if key]
            doubled += [f"{name}:{node.lineno} {key}" for key in sorted(set(keys)) if keys.count(key) > 1]

    assert doubled == []


def test_functions_and_files_are_short() -> None:
    long_files = [name for name, _ in trees() if len((ROOT / name).read_text(encoding="utf-8").splitlines()) > LONGEST_FILE]
    long_functions = [
        f"{name}:{function.lineno} {function.name}"
        for name, tree in trees()
        for function in functions_of(tree)
        if code_lines(function) > LONGEST_FUNCTION
    ]

    assert long_files == []
    assert long_functions == []


def test_a_decision_reads_the_clock_once() -> None:
    torn = [
        f"{name}:{function.lineno} {function.name}"
        for name, tree in trees()
        if not name.startswith("kopru/")  # the demo makes up its times one after the other
        for function in functions_of(tree)
        if sum(isinstance(one, ast.Call) and ast.unparse(one.func) == "now" for one in ast.walk(function)) > 1
    ]

    assert torn == []


def test_schema_reads_the_rows_of_a_list_together() -> None:
    one_by_one = [
        f"{name}:{comprehension.lineno}"
        for name, tree in trees()
        if name.startswith("schema/")
        for comprehension in ast.walk(tree)
        if isinstance(comprehension, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
        for part in (one for one in ast.iter_child_nodes(comprehension) if not isinstance(one, ast.comprehension))
        if any(isinstance(node, ast.Await) for node in ast.walk(part))
    ]

    assert one_by_one == []


def test_modules_are_named_after_what_they_hold_and_say_it() -> None:
    names = {path: {*path.relative_to(ROOT).with_suffix("").parts} for path in product_files()}
    nameless = [
        str(path) for path, parts in names.items() if parts & BANNED_NAMES or any(part.endswith("_service") for part in parts)
    ]
    silent = [name for name, tree in trees() if tree.body and ast.get_docstring(tree) is None]

    assert nameless == []
    assert silent == []


def test_imports_stand_at_the_top_and_name_the_whole_path() -> None:
    wrong = []
    for name, tree in trees():
        inside = {node for function in functions_of(tree) for node in ast.walk(function)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and node in inside:
                wrong.append(f"{name}:{node.lineno} inside a function")
            if isinstance(node, ast.ImportFrom) and node.level:
                wrong.append(f"{name}:{node.lineno} relative")
            if isinstance(node, ast.Name | ast.alias) and getattr(node, "id", getattr(node, "name", "")) == "TYPE_CHECKING":
                wrong.append(f"{name}:{node.lineno} TYPE_CHECKING")

    assert wrong == []
