"""What the settings refuse, in the words they refuse it with."""

from pathlib import Path

import pytest

from loccit.errors import BadSettings
from loccit.settings import TELEGRAM, BotSettings, Environment, IndexSettings, read_settings

TOKEN = "123456:" + "A" * 35


@pytest.mark.parametrize("url", ["foo", "http://", "ftp://x", "http://[::1", "api.telegram.org"])
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_API_URL", url)
    with pytest.raises(BadSettings) as told:
        Environment.read(tmp_path)
    assert str(told.value) == f"TELEGRAM_API_URL is '{url}', which is no address. Set one such as {TELEGRAM}, or none."


@pytest.mark.parametrize(("url", "read"), [("", TELEGRAM), ("http://127.0.0.1:8081/", "http://127.0.0.1:8081")])
def test_an_address_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, read: str) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_API_URL", url)
    environment = Environment.read(tmp_path / "state.sqlite")
    assert environment.api_url == read
    assert TOKEN not in repr(environment)


@pytest.mark.parametrize("phrase", ["Nothing: {words!x}", "Nothing: {words:d}"])
def test_a_phrase_that_could_not_be_filled_in_is_refused(tmp_path: Path, phrase: str) -> None:
    path = tmp_path / "bot.toml"
    path.write_text(f'[wording.en]\nmissing = "{phrase}"\n')
    with pytest.raises(
        BadSettings, match=r"en\.missing has '!' or ':' in a field; write its name alone, as in \{words\}\.$"
    ):
        read_settings(BotSettings, path)


def test_a_language_code_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.toml"
    path.write_text('languages = ["english"]\n')
    with pytest.raises(BadSettings, match=r"'languages\.0' is 'english'"):
        read_settings(IndexSettings, path)


def test_no_file_is_all_defaults(tmp_path: Path) -> None:
    assert read_settings(IndexSettings, tmp_path / "index.toml") == IndexSettings()
