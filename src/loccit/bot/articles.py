"""The article files of an index: added, replaced and deleted from the chat, the index brought in step with them."""

import asyncio
import contextlib
import hashlib
import secrets
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

from telegram import Document
from telegram.error import BadRequest

from loccit import files
from loccit.bot.desk import Desk
from loccit.bot.marked import Marked, fill
from loccit.bot.reply import Phrases
from loccit.bot.shelf import Shelf
from loccit.built import open_built
from loccit.errors import LoccitError
from loccit.indexer import build
from loccit.plan import Report
from loccit.readers import READERS
from loccit.settings import IndexSettings, read_settings

LARGEST = 20
"""MB: Telegram gives a bot no larger file."""
LONGEST_NAME = 200
"""Bytes; the file systems' 255 less what is put before it while it is written."""
Tell = Callable[[int], None]
"""Told the percent that are read, from another thread."""


class Refused(LoccitError):
    """What cannot be done, by the name of the phrase that says so."""

    def __init__(self, phrase: str, **fields: str | int) -> None:
        super().__init__(phrase)
        self._phrase, self._fields = phrase, fields

    def said(self, phrases: Phrases) -> Marked:
        """The sentence."""
        return fill(phrases[self._phrase], **self._fields)


class Articles:
    """One change at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._turn = asyncio.Lock()
        self._asked: dict[str, tuple[str, str]] = {}

    def listed(self, shelf: Shelf, word: str, most: int) -> tuple[int, list[tuple[str, str]]]:
        """How many articles have a word in their id or title, and the files and titles of the first of them."""
        index, word = shelf.current(), word.casefold()
        titles = index.catalog.titles()
        ids = [article_id for article_id, title in titles.items() if word in f"{article_id} {title}".casefold()]
        shown = ((index.catalog.file_of(article_id), titles[article_id]) for article_id in ids[:most])
        return len(ids), [(file, title) for file, title in shown if file]

    async def add(self, shelf: Shelf, document: Document, tell: Tell) -> Report:
        """Take a file in; one that holds nothing that could be read is not kept. Raises Refused, LoccitError."""
        path = _folder(shelf) / named(document.file_name or "")
        if (document.file_size or 0) > LARGEST << 20:
            raise Refused("file_too_big", limit=LARGEST)
        try:
            content = bytes(await (await document.get_file()).download_as_bytearray())
        except BadRequest as error:
            if "too big" not in str(error):
                raise
            raise Refused("file_too_big", limit=LARGEST) from error
        if len(content) > LARGEST << 20:
            raise Refused("file_too_big", limit=LARGEST)
        async with self._turn:
            return await asyncio.to_thread(_written, shelf, path, content, _percent(tell))

    async def reload(self, shelf: Shelf, tell: Tell) -> Report:
        """Bring the index in step with its folders."""
        async with self._turn:
            return await asyncio.to_thread(_build, shelf, _percent(tell))

    async def remember(self, shelf: Shelf, name: str) -> str:
        """A key for a file that is perhaps to be deleted; raises Refused where there is none of that name."""
        file = await self._file(shelf, name)
        key = hashlib.sha256(f"{shelf.name}\n{file}".encode()).hexdigest()[:16]
        self._asked[key] = (shelf.name, file)
        return key

    def remembered(self, shelf: Shelf, key: str) -> str | None:
        """The file of a key."""
        name, file = self._asked.pop(key, ("", None))
        return file if name == shelf.name else None

    async def delete(self, shelf: Shelf, name: str, tell: Tell) -> Report:
        """Delete a file and what came of it; raises Refused, LoccitError."""
        file = await self._file(shelf, name)
        async with self._turn:
            return await asyncio.to_thread(_deleted, shelf, shelf.folder.parent / file, _percent(tell))

    async def _file(self, shelf: Shelf, name: str) -> str:
        file = await self._desk.run(lambda: _indexed(shelf, name))
        if file is None:
            raise Refused("no_such_file", file=name[:100])
        return file


def named(name: str) -> str:
    """The name a file is kept under: that it came with; raises Refused where that could do harm or cannot be read."""
    odd = any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in name)
    if odd or not name.strip() or name.startswith(".") or {"/", "\\", ":"} & set(name):
        raise Refused("file_bad_name")
    if len(name.encode()) > LONGEST_NAME:
        raise Refused("file_bad_name")
    if Path(name).suffix.lower() not in READERS or not Path(name).suffix:
        raise Refused("file_bad_kind", kinds=", ".join(suffix for suffix in READERS if suffix))
    return name


def _settings(shelf: Shelf) -> IndexSettings:
    return read_settings(IndexSettings, shelf.folder.parent / "index.toml")


def _folder(shelf: Shelf) -> Path:
    """Where the recipe looks for articles first."""
    folder = shelf.folder.parent / next(iter(_settings(shelf).articles), "articles")
    return folder if folder.is_dir() else folder.parent


def _indexed(shelf: Shelf, name: str) -> str | None:
    """An indexed file of the article folder, by its name as /articles lists it or within that folder."""
    base, folder = shelf.folder.parent, _folder(shelf)
    catalog = shelf.current().catalog
    for file in (name, files.name(folder / name, base)):
        path = (base / file).resolve()
        if catalog.file(file) and path.is_file() and path.is_relative_to(folder.resolve()):
            return file
    return None


def _build(shelf: Shelf, progress: Callable[[int, int], None], remove: tuple[Path, ...] = ()) -> Report:
    return build(shelf.folder, _settings(shelf), remove=remove, progress=progress)


def _written(shelf: Shelf, path: Path, content: bytes, progress: Callable[[int, int], None]) -> Report:
    part, old = (path.with_name(f".{secrets.token_hex(4)}.{kind}") for kind in ("new", "old"))
    file = files.name(path, shelf.folder.parent)
    try:
        part.write_bytes(content)
        if path.exists():
            shutil.copy2(path, old)
        part.replace(path)
        try:
            return _indexed_anew(shelf, file, progress)
        except LoccitError:
            if old.exists():
                old.replace(path)
            else:
                path.unlink()
            with contextlib.suppress(LoccitError):  # what was wrong at first is what is told
                _build(shelf, lambda *_: None)
            raise
    except OSError as error:
        raise LoccitError(f"{path.parent} cannot be written: {(error.strerror or str(error)).lower()}.") from error
    finally:
        for left in (part, old):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def _indexed_anew(shelf: Shelf, file: str, progress: Callable[[int, int], None]) -> Report:
    report = _build(shelf, progress)
    if not _holds(shelf, file):
        reasons = [skipped.reason for skipped in report.skipped if skipped.file == file]
        raise Refused("refused", reason=next(iter(reasons), f"index.toml does not name the folder of {file}"))
    return report


def _deleted(shelf: Shelf, path: Path, progress: Callable[[int, int], None]) -> Report:
    try:
        path.unlink()
    except OSError as error:
        raise LoccitError(f"{path} cannot be deleted: {error.strerror}.") from error
    return _build(shelf, progress, (path,))


def _holds(shelf: Shelf, file: str) -> bool:
    """Whether an article came of the file, in the index as it is on the disk now."""
    catalog, _ = open_built(shelf.folder)
    try:
        return bool(catalog.ids_of(file))
    finally:
        catalog.close()


def _percent(tell: Tell) -> Callable[[int, int], None]:
    loop = asyncio.get_running_loop()

    def progress(done: int, size: int) -> None:
        loop.call_soon_threadsafe(tell, 100 * done // max(size, 1))

    return progress
