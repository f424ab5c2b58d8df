"""The two folders a user starts from: `bot/` and `index/`, as they lie in the wheel or in the source tree."""

import shutil
from pathlib import Path

from loccit.errors import LoccitError

_LEFT_OUT = shutil.ignore_patterns("built", "state.sqlite*", "__pycache__", ".*")


def write(folder: Path) -> list[Path]:
    """Write both into the folder and say what was written; raises LoccitError where one of them is there already."""
    packed = Path(__file__).parent / "templates"
    source = packed if packed.is_dir() else Path(__file__).parents[2]
    targets = [folder / name for name in ("bot", "index")]
    for target in targets:
        if target.exists():
            raise LoccitError(f"{target} is there already and would be overwritten. Choose another folder.")
    try:
        for target in targets:
            shutil.copytree(source / target.name, target, ignore=_LEFT_OUT)
    except OSError as error:
        raise LoccitError(f"{error.filename or folder} cannot be written: {error.strerror or error}.") from error
    return targets
