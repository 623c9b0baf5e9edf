"""What the embedded store answers instead of a result: MongoDB's own error codes, and why the store did not start."""

from typing import Any

_NAMES = {
    1: "InternalError",
    2: "BadValue",
    9: "FailedToParse",
    14: "TypeMismatch",
    15: "Overflow",
    20: "IllegalOperation",
    26: "NamespaceNotFound",
    27: "IndexNotFound",
    28: "PathNotViable",
    40: "ConflictingUpdateOperators",
    43: "CursorNotFound",
    48: "NamespaceExists",
    52: "DollarPrefixedFieldName",
    53: "InvalidIdField",
    56: "EmptyFieldName",
    57: "DottedFieldName",
    59: "CommandNotFound",
    66: "ImmutableField",
    67: "CannotCreateIndex",
    72: "InvalidOptions",
    73: "InvalidNamespace",
    85: "IndexOptionsConflict",
    115: "CommandNotSupported",
    171: "CannotIndexParallelArrays",
    238: "NotImplemented",
    10334: "BSONObjectTooLarge",
    11000: "DuplicateKey",
    14031: "OutOfDiskSpace",
}


class CommandError(Exception):
    """A command that was refused or failed, with the code MongoDB gives for it."""

    def __init__(self, message: str, code: int = 2, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details = details

    def answer(self) -> dict[str, Any]:
        """Return the body of the command's answer."""
        name = _NAMES.get(self.code, "Location" + str(self.code))
        return {"ok": 0.0, "errmsg": self.message, "code": self.code, "codeName": name, **self.details}

    def write_error(self, index: int) -> dict[str, Any]:
        """Return the entry of `writeErrors` for the statement at `index`."""
        return {"index": index, "code": self.code, "errmsg": self.message, **self.details}


def not_faithful(what: str, instead: str = "") -> CommandError:
    """Return the refusal of what would not behave exactly as on MongoDB, named, with the way round where there is one."""
    advice = f" {instead}" if instead else ""
    message = (
        f"{what} is not supported by the embedded store.{advice} For all that MongoDB can do, name a server in KOPRU_MONGODB_URL."
    )
    return CommandError(message, 238)


class StoreRefused(Exception):
    """The store cannot start: the sentence says what is wrong and what to do."""


class JournalDamaged(StoreRefused):
    """The journal or the snapshot holds something that was never written; names the file and the offset in bytes."""
