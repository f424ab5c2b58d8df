"""The methods that write, change and remove messages."""

import time
from dataclasses import replace

from .chats import Chat, Message
from .keyboards import check_markup
from .method import Method
from .parameters import Parameters
from .reactions import EMOJI
from .refusals import Json, bad_request
from .text import Formatted, format_text, units
from .world import Action, World

ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
PREVIEW = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
REPLY = {
    "message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode", "quote_entities",
    "quote_position", "checklist_task_id",
}  # fmt: skip
LONGEST_CAPTION, LONGEST_TEXT, LARGEST_UPLOAD = 1024, 4096, 50 << 20
SENDING = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id parse_mode disable_notification "
    "protect_content allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup"
)


def send_message(world: World, given: Parameters) -> Json:
    formatted = format_text(given.text("text"), given.get("parse_mode"), given.get("entities"), world.report)
    if not formatted.text:
        raise bad_request("message text is empty")
    return _send(world, given, formatted, LONGEST_TEXT, "message is too long")


def send_document(world: World, given: Parameters) -> Json:
    caption = format_text(given.text("caption"), given.get("parse_mode"), given.get("caption_entities"), world.report)
    sent = given.text("document")
    if (name := sent.removeprefix("attach://") if sent.startswith("attach://") else "document") in given.files:
        filename, content = given.files[name]
        if not content:
            raise bad_request("file must be non-empty")
        if len(content) > LARGEST_UPLOAD:
            raise bad_request("file is too big")
        file = world.keep_file(filename, content, "application/octet-stream")
    elif sent in world.files:
        file = world.files[sent]
    else:
        raise bad_request("wrong file identifier/HTTP URL specified" if sent else "there is no document in the request")
    wire = _send(world, given, caption, LONGEST_CAPTION, "message caption is too long")
    assert world.touched
    world.touched = replace(world.touched, document=file)
    world.touched.chat.messages[wire["message_id"]] = world.touched
    return world.touched.wire()


def _send(world: World, given: Parameters, formatted: Formatted, longest: int, too_long: str) -> Json:
    markup = check_markup(given.get("reply_markup"), world.report)
    preview = _preview(world, given)
    chat = world.chat_to(given.get("chat_id"))
    reply_to, quote = _reply(world, chat, given)
    thread = _thread(chat, given) or (reply_to.thread if reply_to else None)
    if units(formatted.text) > longest:
        raise bad_request(too_long)
    world.count_against_limits(chat)
    sender = None if chat.type == "channel" else world.bot
    world.touched = world.write(
        chat, sender, formatted, markup=markup, reply_to=reply_to, quote=quote, thread=thread, preview=preview
    )
    return world.touched.wire()


def _preview(world: World, given: Parameters) -> Json | None:
    options = given.get("link_preview_options")
    if options is None:
        return None
    if not isinstance(options, dict):
        raise bad_request("LinkPreviewOptions must be an Object")
    if unknown := sorted(set(options) - PREVIEW):
        world.report(f"unknown link_preview_options: {unknown}")
    return options


def _reply(world: World, chat: Chat, given: Parameters) -> tuple[Message | None, Json | None]:
    wanted = given.get("reply_parameters")
    if not wanted:
        return None, None
    if not isinstance(wanted, dict):
        raise bad_request("Object expected as reply parameters")
    if unknown := sorted(set(wanted) - REPLY):
        world.report(f"unknown reply_parameters: {unknown}")
    if "message_id" not in wanted:
        raise bad_request('Can\'t find field "message_id"')
    if wanted.get("chat_id") not in (None, chat.id):
        world.report("a reply to a message of another chat is not emulated")
        return None, None
    message = chat.messages.get(wanted["message_id"])
    if message is None:
        if wanted.get("allow_sending_without_reply"):
            return None, None
        raise bad_request("message to be replied not found")
    if not (quote := wanted.get("quote")):
        return message, None
    quoted = format_text(quote, wanted.get("quote_parse_mode"), wanted.get("quote_entities"), world.report).text
    if quoted not in message.text or units(quoted) > 1024:
        raise bad_request("QUOTE_TEXT_INVALID")
    return message, {"text": quoted, "position": units(message.text[: message.text.index(quoted)]), "is_manual": True}


