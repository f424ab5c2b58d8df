"""The peers of `speed.py`: each builds an index of passages in a folder, and is searched there.

Given no texts it opens what it has built. It gives how many passages it built of, and what searches them for words.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from loccit.readers.wikiextractor import read
from loccit.types import Article

BEST = 50
SIZE = 1_000
"""Characters of a passage at most."""

Search = Callable[[Sequence[str]], object]


def passages(files: Sequence[str]) -> Iterator[str]:
    """Paragraphs of the articles, neighbours together where they fit: what a peer is given."""
    for name in files:
        for article in read(Path(name), name):
            if isinstance(article, Article):
                group = ""
                for paragraph in filter(None, article.text.split("\n")):
                    if group and len(group) + len(paragraph) > SIZE:
                        yield group
                        group = ""
                    group = f"{group} {paragraph}".lstrip()
                if group:
                    yield group


def peer_tantivy(folder: Path, texts: Iterator[str] | None) -> tuple[int, Search]:
    """With its own English analysis, its text stored."""
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("text", stored=True, tokenizer_name="en_stem").build()
    index = tantivy.Index(schema, str(folder))
    count = 0
    if texts is not None:
        writer = index.writer(128_000_000, 1)
        for text in texts:
            writer.add_document(tantivy.Document(text=text))
            count += 1
        writer.commit()
        writer.wait_merging_threads()
    searcher = index.searcher()

    def search(words: Sequence[str]) -> object:
        query, _ = index.parse_query_lenient(" ".join(words), ["text"])
        return [searcher.doc(address)["text"][0] for _, address in searcher.search(query, BEST, count=False).hits]

    return count, search


def peer_fts5(folder: Path, texts: Iterator[str] | None) -> tuple[int, Search]:
    """SQLite, with the Porter stemmer."""
    database = sqlite3.connect(folder / "fts5.sqlite")
    count = 0
    if texts is not None:
        database.execute("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'porter unicode61')")
        count = database.executemany("INSERT INTO passages VALUES (?)", ((text,) for text in texts)).rowcount
        database.commit()

    def search(words: Sequence[str]) -> object:
        asked = " OR ".join(f'"{word}"' for word in words)
        found = "SELECT text FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?"
        return database.execute(found, (asked, BEST)).fetchall()

    return count, search


def peer_bm25s(folder: Path, texts: Iterator[str] | None) -> tuple[int, Search]:
    """With numba, its own stopwords and Snowball's stems; kept as arrays, the texts beside them not counted."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    count = 0
    if texts is not None:
        corpus = list(texts)
        count = len(corpus)
        index = bm25s.BM25(method="lucene", backend="numba")
        index.index(bm25s.tokenize(corpus, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)
        index.save(str(folder / "bm25s"))
        return count, lambda _: None
    index = bm25s.BM25.load(str(folder / "bm25s"), mmap=True)
    index.backend = "numba"
    index.activate_numba_scorer()

    def search(words: Sequence[str]) -> object:
        tokens = bm25s.tokenize(" ".join(words), stopwords="en", stemmer=stemmer, show_progress=False)
        return index.retrieve(tokens, k=min(BEST, index.scores["num_docs"]), show_progress=False, n_threads=1)

    return count, search


def peer_rank_bm25(folder: Path, texts: Iterator[str] | None) -> tuple[int, Search]:
    """As its page shows it: words in small letters, in memory; built anew to be asked."""
    from rank_bm25 import BM25Okapi

    kept = folder / "files.json"
    if texts is None:
        texts = passages(json.loads(kept.read_text(encoding="utf-8")))
    index = BM25Okapi([re.findall(r"\w+", text.lower()) for text in texts])
    return index.corpus_size, lambda words: index.get_top_n([w.lower() for w in words], range(index.corpus_size), BEST)


PEERS: dict[str, Callable[[Path, Iterator[str] | None], tuple[int, Search]]] = {
    "tantivy itself": peer_tantivy,
    "SQLite FTS5": peer_fts5,
    "bm25s": peer_bm25s,
    "rank-bm25": peer_rank_bm25,
}
