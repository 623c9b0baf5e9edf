"""How large one GraphQL document may be, counted in one pass that visits every node once."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

# A chain of doubling fragments reaches astronomic counts; beyond this nobody needs the exact number.
_COUNT_CEILING = 10**9
_LONGEST_PATH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLimits:
    """The largest document that is executed; every number is inclusive.

    `characters`, `tokens` and `comments` bound the parser. The others are counted after fragments are expanded, as the executor
    would meet them: `depth` in nested fields, `root_fields` at the top level, `aliases`, `fields` and `directives` in all.
    `fragment_nesting` is the longest chain of fragments that spread each other.
    """

    characters: int = 131_072
    tokens: int = 2_000
    comments: int = 2_000
    operations: int = 1
    depth: int = 15
    root_fields: int = 20
    aliases: int = 30
    fields: int = 1_000
    directives: int = 20
    fragment_nesting: int = 30


@dataclass(slots=True)
class Weight:
    """What a part of a document amounts to when its fragments are expanded; `parts` says where it comes from."""

    depth: int = 0
    root_fields: int = 0
    aliases: int = 0
    fields: int = 0
    directives: int = 0
    fragment_nesting: int = 0
    parts: list[tuple[str, "Weight"]] = field(default_factory=list)

    def add(self, name: str, part: "Weight") -> None:
        """Count a part; an empty name is a fragment, which has no place of its own in a response."""
        self.parts.append((name, part))
        self.depth = max(self.depth, part.depth)
        self.fragment_nesting = max(self.fragment_nesting, part.fragment_nesting)
        self.root_fields = min(_COUNT_CEILING, self.root_fields + part.root_fields)
        self.aliases = min(_COUNT_CEILING, self.aliases + part.aliases)
        self.fields = min(_COUNT_CEILING, self.fields + part.fields)
        self.directives = min(_COUNT_CEILING, self.directives + part.directives)


_WEIGHED = tuple(name.name for name in fields(Weight) if name.name != "parts")
_NAMES = {
    "operations": "operations in one document",
    "depth": "levels of nested fields",
    "root_fields": "fields at the top level",
    "aliases": "aliases",
    "fields": "fields after fragments are expanded",
    "directives": "directives",
    "fragment_nesting": "fragments nested in each other",
}
_FIXES = {
    "operations": "Send one operation a request.",
    "depth": "Ask for the deeper objects in a second request, by their ids.",
    "root_fields": "Split the operation.",
    "aliases": "Split the operation, or ask by a list of ids.",
    "fields": "Ask for fewer fields, or split the operation.",
    "directives": "Leave directives out that change nothing.",
    "fragment_nesting": "Spread the innermost fragments directly.",
}


class Census:
    """Weighs the operations of one document; `visited` is the work it took."""

    def __init__(self, document: DocumentNode) -> None:
        self.visited = 0
        self.operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        self._fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        self._weights: dict[str, Weight] = {}
        # Innermost first and without recursion: a document may chain more fragments than Python has stack.
        for name in _innermost_first({name: self._spreads(node) for name, node in self._fragments.items()}):
            self._weights[name] = self._weigh_fragment(self._fragments[name])

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        """Give the weight of an operation; unknown fragments and circles count nothing: validation refuses them."""
        weight = Weight(directives=len(operation.directives or ()))
        self._weigh_selections(operation.selection_set, weight)
        return weight

    def _spreads(self, fragment: FragmentDefinitionNode) -> list[str]:
        names: list[str] = []
        waiting = [fragment.selection_set]
        while waiting:
            for selection in waiting.pop().selections:
                self.visited += 1
                if isinstance(selection, FragmentSpreadNode):
                    names.append(selection.name.value)
                elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                    waiting.append(selection.selection_set)
        return names

    def _weigh_fragment(self, fragment: FragmentDefinitionNode) -> Weight:
        weight = Weight(directives=len(fragment.directives or ()))
        self._weigh_selections(fragment.selection_set, weight)
        weight.fragment_nesting += 1
        return weight

    # The recursion is bounded by the parser, which refuses more than 200 nested levels in one definition.
    def _weigh_selections(self, selections: SelectionSetNode | None, into: Weight) -> None:
        for selection in selections.selections if selections else ():
            self.visited += 1
            into.directives = min(_COUNT_CEILING, into.directives + len(selection.directives or ()))
            if isinstance(selection, FieldNode):
                into.add((selection.alias or selection.name).value, self._weigh_field(selection))
            elif isinstance(selection, InlineFragmentNode):
                part = Weight()
                self._weigh_selections(selection.selection_set, part)
                into.add("", part)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value in self._weights:
                into.add("", self._weights[selection.name.value])

    def _weigh_field(self, node: FieldNode) -> Weight:
        weight = Weight()
        self._weigh_selections(node.selection_set, weight)
        weight.depth += 1
        weight.fields += 1
        weight.aliases += node.alias is not None
        weight.root_fields = 1
        return weight


def refuse_beyond(limits: DocumentLimits, document: DocumentNode) -> list[GraphQLError]:
    """Give an error for each limit the document passes: what, how many, the limit, where, and the fix."""
    census = Census(document)
    if len(census.operations) > limits.operations:
        return [limit_error("operations", actual=len(census.operations), maximum=limits.operations)]
    errors: list[GraphQLError] = []
    for operation in census.operations:
        weight = census.weigh(operation)
        for name in _WEIGHED:
            actual, maximum = getattr(weight, name), getattr(limits, name)
            if actual > maximum:
                errors.append(limit_error(name, actual=actual, maximum=maximum, path=_heaviest_path(weight, name)))
    return errors


def limit_error(name: str, *, actual: int, maximum: int, path: list[str] | None = None) -> GraphQLError:
    """Build the refusal a client can act on; `path` is the place in the response that weighs most."""
    place = f" Most of it is at {'.'.join(path)}." if path else ""
    count = f"more than {_COUNT_CEILING:,}" if actual >= _COUNT_CEILING else f"{actual:,}"
    message = f"The document has {count} {_NAMES[name]}; the limit is {maximum:,}.{place} {_FIXES[name]}"
    extensions: dict[str, Any] = {"code": "LIMIT_EXCEEDED", "limit": name, "actual": actual, "maximum": maximum}
    if path:
        extensions["path"] = path
    return GraphQLError(message, extensions=extensions)


def _heaviest_path(weight: Weight, name: str) -> list[str]:
    """Follow the part that weighs most: to its end for a depth, for a count while one part holds more than half."""
    path: list[str] = []
    while weight.parts and len(path) < _LONGEST_PATH:
        label, part = max(weight.parts, key=lambda entry: int(getattr(entry[1], name)))
        if not getattr(part, name) or (name != "depth" and getattr(part, name) * 2 <= getattr(weight, name)):
            break
        if label:
            path.append(label)
        if name == "root_fields" and label:
            break
        weight = part
    return path


def _innermost_first(spreads: dict[str, list[str]]) -> list[str]:
    """Order fragments so that each comes after those it spreads; a spread that closes a circle is left out."""
    ordered: dict[str, None] = {}
    for start, first in spreads.items():
        trail: list[tuple[str, Iterator[str]]] = [(start, iter(first))] if start not in ordered else []
        on_trail = {start}
        while trail:
            name, rest = trail[-1]
            following = next((each for each in rest if each in spreads and each not in ordered and each not in on_trail), None)
            if following is None:
                trail.pop()
                ordered[name] = None
            else:
                on_trail.add(following)
                trail.append((following, iter(spreads[following])))
    return list(ordered)
