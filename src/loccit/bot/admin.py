"""What those who look after the bot may do: see how it fares, and change its articles."""

import contextlib
from collections.abc import Callable, Coroutine
from pathlib import PurePosixPath
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from loccit.bot.articles import Articles, Refused
from loccit.bot.incoming import NEW, Context, Handler, message_of, tap_of
from loccit.bot.marked import Marked, fill, join
from loccit.bot.reply import Button, Phrases, Rows, plain
from loccit.bot.services import Services
from loccit.bot.speaker import notify
from loccit.bot.stats import gaps, numbers
from loccit.errors import LoccitError
from loccit.letters import line
from loccit.plan import Report

DAYS = 30
"""Of which /stats and /gaps tell."""
MOST_GAPS = 20
MOST_LISTED = 100
MOST_SKIPPED = 10
Act = Callable[[Update, Context], Coroutine[Any, Any, None]]


class Admin:
    """The commands of `[access] admins`; to everybody else they are unknown."""

    def __init__(self, services: Services, unknown: Act) -> None:
        self._services, self._desk, self._speaker = services, services.desk, services.speaker
        self._unknown = unknown
        self._articles = Articles(services.desk)

    def handlers(self) -> list[Handler]:
        """The commands, and files that are sent in private."""
        commands = {
            "stats": self.stats,
            "gaps": self.gaps,
            "articles": self.articles,
            "reload": self.reload,
            "delete": self.delete,
        }
        admins = filters.User(self._services.settings.access.admins)
        is_file = filters.Document.ALL & filters.ChatType.PRIVATE & NEW & admins
        return [
            *(CommandHandler(name, self._guarded(act), NEW) for name, act in commands.items()),
            MessageHandler(is_file, self.upload),
            CallbackQueryHandler(self.deleted, r"^d:([0-9a-f]{16})$"),
        ]

    def _guarded(self, act: Act) -> Act:
        async def guarded(update: Update, context: Context) -> None:
            allowed = self._services.access.is_admin(update.effective_user)
            await (act if allowed else self._unknown)(update, context)

        return guarded

    async def stats(self, update: Update, context: Context) -> None:
        """Say how much was asked and answered."""
        desk, shelf = self._desk, self._desk.shelf(message_of(update).chat.id)

        def count() -> dict[str, int | str]:
            index = shelf.current()
            found = numbers(desk.store, shelf.name, DAYS)._asdict()
            found["declined"] = found["questions"] - found["answered"]
            return found | {"articles": len(index.catalog), "passages": len(index), "index": index.id[:12]}

        await self._say(update, context, fill(self._phrases(update)["stats"], days=DAYS, **await desk.run(count)))

    async def gaps(self, update: Update, context: Context) -> None:
        """List the questions that had no answer."""
        desk, shelf, phrases = self._desk, self._desk.shelf(message_of(update).chat.id), self._phrases(update)
        found = await desk.run(lambda: gaps(desk.store, shelf.name, DAYS, MOST_GAPS))
        lines = [Marked(f"{times} × {line(question)}") for question, times in found]
        head = fill(phrases["gaps" if found else "no_gaps"], days=DAYS)
        await self._say(update, context, join([head, *lines], "\n"))

    async def articles(self, update: Update, context: Context) -> None:
        """List the articles, those with a word in their title or file where one is given."""
        shelf, word = self._desk.shelf(message_of(update).chat.id), " ".join(context.args or ())
        count, found = await self._desk.run(lambda: self._articles.listed(shelf, word, MOST_LISTED))
        lines = [Marked(line(file)).marked("code") + f" {line(title)}" for file, title in found]
        more = [Marked("…")] if count > len(found) else []
        head = fill(self._phrases(update)["articles_listed"], count=count)
        await self._say(update, context, join([head, *lines, *more], "\n"))

    async def reload(self, update: Update, context: Context) -> None:
        """Bring the index in step with its article folders."""
        shelf = self._desk.shelf(message_of(update).chat.id)
        await self._work(update, context, shelf.folder.name, lambda tell: self._articles.reload(shelf, tell))

    async def upload(self, update: Update, context: Context) -> None:
        """Take a file among the articles."""
        message = message_of(update)
        document, shelf = message.document, self._desk.shelf(message.chat.id)
        assert document is not None, "the filter lets documents pass alone"  # noqa: S101
        name = document.file_name or ""
        await self._work(update, context, name, lambda tell: self._articles.add(shelf, document, tell))

    async def delete(self, update: Update, context: Context) -> None:
        """Ask whether a file is really to go."""
        phrases, name = self._phrases(update), (message_of(update).text or "").partition(" ")[2].strip()
        try:
            key = await self._articles.remember(self._desk.shelf(message_of(update).chat.id), name)
        except Refused as refused:
            await self._say(update, context, refused.said(phrases))
            return
        sure = fill(phrases["delete_sure"], file=PurePosixPath(name).name)
        await self._say(update, context, sure, ((Button(phrases["delete_yes"], f"d:{key}"),),))

    async def deleted(self, update: Update, context: Context) -> None:
        """Delete it."""
        query, message, (key,) = tap_of(update, context)
        phrases = self._phrases(update)
        allowed = message is not None and self._services.access.is_admin(query.from_user)
        shelf = self._desk.shelf(message.chat.id) if message and allowed else None
        if shelf is None or message is None or (name := self._articles.remembered(shelf, key)) is None:
            await notify(query, phrases["unknown_answer"])
            return
        await notify(query)
        await self._work(update, context, name, lambda tell: self._articles.delete(shelf, name, tell))

    async def _work(
        self,
        update: Update,
        context: Context,
        name: str,
        work: Callable[[Callable[[int], None]], Coroutine[Any, Any, Report]],
    ) -> None:
        """Do it, and say how far it is and what came of it."""
        message, phrases = update.effective_message, self._phrases(update)
        assert message is not None, "it was asked for somewhere"  # noqa: S101
        reading = fill(phrases["file_reading"], file=line(name)[:100])
        (told,) = await self._speaker.say(context.bot, message, plain(reading))
        percent = 0

        async def show(done: int) -> None:
            with contextlib.suppress(TelegramError):  # what came of it is said in any case
                await context.bot.edit_message_text((reading + f" {done} %").text, message.chat.id, told)

        def tell(done: int) -> None:
            nonlocal percent
            if done >= percent + 10:
                percent = done
                context.application.create_task(show(done), update)

        try:
            said = _result(await work(tell), phrases)
        except Refused as refused:
            said = refused.said(phrases)
        except LoccitError as error:
            said = fill(phrases["refused"], reason=str(error))
        await self._speaker.say(context.bot, message, plain(said))

    def _phrases(self, update: Update) -> Phrases:
        return self._speaker.phrases(update.effective_user)

    async def _say(self, update: Update, context: Context, text: Marked, rows: Rows = ()) -> None:
        await self._speaker.say(context.bot, message_of(update), plain(text, rows))


def _result(report: Report, phrases: Phrases) -> Marked:
    """What the index holds now, what has changed and what could not be read."""
    counts = {name: len(getattr(report, name)) for name in ("added", "changed", "removed", "skipped")}
    head = fill(phrases["indexed"], articles=report.articles, passages=report.passages, **counts)
    lines = [Marked(f"{line(one.file)}: {line(one.reason)}") for one in report.skipped[:MOST_SKIPPED]]
    return join([head, *lines], "\n")
