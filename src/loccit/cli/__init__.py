"""The command `loccit`: the only place that wires. What a command needs is imported when it runs."""

import os
import sys
from typing import Any

import click

from loccit import __version__
from loccit.cli.articles import info, init, show, verify
from loccit.cli.chat import chat, completion
from loccit.cli.evaluation import compare, evaluate, gate, train
from loccit.cli.feedback import feedback
from loccit.cli.indexing import doctor, index
from loccit.cli.questions import ask, bot
from loccit.errors import BadQuestion, LoccitError


class Quiet(click.Group):
    """Ends without a word where whoever reads the output has read enough; click would call that a failure."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        return result


@click.group(cls=Quiet, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="loccit")
@click.option("--no-color", is_flag=True, help="Never colour. NO_COLOR does the same.")
@click.pass_context
def cli(context: click.Context, *, no_color: bool) -> None:
    """Answer questions from your own articles, in the articles' own words, with the exact place cited.

    \b
    loccit init my-bot            a bot/ and an index/ to start from
    loccit index                  read the articles
    loccit ask "Who is …?"        one question
    loccit chat                   many
    loccit bot                    the same in Telegram
    """  # noqa: D301  # click reads the backspace
    if no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        context.color = False


for command in (
    *(init, index, doctor, ask, chat, bot, show, verify, evaluate, compare, gate, train, feedback, info, completion),
):
    cli.add_command(command)


def main() -> None:
    """Run the command; whatever goes wrong is told in one sentence, with 1 (failed) or 2 (wrong usage) to exit with."""
    stream: Any
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is not None:  # bytes that are no text, and text the terminal cannot write, stop nothing
            stream.reconfigure(errors="replace")
    try:
        code = cli.main(prog_name="loccit", standalone_mode=False)
        sys.exit(code or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BadQuestion as error:
        _tell(error)
        sys.exit(2)
    except LoccitError as error:
        _tell(error)
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except Exception as error:  # the rim: nobody is to see a traceback who did not ask for it
        if os.environ.get("LOCCIT_DEBUG"):
            raise
        _tell(f"This should not have happened ({type(error).__name__}: {error}). LOCCIT_DEBUG=1 shows where.")
        sys.exit(1)


def _tell(message: object) -> None:
    from loccit.letters import clean

    click.echo(clean(f"loccit: {message}"), err=True)
