"""The commands about questions: ask, chat, bot, evaluate."""

import contextlib
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loccit.cli.common import index_option, json_option, open_index, print_json, progress
from loccit.errors import BadQuestion, BadSettings
from loccit.letters import line

if TYPE_CHECKING:
    from loccit.types import Answer

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
) -> None:
    """Answer one QUESTION (from stdin where none is given); exit code 3 where the articles do not say."""
    if question is None:
        if sys.stdin.isatty():
            raise BadQuestion('There is no question. Ask something: loccit ask "Who …?"')
        question = sys.stdin.read(MOST_READ).strip()
    if language is not None and not CODE.fullmatch(language):
        raise click.BadParameter(f"'{line(language)}' is no language code such as en.", param_hint="--language")
    index = open_index(folder)
    start = time.perf_counter()
    answer = index.ask(question, limit=limit, language=language)
    _say(context, answer, time.perf_counter() - start, as_json=as_json)
    context.exit(DOES_NOT_SAY if answer.declined else 0)


@click.command()
@index_option
@json_option
@click.pass_context
def chat(context: click.Context, folder: Path | None, *, as_json: bool) -> None:
    """Ask one question after the other; piped lines are answered one by one."""
    from loccit import chat as talk

    index = open_index(folder)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if terminal:
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  # with it the arrow keys work in input()
        click.echo(talk.greeting(index))
    lines = talk.typed("? ") if terminal else sys.stdin
    for said, seconds in talk.timed(talk.chat(index, lines)):
        if isinstance(said, str):
            if as_json:
                print_json({"error": said})
            else:
                click.echo(f"{said}\n")
        else:
            _say(context, said, seconds, as_json=as_json, apart=True)
        sys.stdout.flush()
    if terminal:
        click.echo()  # the shell's prompt gets a line of its own


@click.command()
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("bot", "bot.toml"),
    show_default=True,
    help="The bot's settings.",
)
def bot(config: Path) -> None:
    """Answer in Telegram. The token comes from TELEGRAM_BOT_TOKEN."""
    from loccit.settings import BotSettings, Environment, read_settings

    if not config.is_file():
        raise BadSettings(f"There is no {config}. `loccit init .` writes one; --config FILE names another.")
    settings = read_settings(BotSettings, config)
    environment = Environment.read(config.parent / "state.sqlite")
    from loccit.bot.application import run

    run(config.parent / settings.index, settings, environment)


@click.command()
@click.argument("testsets", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@click.option("--closed", is_flag=True, help="Index the test sets' own articles for the while.")
@click.option("--without-gold", is_flag=True, help="Ask each question a second time with its article hidden.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all of it there.")
def evaluate(
    testsets: tuple[Path, ...], folder: Path | None, json_file: Path | None, *, closed: bool, without_gold: bool
) -> None:
    """Score the answers against TESTSETS."""
    from loccit.evaluate import closed_index, merge, read_testset, table, to_json
    from loccit.evaluate import evaluate as score
    from loccit.letters import clean

    testset = merge([read_testset(path) for path in testsets])
    with contextlib.ExitStack() as stack:
        index = stack.enter_context(closed_index(testset)) if closed else open_index(folder)
        tell = stack.enter_context(progress("Asking"))
        evaluation = score(index, testset, without_gold=without_gold, progress=tell)
    click.echo(clean(table(evaluation)))
    if json_file is not None:
        try:
            json_file.write_text(to_json(evaluation), encoding="utf-8")
        except OSError as error:
            raise BadSettings(f"{json_file} cannot be written: {error.strerror}.") from error


def _say(context: click.Context, answer: "Answer", seconds: float, *, as_json: bool, apart: bool = False) -> None:
    from loccit.languages import wording
    from loccit.render import plain, render

    if as_json:
        print_json(answer.model_dump(mode="json") | {"elapsed_ms": round(1000 * seconds, 1)})
        return
    coloured = sys.stdout.isatty() and context.find_root().color is not False
    text = render(answer, wording(answer.question.language), click.style if coloured else plain)
    click.echo(text, nl=apart, color=coloured)
