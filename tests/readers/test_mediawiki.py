"""Dumps of wikis, as MediaWiki exports them."""

import bz2
import gzip
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from loccit.chunker import chunk
from loccit.readers import find, mediawiki, read, wikicode
from loccit.types import Article, Quote, Skipped
from loccit.verification import verify

DUMP = Path(__file__).parent / "dumps" / "mediawiki.xml"
HEAD = '<mediawiki xml:lang="en"><siteinfo><dbname>w</dbname></siteinfo>'
UNITED_STATES = """\
Infobox
- Conventional long name: United States of America
- Capital: Washington, D.C.
- Largest city: New York City
- Official languages: None at the federal level, English
- Established date1: 1776-07-04
- Area km2: 9525067
- Leader title1: President
- Leader name1: Joe Biden

The United States of America (USA) is a country in North America. It has 9525067 km2 of land and water, and its people \
are Americans. Its motto was E pluribus unum.

==Geography==

Deserts lie in the southwestern part. The survey counted 1/2 of them.
- Death Valley: lowest
- Badwater
- the first

This land is your land.

State: Alaska; Capital: Juneau

State: Texas; Capital: Austin

===Climate===

The formula is E=mc^2 and [[not a link]].

==References==
"""


def page(title: str, text: str, more: str = "") -> str:
    return (
        f"<page><title>{title}</title><ns>0</ns><id>{title}</id>{more}<revision><id>7</id>"
        f'<text xml:space="preserve">{text}</text></revision></page>\n'
    )


def shown(markup: str) -> str:
    return str(wikicode.extract({"markup": markup, "hidden": [], "size": len(markup)})["text"]).strip()


def outcome(path: Path) -> list[str]:
    return [found.title if isinstance(found, Article) else found.reason for found in read(path, path.name)]


def written(path: Path, raw: bytes | str) -> Path:
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return path


