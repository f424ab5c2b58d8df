"""The folder `bot/`, which an operator copies, fits the program."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import BaseModel

from loccit.bot.introduction import COMMANDS
from loccit.index import Index
from loccit.settings import BotSettings, read_settings
from tests.conftest import ROOT

BOT = ROOT / "bot"


def test_the_sample_questions_are_answered(folder: Path) -> None:
    settings = read_settings(BotSettings, BOT / "bot.toml")
    index = Index.open(folder / "built")
    assert len(settings.samples) == 3
    assert [question for question in settings.samples if index.ask(question).declined] == []


def settings_of(record: type[BaseModel]) -> Iterator[str]:
    for name, field in record.model_fields.items():
        yield name
        if isinstance(kind := field.annotation, type) and issubclass(kind, BaseModel):
            yield from settings_of(kind)


def test_every_setting_is_in_the_file_and_in_the_readme() -> None:
    text, told = ((BOT / name).read_text("utf-8") for name in ("bot.toml", "README.md"))
    names = set(settings_of(BotSettings))
    assert {"index", "group_a_minute", "listen"} <= names
    assert [name for name in names if not re.search(rf"^(# )?\[?{name}\b", text, re.MULTILINE)] == []
    table = told.partition("## The settings")[2].partition("\n## ")[0]
    assert [name for name in names if not re.search(rf"`[^`\n]*\b{name}\b", table)] == []


def test_every_command_is_in_the_readme() -> None:
    text = (BOT / "README.md").read_text("utf-8")
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src" / "loccit" / "bot").glob("*.py"))
    commands = re.findall(r'"(\w{3,})"[,:] self\.', source)  # and what takes them
    assert {*COMMANDS, "ask", "stats"} <= set(commands)
    assert [name for name in commands if f"`/{name}" not in text] == []


def test_the_readme_names_every_file_and_variable() -> None:
    text = (BOT / "README.md").read_text("utf-8")
    for name in ("bot.toml", "Dockerfile", "compose.yaml", "loccit.service"):
        assert (BOT / name).is_file()
        assert name in text
    variables = ("TELEGRAM_BOT_TOKEN", "LOCCIT_STATE", "TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_SECRET", "LOCCIT_METRICS")
    for variable in variables:
        assert variable in text


def test_the_compose_file_has_a_cluster_that_finds_itself() -> None:
    read = yaml.safe_load((BOT / "compose.yaml").read_text("utf-8"))
    assert {name for name in read if not name.startswith("x-")} == {"services", "volumes"}
    nodes = {name: service for name, service in read["services"].items() if name != "bot"}
    assert sorted(nodes) == ["opensearch-1", "opensearch-2", "opensearch-3"]
    assert "profiles" not in read["services"]["bot"]  # it runs without them
    for name, node in nodes.items():
        assert node["profiles"] == ["opensearch"]
        assert all(isinstance(value, str) for value in node["environment"].values())
        assert node["environment"]["node.name"] == name
        assert node["environment"]["discovery.seed_hosts"].split(",") == sorted(nodes)
        assert node["environment"]["cluster.initial_cluster_manager_nodes"].split(",") == sorted(nodes)
        assert node["volumes"] == [f"{name}:/usr/share/opensearch/data"]
        assert all(port.startswith("127.0.0.1:") for port in node.get("ports", []))
    assert {*nodes, "state"} == read["volumes"].keys()
    asked = read["services"]["bot"]["environment"]
    assert {"OPENSEARCH_HOSTS", "OPENSEARCH_USER", "OPENSEARCH_PASSWORD", "OPENSEARCH_API_KEY"} <= asked.keys()
