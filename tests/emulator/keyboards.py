"""Inline keyboards: what the server refuses, and what it lets pass but a careful bot would not send."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from .refusals import Json, RefusedError, bad_request

ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
FIELDS = {"text", "style", "icon_custom_emoji_id", *ACTIONS}
OTHERS = ("keyboard", "remove_keyboard", "force_reply")
STYLES = ("primary", "success", "danger")
HOST = re.compile(r"[^\s.]+(\.[^\s.]+)+|\[[0-9a-fA-F:]+\]")


def check_markup(markup: object, report: Callable[[str], None], *, inline_only: bool = False) -> Json | None:
    """Return the inline keyboard that the message will carry; other markups are not part of a message."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    if "inline_keyboard" not in markup:
        if inline_only and any(name in markup for name in OTHERS):
            raise bad_request("Inline keyboard expected")
        if markup and not any(name in markup for name in OTHERS):
            report(f"reply_markup with none of the known kinds: {sorted(markup)}")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('Field "inline_keyboard" must be of type Array')
    for row in rows:
        if not isinstance(row, list):
            raise bad_request('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
        for button in row:
            _check_button(button, report)
        if len(row) > 8:
            report(f"{len(row)} buttons in one row: clients show 8")
        if not row:
            report("an empty row of buttons")
    if sum(map(len, rows)) > 100:
        raise bad_request("reply markup is too long")
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _unparsable(reason: str) -> RefusedError:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _check_button(button: object, report: Callable[[str], None]) -> None:
    if not isinstance(button, dict):
        raise _unparsable("InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise _unparsable('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _unparsable('Field "text" must be of type String')
    actions = [action for action in ACTIONS if action in button and (action[:6] == "switch" or button[action])]
    if not actions:
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    if button.get("style", "primary") not in STYLES:
        raise _unparsable("invalid button style specified")
    if len(actions) > 1:
        report(f"a button with several actions, only the first counts: {actions}")
    if unknown := sorted(set(button) - FIELDS):
        report(f"unknown fields of a button: {unknown}")
    if not button["text"].strip():
        raise bad_request("Inline keyboard button text must be non-empty")
    _check_action(actions[0], button[actions[0]])


def _check_action(action: str, value: object) -> None:
    if action == "callback_data":
        if not isinstance(value, str):
            raise _unparsable('Field "callback_data" must be of type String')
        if len(value.encode()) > 64:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        check_url(str(value), "inline keyboard button URL")
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str):
            raise _unparsable('Field "copy_text" must be of type Object')
        if not 1 <= len(text) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")


def check_url(url: str, what: str) -> None:
    if not is_url(url):
        raise bad_request(f"{what} '{url}' is invalid: Wrong HTTP URL")


def is_url(url: str) -> bool:
    """Telegram wants a host with a dot in it, adds http:// itself, and knows its own tg:// links."""
    if url.startswith(("tg://", "ton://", "tonsite://")):
        return True
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and HOST.fullmatch(host or "") is not None