@pytest.mark.parametrize(("name", "pack"), [("a.xml", bytes), ("a.xml.bz2", bz2.compress), ("a.xml.gz", gzip.compress)])
def test_a_dump_is_its_articles(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    path = written(tmp_path / name, pack(DUMP.read_bytes()))
    first, second = read(path, name)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert first.text == UNITED_STATES
    assert (first.id, first.title, first.language) == ("enwiki:3434750", "United States", "en")
    assert (first.revision, first.date) == ("1186000000", "2023-11-20")
    assert first.url == "https://en.wikipedia.org/wiki/United_States?oldid=1186000000"
    assert first.aliases == ("USA", "U.S."), "and not the one that leads to a section"
    assert [(section.heading, section.kind) for section in first.sections] == [
        (("Infobox",), "infobox"),
        ((), "prose"),
        (("Geography",), "prose"),
        (("Geography",), "table"),
        (("Geography", "Climate"), "prose"),
    ]
    assert (second.title, second.revision, second.aliases) == ("Maldives–Palestine relations", "1240000000", ())
    assert second.text.startswith("Infobox\n- Filetype: svg\n\nMaldives–Palestine relations refer to foreign relations")
    assert "An older revision" not in second.text


def test_a_redirect_finds_the_article_and_a_quote_is_verified() -> None:
    article = next(read(DUMP, DUMP.name))
    assert isinstance(article, Article)
    passages = list(chunk(article))
    assert all("en:usa" in passage.terms or "usa" in passage.terms for passage in passages)
    quote = Quote(text=passages[1].text, span=passages[1].span, score=1, source=passages[1].source)
    (check,) = verify([quote], DUMP.parent, {DUMP.name})
    assert (check.holds, check.remark) == (True, "")


@pytest.mark.parametrize(
    ("table", "kinds", "said"),
    [
        ("{|\n| One. Two.\n| And the right column.\n|}", ["prose"], ["One.", "Two.", "| And the right column."]),
        (
            "{|\n! colspan=2 | == Y ==\n|-\n| = Head = || a\n|}\nProse.",
            ["table", "prose"],
            ["== Y ==", "= Head = | a", "Prose."],
        ),
    ],
)
def test_a_layout_is_prose_and_a_row_no_heading(tmp_path: Path, table: str, kinds: list[str], said: list[str]) -> None:
    (article,) = read(written(tmp_path / "a.xml", HEAD + page("A", table) + "</mediawiki>"), "a.xml")
    assert isinstance(article, Article)
    sections = [each for each in article.sections if article.text[slice(*each.span)].strip()]
    assert [(each.kind, each.heading) for each in sections] == [(kind, ()) for kind in kinds]
    found = [each.span for passage in chunk(article) for each in passage.sentences]
    assert [article.text[slice(*span)] for span in found] == said


def test_a_page_that_a_dump_has_twice_hides_no_other(tmp_path: Path) -> None:
    pages = page("A", "Text.") + page("A", "Text.") + page("B", "More.")
    path = written(tmp_path / "a.xml", HEAD + pages + "</mediawiki>")
    assert [entry.title for entry in find(path, "a.xml", {"w:A", "w:B"}) if isinstance(entry, Article)] == ["A", "B"]


def test_articles_are_found_by_their_ids_without_reading_the_others(tmp_path: Path) -> None:
    harm = page("B", "{{a|[[" * 10_000)
    path = written(tmp_path / "a.xml", HEAD + page("A", "Text.") + harm + page("C", "More.") + "<cut")
    found = [entry.title for entry in find(path, "a.xml", {"w:A", "w:C"}) if isinstance(entry, Article)]
    assert found == ["A", "C"]
    (cut,) = find(path, "a.xml", {"w:D"})
    assert isinstance(cut, Skipped)
    assert cut.reason.endswith("after the page 'C'; download it anew, what stands before is taken")


def test_a_page_of_wikipedia_is_read_as_it_stands_there() -> None:
    (article,) = read(DUMP.with_name("wikipedia2016.xml"), "a.xml")
    assert isinstance(article, Article)
    assert (article.title, article.aliases) == ("Analysis of variance", ("ANOVA", "Analysis of Variance"))
    assert article.text.startswith("Analysis of variance (ANOVA) is a collection of statistical models used to analyze")
    assert not [mark for mark in ("{{", "}}", "[[", "''", "<ref", "&nbsp;") if mark in article.text]


def test_a_row_is_quoted_whole_whatever_its_cells_say(tmp_path: Path) -> None:
    table = "{|\n! Pos. !! Remark\n|-\n| 1 || First. It won.\n|-\n| 2 ||\n|}"
    text = f"Text.\n==Results==\nThe race. It rained.\n{table}\nAfter it. All left."
    (article,) = read(written(tmp_path / "a.xml", HEAD + page("A", text) + "</mediawiki>"), "a.xml")
    assert isinstance(article, Article)
    said = [[article.text[slice(*each.span)] for each in passage.sentences] for passage in chunk(article)]
    assert said == [
        ["Text."],
        ["The race.", "It rained."],
        ["Pos.: 1; Remark: First. It won.", "Pos.: 2"],
        ["After it.", "All left."],
    ]


def test_other_titles_lengthen_a_passage_by_a_dozen_terms_at_most() -> None:
    article = next(read(DUMP, DUMP.name))
    assert isinstance(article, Article)
    many = article.model_copy(update={"aliases": ("United States", *(f"Name{n} States" for n in range(50)))})
    alone = article.model_copy(update={"aliases": ()})
    lengths = [len(next(chunk(each)).context) for each in (many, alone)]
    assert lengths[0] - lengths[1] == 12


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("'''A''' is ''b''.", "A is b."),
        (
            "The ''dog''s and [[cat]]s, [[Paris, Texas|Paris]]ian [[:File:A.jpg]].",
            "The dogs and cats, Parisian File:A.jpg.",
        ),
        ("A line\nwrapped by hand\n\nnext", "A line wrapped by hand\n\nnext"),
        ("Malaysia ({{IPA|x}}; {{lang-ms|Malaysia}}) is", "Malaysia (Malaysia) is"),
        ("{{convert|3|-|5|km|mi}} long, {{cvt|5|m}}", "3 - 5 km long, 5 m"),
        ("{{as of|2015|lc=y}}, {{circa|1500}}, {{frac|3|4}}", "as of 2015, c. 1500, 3/4"),
        ("{{frac|2}}, {{frac|3|1|2}}; {{convert|5|ft|11|in|m|2}}, {{height|m=1.85}}", "1/2, 3 1/2; 5 ft 11 in, 1.85 m"),
        (
            "{{start date|1776|7|4}}, {{as of|2015|3}}, {{circa|1500|1510}}",
            "1776-07-04, As of 2015-03, c. 1500 – c. 1510",
        ),
        ("{{langx|ar|قدس}} {{transl|ar|ALA|Quds}} {{rtl-lang|ar|x}} {{ill|Lee|de}}", "قدس Quds x Lee"),
        (
            "{{HMS|Victory|1765}} {{ship|MV|Doulos}} {{sclass|Nimitz|carrier}}",
            "HMS Victory MV Doulos Nimitz-class carrier",
        ),
        ("{{yes}} {{no|never}} {{won}} {{flagicon|MAS}}{{flag|Malaysia}}", "Yes never Won Malaysia"),
        ("{{quote|text=This land.|author=A}}\nb", "This land.\n\nb"),
        ("[[Quran]] ({{qref|2|255}}) {{hs|1}}{{age in years|1950|1|1}}", "Quran (Quran 2:255)"),
        ("a.<sup>[[#n|1]]</sup> b<sup>[2]</sup> c<sup>''[http://a.org 3]''</sup> d<sup>[e]</sup>", "a. b c d"),
        ("A C<sup>*</sup>-algebra, A<sup>†</sup> and <sup>[18F]</sup>FDG.", "A C*-algebra, A† and [18F]FDG."),
        ("<table>|+ cap<tr><td>a</td><td>b</td></tr></table>", "a | b"),
        ("{|\n<nowiki/>|+ x\n|-\n| a || b\n|}", "a | b"),
        ("m<sup>2</sup>, 10<sup>[[Power|3]]</sup>, 1<sup>st</sup>", "m2, 103, 1st"),
        ("a<ref name=x / > b<ref name=y>z</ref>", "a b"),
        ("{{unheard of|x}}", ""),
        ("{{hlist|a|b}} {{plainlist|\n* c\n* [[d]]\n}}", "a, b c, d"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<poem>one\ntwo</poem>", "one\ntwo"),
        ("H<sub>2</sub>O &amp; 5&nbsp;km &lt; 6", "H2O & 5 km < 6"),
        ("{{Ficha de país|nombre=X|capital=[[Lima]]}}", "Infobox\n- Nombre: X\n- Capital: Lima"),
        ("{{Держава|a=1|b=2|c=3|d=4}}\nText.", "Infobox\n- A: 1\n- B: 2\n- C: 3\n- D: 4\n\nText."),
        ("Text {{x|a=1|b=2|c=3|d=4}} more.", "Text more."),
        ("{{Infobox a|x=1|module={{Infobox b|y=2}}}}", "Infobox\n- X: 1\n- Y: 2"),
        ("{|\n|+ Ships\n! Year !! Rope\n|-\n| 1920 || 3\n|}", "Ships\n\nYear: 1920; Rope: 3"),
        ('{|\n|+ class="x" | Ships\n|-\n| a || b\n|}', "Ships\n\na | b"),
        ('{|\n! A !! B\n|-\n| rowspan="0" | 1 || 2\n|-\n| 3\n|-\n| 4\n|}', "A: 1; B: 2\n\nA: 1; B: 3\n\nA: 1; B: 4"),
        ('{|\n! A !! B\n|-\n| rowspan="2" | 1 || 2\n|-\n| colspan="x" | 3\n|}', "A: 1; B: 2\n\nA: 1; B: 3"),
        ('{| class="infobox"\n! Area\n| 3 km\n|}', "Infobox\n- Area: 3 km"),
        ("a {{!}} b{{'s}}{{snd}}c", "a | b's – c"),
        ("unclosed {{convert|5|km and [[link", "unclosed {{convert|5|km and [[link"),
        ("{{{1|given}}}", "given"),
    ],
)
def test_what_a_wiki_shows_is_the_text(markup: str, text: str) -> None:
    assert shown(markup) == text


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://en.wikipedia.org/wiki/Main_Page", "https://en.wikipedia.org/wiki/A_b%3F?oldid=7"),
        ("https://w.org/index.php?title=Main_Page", "https://w.org/index.php?title=A_b%3F&oldid=7"),
        ("", None),
    ],
)
def test_the_address_is_that_of_the_revision(base: str, expected: str | None) -> None:
    assert mediawiki.address(base, "A b?", "7") == expected


