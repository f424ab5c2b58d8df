"""Answers to taps on buttons and to inline queries."""

from .keyboards import check_markup, is_url
from .method import Method
from .parameters import Parameters
from .refusals import Json, bad_request
from .text import format_text, units
from .world import Answer, World

ARTICLE = {
    "type", "id", "title", "input_message_content", "reply_markup", "url", "description", "thumbnail_url",
    "thumbnail_width", "thumbnail_height", "hide_url",
}  # fmt: skip
LONGEST_NOTICE, MOST_RESULTS = 200, 50


def answer_callback(world: World, given: Parameters) -> bool:
    text, query_id = given.text("text"), given.text("callback_query_id")
    if units(text) > LONGEST_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    if given.has("url") and not is_url(given.text("url")):
        raise bad_request("URL_INVALID")
    world.answered(query_id, "callback")
    world.answers.append(Answer(query_id, text, given.flag("show_alert"), given.get("url")))
    return True


def answer_inline(world: World, given: Parameters) -> bool:
    results, query_id = given.get("results"), given.text("inline_query_id")
    if not isinstance(results, list):
        raise bad_request("Expected an Array of InlineQueryResult")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    for result in results:
        _check_result(world, result)
    ids = [result["id"] for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(given.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    world.answered(query_id, "inline")
    cache_time = given.number("cache_time", 300)
    world.answers.append(
        Answer(query_id, results=tuple(results), cache_time=cache_time, is_personal=given.flag("is_personal"))
    )
    return True


def _check_result(world: World, result: object) -> None:
    def unparsable(reason: str) -> Exception:
        return bad_request(f"can't parse inline query result: {reason}")

    if not isinstance(result, dict):
        raise unparsable("InlineQueryResult must be an Object")
    for name in ("type", "id"):
        if name not in result:
            raise unparsable(f'Can\'t find field "{name}"')
    if not 1 <= len(str(result["id"]).encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if result["type"] != "article":
        world.report(f"inline results of type {result['type']!r} are not checked")
        return
    if unknown := sorted(set(result) - ARTICLE):
        world.report(f"unknown fields of an inline result: {unknown}")
    if not result.get("title"):
        raise unparsable('Can\'t find field "title"')
    check_markup(result.get("reply_markup"), world.report, inline_only=True)
    _check_content(world, result.get("input_message_content"))


def _check_content(world: World, content: Json | None) -> None:
    if not content or "message_text" not in content:
        raise bad_request("message text is empty")
    formatted = format_text(content["message_text"], content.get("parse_mode"), content.get("entities"), world.report)
    if not formatted.text:
        raise bad_request("message text is empty")
    if units(formatted.text) > 4096:
        raise bad_request("MESSAGE_TOO_LONG")


METHODS = {
    "answerCallbackQuery": Method(answer_callback, "callback_query_id text show_alert url cache_time"),
    "answerInlineQuery": Method(answer_inline, "inline_query_id results cache_time is_personal next_offset button"),
}
