"""What is kept of a person, and how to have it, to change it and to be rid of it."""

from telegram import Chat, Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from loccit.bot.incoming import NEW, Context, Handler, message_of, tap_of
from loccit.bot.marked import fill
from loccit.bot.reply import Button, plain
from loccit.bot.services import Services
from loccit.bot.speaker import notify, thread
from loccit.bot.store import Store, read
from loccit.languages import codes, language
from loccit.transcript import transcript
from loccit.types import Answer

_A_ROW = 3
_OWN = "user = ?1 AND (?2 IS NULL OR chat = ?2)"


class People:
    """The commands about oneself. In a group they are about what one asked in that group."""

    def __init__(self, services: Services) -> None:
        self._desk, self._speaker, self._settings = services.desk, services.speaker, services.settings
        self._queue = services.queue

    def handlers(self) -> list[Handler]:
        """The commands, and the buttons of /lang."""
        return [
            CommandHandler("new", self.new, NEW),
            CommandHandler("privacy", self.privacy, NEW),
            CommandHandler("export", self.export, NEW),
            CommandHandler("forget", self.forget, NEW),
            CommandHandler("lang", self.lang, NEW),
            CallbackQueryHandler(self.chosen, r"^g:([a-z]{2,3}|)$"),
        ]

    async def new(self, update: Update, context: Context) -> None:
        """Lean no more on what was said."""
        message, desk = message_of(update), self._desk
        await desk.run(lambda: desk.store.begin(message.chat.id, thread(message) or 0))
        await self._say(update, context, "new_talk")

    async def privacy(self, update: Update, context: Context) -> None:
        """Say what is kept and for how long."""
        await self._say(update, context, "privacy", days=self._settings.keep_days)

    async def export(self, update: Update, context: Context) -> None:
        """Give the user's own dialogue with its sources."""
        message, (user, chat) = message_of(update), _whose(update)
        kept = await self._desk.run(lambda: answers(self._desk.store, user, chat))
        if not kept:
            await self._say(update, context, "nothing_kept")
            return
        written = transcript(kept, lambda code: self._speaker.phrases(message.from_user, code))
        await self._speaker.give(context.bot, message, f"{context.bot.username}.md", written.encode())

    async def forget(self, update: Update, context: Context) -> None:
        """Delete the user's dialogue."""
        user, chat = _whose(update)
        await self._queue.forget(user, chat, update.update_id)
        count = await self._desk.run(lambda: forget(self._desk.store, user, chat))
        if chat is None:
            await self._choose(user, None)
        await self._say(update, context, "forgotten" if count else "nothing_kept", count=count)

    async def lang(self, update: Update, context: Context) -> None:
        """Take the language of the command, or offer all."""
        message, spoken = message_of(update), self._spoken()
        wanted = context.args[0].lower() if context.args else None
        if wanted in spoken and message.from_user:
            await self._choose(message.from_user.id, wanted)
            await self._say(update, context, "lang_set")
            return
        buttons = [Button(language(code).name, f"g:{code}") for code in spoken] + [Button("🌐", "g:")]
        rows = tuple(tuple(buttons[at : at + _A_ROW]) for at in range(0, len(buttons), _A_ROW))
        phrases = self._speaker.phrases(message.from_user)
        await self._speaker.say(context.bot, message, plain(phrases["command_lang"], rows))

    async def chosen(self, update: Update, context: Context) -> None:
        """Speak the language of the button; that of the user's Telegram again for the globe."""
        query, _, (code,) = tap_of(update, context)
        if code and code not in self._spoken():
            await notify(query, self._speaker.phrases(query.from_user)["unknown_answer"])
            return
        await self._choose(query.from_user.id, code)
        await notify(query, self._speaker.phrases(query.from_user)["lang_set"])

    async def _choose(self, user: int, code: str | None) -> None:
        await self._desk.run(lambda: choose(self._desk.store, user, code))
        self._speaker.languages.pop(user, None)
        if code:
            self._speaker.languages[user] = code

    def _spoken(self) -> list[str]:
        return [code for code in codes() if "command_start" in language(code).wording or code in self._settings.wording]

    async def _say(self, update: Update, context: Context, name: str, **fields: int) -> None:
        message = message_of(update)
        phrase = self._speaker.phrases(message.from_user)[name]
        await self._speaker.say(context.bot, message, plain(fill(phrase, **fields)))


def _whose(update: Update) -> tuple[int, int | None]:
    """A user and the group they ask in; None in private, where it is about all they asked."""
    message = message_of(update)
    user = message.from_user.id if message.from_user else 0
    return user, None if message.chat.type == Chat.PRIVATE else message.chat.id


def languages(store: Store) -> dict[int, str]:
    """The languages that users chose."""
    return dict(store.db.execute("SELECT user, language FROM people").fetchall())


def choose(store: Store, user: int, code: str | None) -> None:
    """Keep the language that a user chose, or that none is chosen."""
    with store.db:
        store.db.execute("DELETE FROM people WHERE user = ?", (user,))
        if code:
            store.db.execute("INSERT INTO people VALUES (?, ?)", (user, code))


def forget(store: Store, user: int, chat: int | None) -> int:
    """Delete what a user asked; how many answers that were."""
    with store.db:
        ids = [found for (found,) in store.db.execute(f"SELECT id FROM shown WHERE {_OWN}", (user, chat))]  # noqa: S608
        # Somebody else in the group may wait for the answer to it.
        asked = f"SELECT chat, message FROM shown WHERE {_OWN}"  # noqa: S608
        store.db.execute(f"DELETE FROM waiting WHERE (chat, message) IN ({asked})", (user, chat))  # noqa: S608
        for answer_id in ids:
            store.forget(answer_id)
        store.db.execute(f"DELETE FROM waiting WHERE {_OWN}", (user, chat))  # noqa: S608
        if chat is None:
            store.db.execute("DELETE FROM verdicts WHERE user = ?", (user,))
    return len(ids)


def answers(store: Store, user: int, chat: int | None) -> list[Answer]:
    """What a user was answered, the oldest first."""
    sql = f"SELECT answer FROM shown WHERE {_OWN} AND question != '' ORDER BY created"  # noqa: S608
    return [answer for (kept,) in store.db.execute(sql, (user, chat)) if (answer := read(kept))]
