"""The terminal chat: lines in, cited answers and what the commands say out."""

from typing import NamedTuple

from loccit.chat.commands import obey, parse
from loccit.chat.talk import CannotDo, Talk
from loccit.errors import BadQuestion, EngineUnreachable, IndexOutdated
from loccit.languages import wording
from loccit.types import Answer

LEAVE = ("/quit", "/exit", "quit", "exit")


class Told(NamedTuple):
    """What is said that is no answer."""

    text: str
    failed: bool = False


def leaves(line: str) -> bool:
    """Whether somebody wants to go."""
    return line.strip().casefold() in LEAVE


def reply(talk: Talk, line: str) -> Answer | Told | None:
    """What is said to a line: the answer, what its command tells, or in a sentence why not; None to a blank one."""
    line = line.strip()
    if not line:
        return None
    try:
        command = parse(line)
        return Told(obey(talk, *command)) if command else talk.ask(line)
    except (BadQuestion, CannotDo, IndexOutdated) as error:
        return Told(str(error), failed=True)
    except EngineUnreachable as error:
        phrases = wording(error.language) if error.language else talk.wording
        return Told(f"{phrases['unreachable']}\n{error}", failed=True)
