"""The folder `bot/`, which an operator copies, fits the program."""

import re
from pathlib import Path

from loccit.index import Index
from loccit.settings import BotSettings, read_settings

BOT = Path(__file__).parents[2] / "bot"


def test_the_sample_questions_are_answered(folder: Path) -> None:
    settings = read_settings(BotSettings, BOT / "bot.toml")
    index = Index.open(folder / "built")
    assert len(settings.samples) == 3
    assert [question for question in settings.samples if index.ask(question).declined] == []


def test_every_setting_is_in_the_file() -> None:
    text = (BOT / "bot.toml").read_text("utf-8")
    assert [name for name in BotSettings.model_fields if not re.search(rf"^(# )?\[?{name}\b", text, re.MULTILINE)] == []


def test_the_readme_names_every_file_and_variable() -> None:
    text = (BOT / "README.md").read_text("utf-8")
    for name in ("bot.toml", "Dockerfile", "compose.yaml", "loccit.service"):
        assert (BOT / name).is_file()
        assert name in text
    variables = ("TELEGRAM_BOT_TOKEN", "LOCCIT_STATE", "TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_SECRET", "LOCCIT_METRICS")
    for variable in variables:
        assert variable in text
