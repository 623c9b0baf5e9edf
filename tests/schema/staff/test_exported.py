"""The exported SDL, which is reviewed like code, is what the schema says."""

from pathlib import Path

from schema.execution.guarded import GuardedSchema
from schema.staff import schema as staff_module

EXPORTED = Path(staff_module.__file__).parent.parent / "staff.graphql"


def test_exported_sdl_is_the_schema(schema: GuardedSchema) -> None:
    assert EXPORTED.read_text(encoding="utf-8") == schema.as_str() + "\n"