def _thread(chat: Chat, given: Parameters) -> int | None:
    if not given.has("message_thread_id"):
        return None
    thread = given.number("message_thread_id")
    if thread not in chat.topics.values():
        raise bad_request("message thread not found")
    return thread


def edit_text(world: World, given: Parameters) -> Json:
    formatted = format_text(given.text("text"), given.get("parse_mode"), given.get("entities"), world.report)
    if not formatted.text:
        raise bad_request("message text is empty")
    message = _editable(world, given)
    if message.document:
        raise bad_request("there is no text in the message to edit")
    _preview(world, given)
    if units(formatted.text) > LONGEST_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    return _edit(world, message, formatted, check_markup(given.get("reply_markup"), world.report, inline_only=True))


def edit_markup(world: World, given: Parameters) -> Json:
    message = _editable(world, given)
    markup = check_markup(given.get("reply_markup"), world.report, inline_only=True)
    return _edit(world, message, Formatted(message.text, message.entities), markup)


def _editable(world: World, given: Parameters) -> Message:
    if given.has("inline_message_id"):
        world.report("editing inline messages is not emulated")
        raise bad_request("MESSAGE_ID_INVALID")
    chat = world.chat_to(given.get("chat_id"))
    if not given.has("message_id"):
        raise bad_request("message identifier is not specified")
    message = world.message_in(chat, given.number("message_id"), "message to edit")
    if message.sender != (None if chat.type == "channel" else world.bot):
        raise bad_request("message can't be edited")
    world.count_against_limits(chat)
    return message


def _edit(world: World, message: Message, formatted: Formatted, markup: Json | None) -> Json:
    before = (message.text, message.entities, message.markup)
    edited = world.rewrite(message, formatted, markup)
    if (edited.text, edited.entities, edited.markup) == before:
        message.chat.messages[message.message_id] = message
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a current "
            "content and reply markup of the message"
        )
    world.touched = edited
    world.edited.append(edited)
    return edited.wire()


def delete_message(world: World, given: Parameters) -> bool:
    chat = world.chat_to(given.get("chat_id"))
    if not given.has("message_id"):
        raise bad_request("message identifier is not specified")
    message = world.message_in(chat, given.number("message_id"), "message to delete")
    others = message.sender != world.bot and chat.type != "private"
    if others and chat.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    del chat.messages[message.message_id]
    return True


def send_action(world: World, given: Parameters) -> bool:
    if given.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = world.chat_to(given.get("chat_id"))
    world.count_against_limits(chat)
    world.actions.append(Action(chat.id, given.text("action"), _thread(chat, given), time.monotonic()))
    return True


def set_reaction(world: World, given: Parameters) -> bool:
    chat = world.chat_to(given.get("chat_id"))
    message = world.message_in(chat, given.number("message_id"), "message to react")
    reactions = given.get("reaction") or []
    if not isinstance(reactions, list):
        raise bad_request("Expected an Array of ReactionType")
    for reaction in reactions:
        if not isinstance(reaction, dict) or reaction.get("type") not in {"emoji", "custom_emoji"}:
            raise bad_request("can't parse ReactionType: invalid reaction type specified")
        if reaction["type"] == "custom_emoji" and not str(reaction.get("custom_emoji_id")).isdigit():
            raise bad_request('can\'t parse ReactionType: Field "custom_emoji_id" must be a valid Number')
        if (
            str(reaction.get("emoji")).replace("\ufe0f", "") not in EMOJI
        ):  # a bot has no Premium, so no custom emoji either
            raise bad_request("REACTION_INVALID")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    world.reactions[chat.id, message.message_id] = reactions
    return True


METHODS = {
    "sendMessage": Method(send_message, f"{SENDING} text entities link_preview_options"),
    "sendDocument": Method(
        send_document,
        f"{SENDING} document thumbnail caption caption_entities disable_content_type_detection",
    ),
    "editMessageText": Method(
        edit_text,
        "business_connection_id chat_id message_id inline_message_id text parse_mode entities link_preview_options "
        "reply_markup",
    ),
    "editMessageReplyMarkup": Method(
        edit_markup, "business_connection_id chat_id message_id inline_message_id reply_markup"
    ),
    "deleteMessage": Method(delete_message, "chat_id message_id"),
    "sendChatAction": Method(send_action, "business_connection_id chat_id message_thread_id action"),
    "setMessageReaction": Method(set_reaction, "chat_id message_id reaction is_big"),
}
