"""Files to import: one Markdown file, or a zip of them, read with care for what a zip may do."""

import io
import posixpath
import zipfile
from typing import Final

from core.errors import InvalidInput
from core.files import LARGEST

MOST_ENTRIES: Final = 2_000
LARGEST_TEXT: Final = 200_000
_MARKDOWN: Final = (".md", ".markdown")
_UNREADABLE: Final = "This is no zip of Markdown files, nor a Markdown file."


def entries_of(name: str, content: bytes) -> dict[str, bytes]:
    """Give what is in a file by name; InvalidInput for what can't be read or is too much.

    Names that lead out of the zip, hidden files and folders are left out.
    """
    if name.lower().endswith(_MARKDOWN):
        return {posixpath.basename(name): content}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _entries(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise InvalidInput(_UNREADABLE, path=("file_id",)) from None


def is_page(name: str) -> bool:
    """Tell whether a file is one of Markdown."""
    return name.lower().endswith(_MARKDOWN)


def without_ending(name: str) -> str:
    """Give the name of a file without its ending."""
    return posixpath.splitext(name)[0]


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = [info for info in archive.infolist() if not info.is_dir() and _is_plain(info.filename)]
    if len(infos) > MOST_ENTRIES:
        raise InvalidInput(f"A zip has at most {MOST_ENTRIES:,} files; divide it.", path=("file_id",))
    found: dict[str, bytes] = {}
    room = LARGEST
    for info in infos:
        with archive.open(info) as stream:
            content = stream.read(room + 1)
        room -= len(content)
        if room < 0:
            raise InvalidInput(f"What is in the zip has more than {LARGEST // 2**20} MB; divide it.", path=("file_id",))
        found[posixpath.normpath(info.filename)] = content
    return found


def _is_plain(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return "\\" not in name and not any(part.startswith(".") or part in {"", "__MACOSX"} for part in parts)
