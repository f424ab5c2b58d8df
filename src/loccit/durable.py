"""Files that last: known by the hash of their bytes, and on the disk before anything names them."""

import hashlib
import os
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Have a file's bytes, or a folder's entries, on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(path: Path, target: Path) -> None:
    """Rename a file or a folder, and have it on the disk under that name."""
    sync(path)
    path.replace(target)
    sync(target.parent)