FOREIGN = "this is no export of MediaWiki, it {}; of XML no other is read, save it as a web page or as text"
CUT = "the dump is damaged or cut short after the page 'A'; download it anew, what stands before is taken"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<rss><item/></rss>", [FOREIGN.format("begins with <rss>")]),
        ("no XML", [FOREIGN.format("begins with no tag")]),
        (gzip.compress(b"other", mtime=0), [FOREIGN.format("begins with no tag")]),
        (HEAD + page("A", "Text."), ["A", f"line 2: no element found; {CUT}"]),
        (
            HEAD + page("A", "Text.") + "<page><title>B & C</title>",
            ["A", f"line 2: not well-formed (invalid token); {CUT}"],
        ),
        (bz2.compress((HEAD + page("A", "Text." * 90_000)).encode())[:-20], [FOREIGN.format("begins with no tag")]),
        (
            '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY c "&b;&b;">]>' + HEAD + page("A", "&c;"),
            ["its XML declares a document type, as no export of MediaWiki does, so it is not read"],
        ),
        (
            HEAD + page("A", "Text.") + "<a>" * 100,
            ["A", f"its elements are nested more than 20 deep; {CUT}"],
        ),
        (
            HEAD + page("A", "Text.") + f"<page a='{'x' * 3_000_000}'/>",
            ["A", f"a tag of its XML is over the limit of 1,048,576 bytes; {CUT}"],
        ),
        (
            HEAD + "<page><title>A</title><revision><text bytes='9' id='8' /></revision></page>",
            ["this dump is a stub, without the pages' text; download the one named pages-articles"],
        ),
        (
            HEAD + page("A", "{{reflist}}") + page("B", "Text.") + "</mediawiki>",
            ["the page 'A': there is no text, only blanks", "B"],
        ),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, raw: bytes | str, expected: list[str]) -> None:
    assert outcome(written(tmp_path / "a.xml", raw)) == expected


