"""A tiny terminal to try a bot without Telegram: `python -m tests.emulator --port 8081`."""

import argparse
import sys
import threading
import time
from typing import TextIO

from .calls import Call
from .chats import Message, User
from .emulator import TOKEN, Emulator

SHOWN = {"sendMessage", "sendDocument", "editMessageText", "answerCallbackQuery", "sendChatAction", "deleteMessage"}
HELP = "Type a message; /tap N presses a button, /edit TEXT changes your last message, /quit leaves."


class Terminal:
    def __init__(self, telegram: Emulator, person: User, out: TextIO) -> None:
        self.telegram, self.person, self.out = telegram, person, out
        self.last_with_buttons: Message | None = None
        self.said: Message | None = None

    def show(self, line: str) -> None:
        self.out.write(f"{line}\n")
        self.out.flush()

    def watch(self) -> None:
        """Show what the bot does, for as long as the program lives."""
        while True:
            self.show_call(self.telegram.wait_for(lambda call: call.method in SHOWN, timeout=threading.TIMEOUT_MAX))

    def show_call(self, call: Call) -> None:
        if not call.ok:
            self.show(f"! {call.method}: {call.response.get('description', 'no reply')}")
        elif call.message:
            if call.message.buttons:
                self.last_with_buttons = call.message  # before it is shown: who sees it may tap it at once
            self.show(f"{'~' if call.message.edited else '<'} {call.message.text}")
            if call.message.document:
                self.show(f"  file {call.message.document.name}, {len(call.message.document.content)} bytes")
            for text, url in call.message.links():
                self.show(f"  {text} -> {url}")
            for number, button in enumerate(call.message.buttons, 1):
                self.show(f"  [{number}] {button}")
        else:
            self.show(f"  ({call.method} {call.params.get('action') or call.params.get('text') or ''})")

    def obey(self, line: str) -> bool:
        """Do what was typed; false to leave."""
        command, _, rest = line.strip().partition(" ")
        if command == "/quit":
            return False
        if command == "/tap":
            self.tap(rest)
        elif command == "/edit" and self.said and rest:
            self.said = self.telegram.edit(self.said, rest)
        elif line.strip():
            self.said = self.telegram.say(self.person, text=line)
        return True

    def tap(self, number: str) -> None:
        buttons = self.last_with_buttons.buttons if self.last_with_buttons else []
        if not self.last_with_buttons or not number.isdigit() or not 1 <= int(number) <= len(buttons):
            self.show("! there is no such button")
        elif self.telegram.tap(self.last_with_buttons, buttons[int(number) - 1], self.person) is None:
            self.show(f"  {self.last_with_buttons.button(buttons[int(number) - 1])}")


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.emulator", description=__doc__)
    options.add_argument("--token", default=TOKEN)
    options.add_argument("--port", type=int, default=8081)
    options.add_argument("--language", default="en", help="the language of the user's app")
    chosen = options.parse_args()
    with Emulator(chosen.token, port=chosen.port) as telegram:
        # A bot remembers the numbers it has answered: another run begins with others.
        telegram.world.updates.next_id = int(time.time())
        person = telegram.user("Ann", username="ann", language_code=chosen.language)
        terminal = Terminal(telegram, person, sys.stdout)
        terminal.show(f"Telegram is at {telegram.url}, the bot's token is {chosen.token}\n{HELP}")
        threading.Thread(target=terminal.watch, daemon=True).start()
        for line in sys.stdin:
            if not terminal.obey(line):
                break
        for fault in telegram.faults:
            terminal.show(f"! careless: {fault}")


if __name__ == "__main__":
    main()
