"""The command about what people thought of the bot's answers."""

import os
from pathlib import Path

import click

from loccit.cli.common import nearest
from loccit.errors import BadSettings


@click.command()
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The bot's state.  [default: LOCCIT_STATE, else bot/state.sqlite, here or in a folder above]",
)
@click.option("--of", "name", default="", metavar="NAME", help="Of that index under [indexes], not of the main one.")
@click.option("--bad", is_flag=True, help="Print the questions that were answered badly, and what was said.")
def feedback(state: Path | None, name: str, *, bad: bool) -> None:
    """Print the answers that people gave a thumbs up, as a test set for `loccit evaluate`."""
    kept = Path("bot", "state.sqlite")
    state = state or Path(os.environ.get("LOCCIT_STATE") or (nearest(kept) or Path()) / kept)
    if not state.is_file():
        raise BadSettings(f"There is no {state}. A bot makes it when it starts; --state FILE names another.")
    from loccit.bot.feedback import complaints, judged, testset
    from loccit.letters import escape

    verdicts = judged(state, name)
    for line in complaints(verdicts) if bad else testset(verdicts):
        click.echo(escape(line))
    if not bad:
        good = sum(one.good for one in verdicts)
        click.echo(
            f"Good answers: {good}, bad ones: {len(verdicts) - good}. `loccit feedback --bad` lists those.", err=True
        )
