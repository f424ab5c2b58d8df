"""What every handler works with."""

from typing import NamedTuple

from loccit.bot.access import Access
from loccit.bot.desk import Desk
from loccit.bot.speaker import Speaker
from loccit.bot.update_queue import UpdateQueue
from loccit.settings import BotSettings


class Services(NamedTuple):
    """Where answers come from, who says them, who may ask, where questions come in."""

    desk: Desk
    speaker: Speaker
    access: Access
    settings: BotSettings
    queue: UpdateQueue
