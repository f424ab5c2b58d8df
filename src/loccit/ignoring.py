"""`.loccitignore`: files and folders that are left out, by the patterns of `.gitignore`."""

import os
from pathlib import Path

from pathspec import GitIgnoreSpec

from loccit.errors import BadSettings

NAME = ".loccitignore"


class Ignoring:
    """The patterns of a folder and of those above it; each is relative to the folder of its file."""

    def __init__(self, specs: tuple[tuple[Path, GitIgnoreSpec], ...] = ()) -> None:
        self._specs = specs

    def within(self, folder: Path) -> "Ignoring":
        """With the patterns of a folder besides, if it has any; raises BadSettings where they cannot be made out."""
        path = folder / NAME
        try:
            spec = GitIgnoreSpec.from_lines(path.read_text(encoding="utf-8").splitlines())
        except (FileNotFoundError, NotADirectoryError):
            return self
        except (OSError, ValueError) as error:
            raise BadSettings(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
        return Ignoring(((folder, spec), *self._specs))

    def leaves_out(self, path: Path) -> bool:
        """Whether a path below is left out: the nearest file with a word on it decides, by the last of its lines."""
        for base, spec in self._specs:
            if path.is_relative_to(base):
                slash = "/" if os.path.isdir(path) else ""  # noqa: PTH112  # Path's raises where it may not look
                found = spec.check_file(path.relative_to(base).as_posix() + slash)
                if found.include is not None:
                    return found.include
        return False
