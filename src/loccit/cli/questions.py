"""The commands about questions: ask, bot."""

import re
import sys
import time
from pathlib import Path

import click

from loccit.cli.common import SETTINGS, index_option, json_option, nearest, open_index
from loccit.cli.shown import look, show_answer
from loccit.errors import BadQuestion, BadSettings
from loccit.letters import line

DOES_NOT_SAY = 3
"""Exit code where the articles do not say."""
MOST_READ = 100_000
"""Characters of a question from stdin: far more than may be asked, and no more than is needed to say so."""
CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")


@click.command()
@click.argument("question", required=False)
@index_option
@json_option
@click.option("--limit", type=click.IntRange(1, 10), metavar="N", help="At most so many quotes.")
@click.option("--why", is_flag=True, help="Tell why this sentence: which words met, and what came second.")
@click.option("--language", metavar="CODE", help="The language of the question; else it is found out.")
@click.pass_context
def ask(
    context: click.Context,
    question: str | None,
    folder: Path | None,
    limit: int | None,
    language: str | None,
    *,
    as_json: bool,
    why: bool,
) -> None:
    """Answer one QUESTION (from stdin where none is given); exit code 3 where the articles do not say."""
    if question is None:
        if sys.stdin.isatty():
            raise BadQuestion('There is no question. Ask something: loccit ask "Who …?"')
        question = click.unstyle(sys.stdin.read(MOST_READ)).strip()
    if language is not None and not CODE.fullmatch(language):
        raise click.BadParameter(f"'{line(language)}' is no language code such as en.", param_hint="--language")
    index = open_index(folder)
    start = time.perf_counter()
    answer = index.ask(question, limit=limit, language=language)
    seconds = time.perf_counter() - start
    reason = index.why(answer.question) if why else None
    show_answer(answer, seconds, look(context, index), as_json=as_json, why=reason)
    context.exit(DOES_NOT_SAY if answer.declined else 0)


@click.command()
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The bot's settings.  [default: bot/bot.toml, here or in a folder above]",
)
def bot(config: Path | None) -> None:
    """Answer in Telegram. The token comes from TELEGRAM_BOT_TOKEN."""
    from loccit.settings import BotSettings, Environment, read_settings

    config = config or (nearest(SETTINGS) or Path()) / SETTINGS
    if not config.is_file():
        raise BadSettings(f"There is no {config}. `loccit init .` writes one; --config FILE names another.")
    settings = read_settings(BotSettings, config)
    environment = Environment.read(config.parent / "state.sqlite")
    from loccit.bot.application import run

    run(config.parent / settings.index, settings.at(config.parent), environment)
