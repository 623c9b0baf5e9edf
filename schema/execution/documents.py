"""Parsing and validating documents once: a bounded memory of those that passed, and the rules they passed."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, cast

from graphql import (
    DocumentNode,
    GraphQLError,
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
    specified_rules,
    validate,
)
from graphql.validation.validate import ValidationAbortedError
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types.execution import ParseOptions
from typing_extensions import override

from schema.execution.limits import DocumentLimits, refuse_beyond

_MOST_ERRORS = 10
# graphql-core allows 500,000 comparisons of overlapping fields, about 0.2 s of a process; the largest screen needs 63.
_MOST_COMPARISONS = 5_000


class BoundedOverlapRule(OverlappingFieldsCanBeMergedRule):
    """The standard rule, which is quadratic in repeated fields, stopped before it takes longer than the operation may."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = _MOST_COMPARISONS


RULES = (
    *(BoundedOverlapRule if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)


class KnownDocuments:
    """Documents that were parsed, counted and validated before, the least recently used forgotten first.

    Only valid documents are kept, so a stranger's nonsense pushes nothing out. Bounded by `most_characters` of query text,
    since a syntax tree takes memory in proportion to its text.
    """

    def __init__(self, *, most_characters: int = 1_000_000) -> None:
        self.hits = 0
        self.characters = 0
        self._most_characters = most_characters
        self._documents: OrderedDict[str, DocumentNode] = OrderedDict()

    def find(self, query: str) -> DocumentNode | None:
        document = self._documents.get(query)
        if document is not None:
            self.hits += 1
            self._documents.move_to_end(query)
        return document

    def keep(self, query: str, document: DocumentNode) -> None:
        if query in self._documents or len(query) > self._most_characters:
            return
        self._documents[query] = document
        self.characters += len(query)
        while self.characters > self._most_characters:
            forgotten, _ = self._documents.popitem(last=False)
            self.characters -= len(forgotten)

    def __len__(self) -> int:
        return len(self._documents)


class DocumentGate(SchemaExtension):
    """Lets a document reach execution only when it is within the limits and valid; the counting comes before the validation."""

    def __init__(self, known: KnownDocuments, limits: DocumentLimits) -> None:
        self._known = known
        self._limits = limits

    @override
    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        document = self._known.find(context.query or "")
        if document is not None:
            context.graphql_document = document
            context.pre_execution_errors = []  # an empty list tells strawberry that the validation has been done
            yield
            return
        context.parse_options = parse_options(self._limits)
        yield
        if context.graphql_document is not None:
            context.pre_execution_errors = refuse_beyond(self._limits, context.graphql_document) or None

    @override
    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        if context.pre_execution_errors is None and context.graphql_document is not None:
            context.pre_execution_errors = self._validate(context.graphql_document)
            if not context.pre_execution_errors:
                self._known.keep(context.query or "", context.graphql_document)
        yield

    def _validate(self, document: DocumentNode) -> list[GraphQLError]:
        graphql_schema = self.execution_context.schema._schema  # noqa: SLF001 - the only handle strawberry gives its own extensions
        return [_explain(error) for error in validate(graphql_schema, document, RULES, max_errors=_MOST_ERRORS)]


def parse_options(limits: DocumentLimits) -> ParseOptions:
    """Bound the parser. Strawberry's type knows an older name of the token limit only."""
    bounds = asdict(limits)
    options: dict[str, Any] = {
        "max_source_length": bounds["characters"],
        "max_lexical_tokens": bounds["tokens"],
        "max_comments": bounds["comments"],
    }
    return cast("ParseOptions", options)


def _explain(error: GraphQLError) -> GraphQLError:
    if not isinstance(error, ValidationAbortedError) or "Too many validation errors" in error.message:
        return error
    message = "The document repeats the same fields too often to be compared. Ask for each field once."
    return GraphQLError(message, error.nodes, extensions={"code": "LIMIT_EXCEEDED", "limit": "comparisons"})