def test_a_dump_cut_short_gives_what_is_before(tmp_path: Path) -> None:
    pages = "".join(page(f"A{n}", f"Text number {n}. " * 2_000) for n in range(50))
    packed = gzip.compress((HEAD + pages + "</mediawiki>").encode(), compresslevel=0)
    found = outcome(written(tmp_path / "a.xml.gz", packed[: len(packed) // 2]))
    assert found[:3] == ["A0", "A1", "A2"]
    assert found[-1] == CUT.replace("'A'", f"'{found[-2]}'")


def test_a_page_of_50_million_characters_is_not_held(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.xml.gz", "wt", compresslevel=1) as dump:
        dump.write(HEAD + "<page><title>Long</title><ns>0</ns><id>1</id><revision><text>")
        for _ in range(50):
            dump.write("word " * 200_000)
        dump.write("</text></revision></page>" + page("B", "Text.") + "</mediawiki>")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert outcome(tmp_path / "a.xml.gz") == [
        "the page 'Long': 50,000,000 characters are over the limit of 10,000,000; split the article",
        "B",
    ]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KiB


def test_what_is_nested_to_harm_costs_its_page_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mediawiki, "SECONDS", 1)
    harm = "{{a|[[" * 10_000
    deep = "Start. " + "{{nowrap|" * 1_000 + "core" + "}}" * 1_000 + " End."
    raw = HEAD + page("A", deep) + page("B", harm) + page("C", "Text.") + "</mediawiki>"
    assert outcome(written(tmp_path / "a.xml", raw)) == [
        "A",
        "the page 'B': reading it took more than 1 seconds, so it was stopped; split the file or save it anew",
        "C",
    ]


def test_the_process_ends_with_the_reading(tmp_path: Path) -> None:
    raw = HEAD + "".join(page(f"A{n}", "Text.") for n in range(20)) + "</mediawiki>"
    articles = read(written(tmp_path / "a.xml", raw), "a.xml")
    assert isinstance(next(articles), Article | Skipped)
    articles.close()  # type: ignore[attr-defined]  # a generator's; a process left behind is a ResourceWarning
