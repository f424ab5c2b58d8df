"""One method of the Bot API: what runs, and the parameters it knows."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from .parameters import Parameters

if TYPE_CHECKING:
    from .world import World


class Method:
    def __init__(self, run: "Callable[[World, Parameters], Any | Awaitable[Any]]", parameters: str) -> None:
        self.run = run
        self.parameters = frozenset(parameters.split())
