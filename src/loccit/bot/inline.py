"""`@bot question` in any chat: up to five cited answers while one types, each with a link to its source."""

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
    User,
)
from telegram.error import BadRequest
from telegram.ext import InlineQueryHandler
from telegram.helpers import create_deep_linked_url

from loccit.bot.desk import Given
from loccit.bot.incoming import Context, Handler
from loccit.bot.limits import Limit
from loccit.bot.reply import LONGEST_LABEL, Button, Phrases, offered
from loccit.bot.services import Services
from loccit.bot.speaker import keyboard
from loccit.letters import short

MOST = 5
SHORTEST = 3
"""Characters from which on a question is asked."""
CACHED = 10
"""Seconds for which Telegram may show the same person the same: a new index is not far."""
EACH_KEY = 5
"""How much oftener than it may ask, a user's app may ask on the way: it does so at every pause in typing."""


class Inline:
    """Answers where the bot itself is not."""

    def __init__(self, services: Services) -> None:
        self._desk, self._speaker = services.desk, services.speaker
        self._limit = Limit(EACH_KEY * services.settings.limits.user_a_minute)
        self._latest: dict[int, str] = {}

    def handlers(self) -> list[Handler]:
        """One."""
        return [InlineQueryHandler(self.offer)]

    async def offer(self, update: Update, context: Context) -> None:
        """Answer what has been typed so far; what was typed before that is not waited for."""
        query = update.inline_query
        assert query is not None, "the handler takes inline questions alone"  # noqa: S101
        user, text = query.from_user, query.query.strip()
        if len(text) < SHORTEST or self._limit.take(user.id) != "yes":
            await _give(query, [], None)
            return
        self._latest[user.id] = query.id
        try:
            given = await self._desk.ask_inline(user.id, text, MOST, lambda: self._latest.get(user.id) == query.id)
        finally:
            if self._latest.get(user.id) == query.id:
                del self._latest[user.id]
        if given is None:
            return
        phrases = self._phrases(user, given)
        results = _results(given, phrases, context.bot.username) if given.id else []
        button = None if results else InlineQueryResultsButton(short(phrases["declined"], 64), start_parameter="inline")
        await _give(query, results, button)

    def _phrases(self, user: User, given: Given) -> Phrases:
        return self._speaker.phrases(user, given.answer.question.language)


def _results(given: Given, phrases: Phrases, username: str) -> list[InlineQueryResultArticle]:
    results = []
    for number, quote in enumerate(given.answer.quotes[:MOST], 1):
        said = offered(number, quote, phrases)
        content = InputTextMessageContent(
            said.text, entities=said.entities, link_preview_options=LinkPreviewOptions(is_disabled=True)
        )
        link = Button(
            f"[{number}] {short(quote.source.title, LONGEST_LABEL)}",
            url=create_deep_linked_url(username, f"{given.id}_{number}"),
        )
        results.append(
            InlineQueryResultArticle(
                f"{given.id}_{number}",
                short(quote.text, 120),
                content,
                description=short(quote.source.title, 120),
                reply_markup=keyboard(((link,),)),
            )
        )
    return results


async def _give(
    query: InlineQuery, results: list[InlineQueryResultArticle], button: InlineQueryResultsButton | None
) -> None:
    try:
        await query.answer(results, cache_time=CACHED, is_personal=True, button=button)
    except BadRequest as error:
        if "too old" not in str(error):  # the user has typed on, or gone
            raise
