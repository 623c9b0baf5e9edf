"""Mutations written out for journeys: what they take follows from their names."""


def act(name: str, shown: str) -> str:
    """Write a mutation out that shows some fields, and what it refuses."""
    given = f"{name[0].upper()}{name[1:]}Input!"
    return f"mutation($input: {given}) {{ {name}(input: $input) {{ {shown} userErrors {{ code path message }} }} }}"
