"""A strict Telegram Bot API emulator for the tests: `with Emulator() as telegram: ...`."""

from .calls import Call
from .chats import Chat, File, Message, User
from .emulator import TOKEN, Emulator
from .refusals import Json
from .text import Entity, units
from .world import Action, Answer

__all__ = [
    "TOKEN",
    "Action",
    "Answer",
    "Call",
    "Chat",
    "Emulator",
    "Entity",
    "File",
    "Json",
    "Message",
    "User",
    "units",
]
