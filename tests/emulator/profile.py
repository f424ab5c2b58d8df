"""What the bot says about itself, and what it may ask about chats and files."""

import re

from .chats import Chat, User
from .method import Method
from .parameters import Parameters
from .refusals import Json, bad_request
from .world import World

SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}
LARGEST_DOWNLOAD = 20 << 20


def get_me(world: World, _: Parameters) -> Json:
    return world.bot.wire() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": world.inline,
    }


def _scope(world: World, given: Parameters) -> tuple[str, str]:
    scope, language = given.get("scope") or {"type": "default"}, given.text("language_code")
    if not isinstance(scope, dict) or "type" not in scope:
        raise bad_request("can't parse BotCommandScope: Can't find field \"type\"")
    kind = scope["type"]
    if kind not in SCOPES | CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if kind in CHAT_SCOPES:
        kind = f"{kind}:{world.chat_to(scope.get('chat_id'), write=False).id}:{scope.get('user_id', '')}"
    _check_language(language)
    return kind, language


def _check_language(language: str) -> None:
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("Invalid language code specified")


def set_commands(world: World, given: Parameters) -> bool:
    commands = given.get("commands") or []
    if not isinstance(commands, list):
        raise bad_request("Expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(world, command)
    if len({command["command"] for command in commands}) < len(commands):
        world.report("two commands of the same name")
    world.profile.commands[_scope(world, given)] = commands
    return True


def _check_command(world: World, command: object) -> None:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if name not in command:
            raise bad_request(f"can't parse BotCommand: Can't find field \"{name}\"")
    name, description = str(command["command"]), str(command["description"])
    if name.startswith("/"):
        world.report("a command's name with its slash")
        name = name[1:]
    if not name:
        raise bad_request("Command must be non-empty")
    if len(name) > 32:
        raise bad_request("Command length must not exceed 32")
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description.strip():
        raise bad_request("Command description must be non-empty")
    if len(description) > 256:
        raise bad_request("Command description length must not exceed 256")


def get_commands(world: World, given: Parameters) -> list[Json]:
    return world.profile.commands.get(_scope(world, given), [])


def delete_commands(world: World, given: Parameters) -> bool:
    world.profile.commands.pop(_scope(world, given), None)
    return True


def _set_text(given: Parameters, field: str, longest: int, texts: dict[str, str]) -> bool:
    _check_language(given.text("language_code"))
    if len(given.text(field)) > longest:
        raise bad_request(f"{field.replace('_', ' ')} is too long")
    texts[given.text("language_code")] = given.text(field)
    return True


def set_name(world: World, given: Parameters) -> bool:
    return _set_text(given, "name", 64, world.profile.names)


def set_description(world: World, given: Parameters) -> bool:
    return _set_text(given, "description", 512, world.profile.descriptions)


def get_description(world: World, given: Parameters) -> Json:
    _check_language(given.text("language_code"))
    return {"description": world.profile.descriptions.get(given.text("language_code"), "")}


def set_short_description(world: World, given: Parameters) -> bool:
    return _set_text(given, "short_description", 120, world.profile.short_descriptions)


def get_chat(world: World, given: Parameters) -> Json:
    chat = world.chat_to(given.get("chat_id"), write=False)
    permissions = {"can_send_messages": True} if not chat.user else None
    extra: Json = {
        "accent_color_id": 0, "max_reaction_count": 11, "permissions": permissions,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        ),
    }  # fmt: skip
    return chat.wire() | {name: value for name, value in extra.items() if value is not None}


def _member(world: World, chat: Chat, user: User) -> Json:
    status = chat.bot_status if user == world.bot else "member"
    if user.id in chat.administrators:
        status = "administrator"
    wire: Json = {"status": status, "user": user.wire()}
    if status == "administrator":
        wire |= dict.fromkeys(
            ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
             "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
             "can_edit_stories", "can_delete_stories"), False,
        )  # fmt: skip
    return wire


def get_chat_member(world: World, given: Parameters) -> Json:
    chat = world.chat_to(given.get("chat_id"), write=False)
    user_id = given.number("user_id")
    user = world.bot if user_id == world.bot.id else chat.members.get(user_id)
    if user is None:
        raise bad_request("member not found" if user_id > 0 else "invalid user_id specified")
    return _member(world, chat, user)


def get_administrators(world: World, given: Parameters) -> list[Json]:
    chat = world.chat_to(given.get("chat_id"), write=False)
    if chat.user:
        raise bad_request("there are no administrators in the private chat")
    people = [user for user in chat.members.values() if user.id in chat.administrators]
    return [_member(world, chat, user) for user in people]


def leave(world: World, given: Parameters) -> bool:
    chat = world.chat_to(given.get("chat_id"), write=False)
    if chat.user:
        raise bad_request("chat not found")
    chat.bot_status = "left"
    return True


def get_file(world: World, given: Parameters) -> Json:
    if not given.has("file_id"):
        raise bad_request("file_id not specified")
    file = world.files.get(given.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    wire = file.wire()
    return {name: wire[name] for name in ("file_id", "file_unique_id", "file_size")} | {"file_path": file.path}


METHODS = {
    "getMe": Method(get_me, ""),
    "setMyCommands": Method(set_commands, "commands scope language_code"),
    "getMyCommands": Method(get_commands, "scope language_code"),
    "deleteMyCommands": Method(delete_commands, "scope language_code"),
    "setMyName": Method(set_name, "name language_code"),
    "setMyDescription": Method(set_description, "description language_code"),
    "getMyDescription": Method(get_description, "language_code"),
    "setMyShortDescription": Method(set_short_description, "short_description language_code"),
    "getChat": Method(get_chat, "chat_id"),
    "getChatMember": Method(get_chat_member, "chat_id user_id"),
    "getChatAdministrators": Method(get_administrators, "chat_id return_bots"),
    "leaveChat": Method(leave, "chat_id"),
    "getFile": Method(get_file, "file_id"),
}
