"""Who owns the store: private folders, and the lock that the kernel lets go when its holder dies."""

import fcntl
import hashlib
import os
import stat
from pathlib import Path

from core.embedded.errors import StoreRefused


def private_folder(path: Path) -> None:
    """Make a folder that only this user can enter, or take the one that is there.

    Raises StoreRefused for a folder of somebody else, one that others can enter, or what is no folder.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise StoreRefused(f"The store cannot use {path}: {error.strerror}.") from error
    if not stat.S_ISDIR(found.st_mode):
        raise StoreRefused(f"The store cannot use {path}: it is a link or no folder. Remove it, or choose another KOPRU_DATA.")
    if found.st_uid != os.geteuid():
        raise StoreRefused(f"The store cannot use {path}: it belongs to another user. Choose another KOPRU_DATA.")
    if stat.S_IMODE(found.st_mode) != 0o700:  # noqa: PLR2004  the mode is clearer than a name
        raise StoreRefused(f"The store cannot use {path}: others can enter it. Run: chmod 700 '{path}'")


def socket_folder(folder: Path) -> Path:
    """Return the folder of the socket that belongs to a data folder: short, as a socket's path has about 100 bytes."""
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return Path("/tmp") / f"kopru-{name}"  # noqa: S108  made 0700 and checked before every use


class FolderLock:
    """The lock in a data folder; whoever holds it owns the store."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "owner.lock"
        self._file: int | None = None

    def acquire(self) -> bool:
        """Try to take the lock; tell whether it is ours."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let the lock go, if it is ours."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
