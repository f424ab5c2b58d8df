import io
import sys
from collections.abc import Callable

import pytest

from loccit.cli import main

Loccit = Callable[..., tuple[int, str, str]]


@pytest.fixture
def loccit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Loccit:
    """The command in this process: its exit code, what it prints, what it complains of."""

    def command(*args: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["loccit", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command
