"""The commands about articles: init, show, verify, info."""

import json
import os
import shlex
import sys
from pathlib import Path
from typing import TextIO

import click

from loccit.cli.common import LISTED, index_option, json_option, open_index, print_json
from loccit.errors import LoccitError


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Write a bot/ and an index/ to start from into FOLDER."""
    from loccit.letters import line
    from loccit.templates import write

    for written in write(folder):
        click.echo(line(f"{written}{os.sep}"))
    click.echo(line(f"Next: cd {shlex.quote(str(folder))} && loccit index && loccit chat"), err=True)


@click.command()
@click.argument("article")
@click.option("--span", metavar="A:B", help="Mark the characters from A to B.")
@index_option
@click.pass_context
def show(context: click.Context, article: str, span: str | None, folder: Path | None) -> None:
    """Print an ARTICLE (its id, its title, or a part of one), with the span marked."""
    from loccit.letters import clean, line

    opened = open_index(folder)
    titles = opened.catalog.titles()
    wanted = article.casefold()
    found = (
        [key for key in titles if key == article]
        or [key for key, title in titles.items() if title.casefold() == wanted]
        or [key for key, title in titles.items() if wanted in title.casefold() or wanted in key.casefold()]
    )
    record = opened.article(found[0]) if len(found) == 1 else None
    if record is None:
        some = "".join(f"\n  {line(key)}  {line(titles[key])}" for key in found[:LISTED])
        many = f"{len(found)} articles match" if found else "No article matches"
        raise LoccitError(f"{many} '{line(article)}'.{some}")
    text = record.text
    if span is None:
        click.echo(clean(text))
        return
    start, end = _span(span, len(text))
    coloured = sys.stdout.isatty() and context.find_root().color is not False
    marked = clean(text[start:end])
    marked = click.style(marked, reverse=True) if coloured else f"⟦{marked}⟧"
    click.echo(clean(text[:start]) + marked + clean(text[end:]), color=coloured)


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@index_option
def verify(file: TextIO, folder: Path | None) -> None:
    """Read the articles' files again and check each quote of an `ask --json` in FILE; exit code 1 where one differs."""
    from loccit.letters import line
    from loccit.types import Answer, Quoted
    from loccit.verification import verify as check

    opened = open_index(folder)
    quotes: list[Quoted] = []
    wrong: LoccitError | None = None
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            fields = json.loads(text)
            fields.pop("elapsed_ms", None)
            fields.pop("why", None)
            answer = Answer.model_validate(fields)
        except (ValueError, AttributeError, TypeError, RecursionError):
            wrong = LoccitError(f"Line {number} is not what `loccit ask --json` prints.")
            break  # what came before it is checked nevertheless
        quotes += [*answer.quotes, *answer.suggestions]
    differ = 0
    for quote, holds, remark in check(quotes, opened.base, opened.catalog.files):
        place = f"{quote.source.file} {quote.span.start}:{quote.span.end}"
        click.echo(f"{'holds  ' if holds else 'DIFFERS'} {line(f'{place} {remark}')}")
        differ += not holds
    if wrong:
        raise wrong
    if differ:
        raise LoccitError(f"{differ} {'quote differs' if differ == 1 else 'quotes differ'} from the articles.")


@click.command()
@index_option
@json_option
def info(folder: Path | None, *, as_json: bool) -> None:
    """Print what the index holds."""
    from loccit.letters import line

    opened = open_index(folder)
    catalog = opened.catalog
    fields = {
        "folder": str(opened.folder),
        "index": opened.id,
        "engine": catalog.about["engine"],
        "version": catalog.about["version"],
        "files": len(catalog.files),
        "articles": len(catalog),
        "passages": len(opened),
        "languages": {code: lengths.passages for code, lengths in catalog.languages().items()},
    }
    if as_json:
        print_json(fields | {"skipped": [skipped.model_dump() for skipped in catalog.skipped]})
        return
    fields["languages"] = ", ".join(f"{code} ({n:,} passages)" for code, n in fields["languages"].items())  # type: ignore[attr-defined]
    for name, value in fields.items():
        click.echo(f"{name:<10} {line(str(value))}")
    for skipped in catalog.skipped:
        click.echo(f"skipped    {line(f'{skipped.file}: {skipped.reason}')}")


def _span(value: str, size: int) -> tuple[int, int]:
    start, _, end = value.partition(":")
    if start.isdecimal() and end.isdecimal() and int(start) < int(end) <= size:
        return int(start), int(end)
    raise click.BadParameter(f"'{value}' is not A:B with 0 ≤ A < B ≤ {size}.", param_hint="--span")
