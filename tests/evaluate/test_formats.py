"""The forms that test sets come in: each read whole, or refused in one plain sentence."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loccit.errors import BadTestSet
from loccit.evaluate import Evidence, Item, closed_index, evaluate, merge, read_testset
from loccit.evaluate.testset import Candidate, Context, Page
from tests.evaluate.sets import APOLLO, EVEREST, LINE, SQUAD, write

HEAD = "QuestionID\tQuestion\tDocumentID\tDocumentTitle\tSentenceID\tSentence\tLabel"
WIKIQA = "\r\n".join(
    (
        HEAD,
        'Q1\twho walked first\tD1\tApollo 11\tD1-0\tThe "Eagle landed , at last .\t0',
        "Q1\twho walked first\tD1\tApollo 11\tD1-1\tArmstrong was the first , Mr. Aldrin the second .\t1",
        "Q2\twho walked last\tD1\tApollo 11\tD1-0\tThe \"Eagle landed , at last .\t0",
        "Q2\twho walked last\tD1\tApollo 11\tD1-1\tArmstrong was the first , Mr. Aldrin the second .\t0",
        "",
    )
)  # fmt: skip
SELQA: list[dict[str, Any]] = [
    {
        "section": "Crew",
        "question": "Who was the first?",
        "article": "Apollo 11",
        "answers": [2],
        "candidates": ["The Eagle landed.", "", "Armstrong was first.", "Aldrin was second."],
        "q_types": ["who"],
    }
]
CANARD: list[dict[str, Any]] = [
    {
        "History": ["Apollo 11", "Crew", "Who flew?", "Armstrong.", "Who walked?", "Armstrong."],
        "QuAC_dialog_id": "C_1",
        "Question": "And who was second?",
        "Question_no": 3,
        "Rewrite": "And who was the second to walk on the Moon?",
    }
]
LINKED: dict[str, Any] = {
    "set": "canard",
    "split": "dev",
    "qid": "C_1#3",
    "question": "And who was second?",
    "gold_pages": [{"curid": "662", "title": "Apollo 11"}],
    "history": ["Apollo 11", "Crew", "Who flew?", "Armstrong.", "Who flew?", "Aldrin."],
    "rewrite": "And who was the second to walk on the Moon?",
}


def text(path: Path, content: str) -> Path:
    path.write_bytes(content.encode())
    return path


def refused(path: Path) -> str:
    with pytest.raises(BadTestSet) as error:
        read_testset(path)
    return str(error.value)


# -- WikiQA and SelQA


def test_wikiqa_names_each_sentence_of_an_article(tmp_path: Path) -> None:
    testset = read_testset(text(tmp_path / "wikiqa.tsv", WIKIQA))
    sentences = ('The "Eagle landed , at last .', "Armstrong was the first , Mr. Aldrin the second .")
    whole = Evidence(article="D1", text="\n".join(sentences))
    right, wrong = (
        tuple(Candidate(text=sentence, right=label) for sentence, label in zip(sentences, labels, strict=True))
        for labels in ((False, True), (False, False))
    )
    evidence = (Evidence(article="D1", text=sentences[1]),)
    assert testset.items == (
        Item(id="Q1", question="who walked first", evidence=evidence, context=whole, candidates=right),
        Item(id="Q2", question="who walked last", answerable=False, context=whole, candidates=wrong),
    )
    assert testset.contexts == (Context(id="D1", title="Apollo 11", paragraphs=(whole.text,)),)


def test_a_gzipped_set_is_the_same_set(tmp_path: Path) -> None:
    packed = tmp_path / "wikiqa.tsv.gz"
    packed.write_bytes(gzip.compress(WIKIQA.encode()))
    assert read_testset(packed).sha256 == read_testset(text(tmp_path / "wikiqa.tsv", WIKIQA)).sha256


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            WIKIQA.replace("\tLabel", ""),
            " has no column 'Label'. WikiQA's are: QuestionID, Question, DocumentID, DocumentTitle, SentenceID,"
            " Sentence, Label.",
        ),
        (f"{HEAD}\nQ1\twho\tD1\n", ", line 2 has 3 columns, the first line 7. Part them by one tab each."),
        (
            f"{HEAD}\nQ1\twho\tD1\tMoon\tD1-0\tNobody.\tyes\n",
            ", line 2: the label is 'yes'. It has to be 1 where the sentence answers, or 0.",
        ),
        (f"{HEAD}\nQ1\twho\tD1\tMoon\tD1-0\t \t1\n", ", line 2: 'Sentence' is empty. Fill it in."),
        (f"{HEAD}\n", " has no questions. Add some."),
        (
            "query\turl\tclicks\nmoon\thttp://x\t3\n",
            " is not a test set: it has to be SQuAD JSON, IDK-MRC JSON, SelQA JSON, CANARD JSON, JSON lines with gold"
            " pages, questions with answers alone, JSON lines, WikiQA TSV, CSV with a column 'question' or a BEIR"
            " folder. See docs/evaluation.md.",
        ),
    ],
    ids=["column", "ragged", "label", "blank", "none", "another kind"],
)
def test_other_tsv_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = text(tmp_path / "bad.tsv", content)
    assert refused(path) == f"{path}{message}"


def test_selqa_numbers_its_questions_and_has_empty_sentences(tmp_path: Path) -> None:
    testset = read_testset(write(tmp_path / "selqa.json", SELQA))
    sentences = ("The Eagle landed.", "Armstrong was first.", "Aldrin was second.")
    (item,) = testset.items
    assert item == Item(
        id="1",
        question="Who was the first?",
        evidence=(Evidence(article="Apollo 11", text=sentences[1]),),
        tags=("who",),
        context=Evidence(article="Apollo 11", text="\n".join(sentences)),
        candidates=tuple(Candidate(text=sentence, right=sentence == sentences[1]) for sentence in sentences),
    )
    assert testset.contexts == (Context(title="Apollo 11", paragraphs=("\n".join(sentences),)),)


SELQAS: dict[str, Callable[[dict[str, Any]], object]] = {
    ": 'candidates' has to be a list.": lambda entry: entry.update(candidates="The Eagle landed."),
    ": 'candidates' has to be a list of texts.": lambda entry: entry.update(candidates=[1]),
    ": there are no 'candidates'. Add some.": lambda entry: entry.update(candidates=[" "]),
    ": 'answers' names the candidate 4, there are 0 to 3. Correct it.": lambda entry: entry.update(answers=[4]),
    ": 'answers' names the candidate '2', there are 0 to 3. Correct it.": lambda entry: entry.update(answers=["2"]),
    ": 'article' is missing. Add it.": lambda entry: entry.pop("article"),
}


@pytest.mark.parametrize("message", SELQAS)
def test_bad_selqa_is_refused(tmp_path: Path, message: str) -> None:
    entry = dict(SELQA[0])
    SELQAS[message](entry)
    path = write(tmp_path / "bad.json", [entry])
    assert refused(path) == f"{path}, question 1{message}"


@pytest.mark.parametrize("value", [SELQA, CANARD], ids=["selqa", "canard"])
def test_a_list_that_breaks_off_is_refused(tmp_path: Path, value: object) -> None:
    path = text(tmp_path / "cut.json", json.dumps(value)[:-1])
    assert refused(path) == f"{path} is not whole: its JSON breaks off or has a fault. Fetch it once more."


# -- paragraphs without titles, talks, gold pages, answers alone


def test_paragraphs_without_titles_are_numbered(tmp_path: Path) -> None:
    paragraphs = [paragraph for article in SQUAD["data"] for paragraph in article["paragraphs"]]
    testset = read_testset(write(tmp_path / "idk.json", paragraphs))
    assert [(item.id, item.answerable) for item in testset.items][2:] == [("a3", True), ("a4", False), ("e1", True)]
    assert testset.items[0].evidence == (Evidence(article="1", text=APOLLO),)
    assert testset.contexts[2] == Context(title="3", paragraphs=(EVEREST,))


@pytest.mark.parametrize("entries", [(CANARD,), (LINKED,)], ids=["canard", "linked"])
def test_of_a_talk_the_questions_and_the_page_are_history(tmp_path: Path, entries: tuple[object, ...]) -> None:
    (item,) = read_testset(write(tmp_path / "talk.json", *entries)).items
    assert (item.id, item.question, item.rewrite) == ("C_1#3", "And who was second?", LINKED["rewrite"])
    assert item.history in (("Apollo 11", "Who flew?", "Who walked?"), ("Apollo 11", "Who flew?", "Who flew?"))
    assert [page.title for page in item.pages] == ["Apollo 11"]


def test_a_linked_question_has_the_answers_that_its_page_holds(tmp_path: Path) -> None:
    plain = {"qid": 1, "question": "Who was second?", "gold_pages": LINKED["gold_pages"], "answers": ["Aldrin"]}
    lines = [plain | {"answer_in_page": True}, plain | {"qid": 2, "answer_in_page": False}]
    first, second = read_testset(write(tmp_path / "linked.jsonl", *lines)).items
    assert (first.id, first.answers, first.pages) == ("1", ("Aldrin",), (Page(id="662", title="Apollo 11"),))
    assert (second.answers, second.answerable) == ((), True)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({**LINKED, "gold_pages": []}, "the question is answerable but has no answers. Add some, or"),
        ({**LINKED, "gold_pages": ["Apollo 11"]}, "an object in braces is expected here, not 'Apollo 11'."),
        ({**LINKED, "gold_pages": [{"curid": "662"}]}, "'title' is missing. Add it."),
        ("{", "is not JSON (Expecting property name enclosed in double quotes, column 2)."),
    ],
    ids=["no page", "no object", "no title", "no JSON"],
)
def test_a_bad_linked_line_is_refused(tmp_path: Path, line: object, message: str) -> None:
    path = write(tmp_path / "bad.jsonl", LINKED, line)
    assert refused(path).startswith(f"{path}, line 2")
    assert message in refused(path)


def test_questions_with_answers_alone(tmp_path: Path) -> None:
    lines = [{"question": "who was second", "answer": ["Aldrin", "Buzz Aldrin"]}, {"question": "why", "answer": []}]
    (item,) = read_testset(write(tmp_path / "nq.jsonl", *lines)).items
    assert item == Item(id="1", question="who was second", answers=("Aldrin", "Buzz Aldrin"))
    entries = [{"qId": "wq1", "qText": "who was second?", "answers": ["Aldrin"]}]
    (item,) = read_testset(write(tmp_path / "wq.json", entries)).items
    assert item == Item(id="wq1", question="who was second?", answers=("Aldrin",))


# -- CSV

CSV = (
    "Question,Answers,Answerable,Article,Text,Tags\n"
    '"Who was first, and who second?",Armstrong|Aldrin,yes,Apollo_11,"Armstrong,\nthen Aldrin.",who|order\n'
    ",,,,,\n"
    "Where is it told?,,,Apollo_11,,\n"
    "What do yeasts eat?,,NO,,,\n"
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_spreadsheet_is_read_as_programs_save_it(tmp_path: Path, delimiter: str, end: str) -> None:
    quoted = CSV.replace('"Who was first, and', '"Who was first; and')
    rows = quoted if delimiter == "," else quoted.replace("Armstrong,\n", "Armstrong\n").replace(",", delimiter)
    path = tmp_path / "own.csv"
    path.write_bytes(b"\xef\xbb\xbf" + rows.replace("\n", end).encode())
    first, second, third = read_testset(path).items
    assert (first.id, first.question) == ("2", "Who was first; and who second?")
    assert (first.answers, first.tags) == (("Armstrong", "Aldrin"), ("who", "order"))
    assert first.evidence[0].article == "Apollo_11"
    assert (second.id, second.answers, second.pages) == ("4", (), (Page(id="Apollo_11"),))
    assert (third.id, third.answerable) == ("5", False)


def test_one_column_is_enough(tmp_path: Path) -> None:
    (item,) = read_testset(text(tmp_path / "own.csv", "question\nWhy?\n")).items
    assert item == Item(id="2", question="Why?", answerable=False)


CSVS = {
    ": there is no column 'answer'. Did you mean 'answers'?": "question,answer\nWho?,me\n",
    ": there is no column 'x'. There are: question, answers, answerable, article, text, history, id, tags.": (
        "question,x\n"
    ),
    " has two columns 'question'. Leave one out.": "question,Question\n",
    ", row 3 has 3 cells, the header 2. Put a cell that holds a ',' in quotation marks.": (
        "question,answers\nWho?,me\nWho, then?,me\n"
    ),
    ", row 2 has 1 cell, the header 2. Put a cell that holds a ',' in quotation marks.": "question,answers\nWho?\n",
    ", row 2: 'question' is empty. Fill it in or leave the row out.": "question,answers\n,me\n",
    ", row 2: 'answerable' is 'perhaps'. It has to be yes or no, or empty.": "question,answerable\nWho?,perhaps\n",
    ", row 2 has a text but no article. Name the article it stands in.": "question,text\nWho?,It is me.\n",
    ", row 2: the answer 'you' does not stand in its evidence. Copy it from there letter by letter.": (
        "question,answers,article,text\nWho?,you,A,It is me.\n"
    ),
    ', row 2: the question is answerable but has no answers. Add some, or "answerable": false.': (
        "question,answerable\nWho?,yes\n"
    ),
    ", row 3: the id 'a' is that of row 2 too. Give each question its own.": "id,question\na,Who?\na,When?\n",
    " is no CSV from its row 2 on (unexpected end of data). Save it as CSV once more.": 'question\n"Who?\n',
    " is no CSV from its row 2 on (field larger than field limit (1000000)). Save it as CSV once more.": (
        f"question\n{'who ' * 300_000}\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("message", CSVS)
def test_a_bad_spreadsheet_is_refused(tmp_path: Path, message: str) -> None:
    path = text(tmp_path / "bad.csv", CSVS[message])
    assert refused(path) == f"{path}{message}"


# -- BEIR


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "space"
    (folder / "qrels").mkdir(parents=True)
    documents = [
        {"_id": "d1", "title": "Apollo 11", "text": APOLLO},
        {"_id": "d2", "title": "", "text": EVEREST},
        {"_id": "d3", "title": "Nothing", "text": " "},
    ]
    write(folder / "corpus.jsonl", *documents)
    queries = [
        {"_id": f"q{n}", "text": f"{what} on the Moon?", "metadata": {}} for n, what in enumerate(["who", "when"])
    ]
    write(folder / "queries.jsonl", *queries)
    text(folder / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore\nq0\td1\t2\nq0\td2\t1\nq1\td2\t0\n")
    text(folder / "qrels" / "dev.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    return folder


def test_a_beir_folder_is_asked_its_split_or_the_one_named(beir: Path) -> None:
    testset = read_testset(beir)
    assert testset.name == "space/test"
    assert testset.items == (
        Item(id="q0", question="who on the Moon?", pages=(Page(id="d1", gain=2), Page(id="d2", gain=1))),
    )
    other = read_testset(beir / "qrels" / "dev.tsv")
    assert (other.name, [item.id for item in other.items]) == ("space/dev", ["q1"])
    assert merge([testset, other]).corpora == (beir / "corpus.jsonl",)


def test_a_beir_folder_brings_its_documents(beir: Path) -> None:
    (beir / "corpus.jsonl.gz").write_bytes(gzip.compress((beir / "corpus.jsonl").read_bytes()))
    (beir / "corpus.jsonl").unlink()
    testset, told = read_testset(beir), list[tuple[int, int]]()
    with closed_index(testset, language="en", progress=lambda *done: told.append(done)) as index:
        assert index.catalog.titles() == {"d1": "Apollo 11", "d2": ""}
        (row,) = evaluate(index, testset).rows
    assert told == [(1, 3), (2, 3)]
    assert (row.article, row.passage_rank, row.right, row.problem) == ("d1", 1, None, None)
    assert row.passage_ndcg == pytest.approx(2 / (2 + 1 / 1.584962501))  # d2 shares no word with the question


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda b: (b / "queries.jsonl").unlink(),
            "{b} is no BEIR folder: there is no queries.jsonl in it. Put it there.",
        ),
        (
            lambda b: [path.unlink() for path in (b / "qrels").iterdir()],
            "{b} is no BEIR folder: there is no qrels/test.tsv in it. Put it there.",
        ),
        (
            lambda b: (b / "qrels" / "test.tsv").rename(b / "qrels" / "train.tsv"),
            "{b} has the splits dev, train. Name one: {b}/qrels/dev.tsv",
        ),
        (
            lambda b: text(b / "qrels" / "test.tsv", "q9\td1\t1\n"),
            "{b}/qrels/test.tsv judges the question 'q9', which {b}/queries.jsonl lacks. Fetch both anew.",
        ),
        (
            lambda b: text(b / "qrels" / "test.tsv", "q0 0 d1 1\n"),
            "{b}/qrels/test.tsv, line 1 is no judgement. Write a question's id, a document's and 1, tabs between.",
        ),
        (lambda b: text(b / "qrels" / "test.tsv", "q0\td1\t0\n"), "{b} has no questions. Add some."),
        (lambda b: write(b / "queries.jsonl", {"_id": "q0"}), "{b}/queries.jsonl, line 1: 'text' is missing. Add it."),
        (
            lambda b: (b / "queries.jsonl").write_bytes(b'{"_id": "q0", "text": "\xe9"}'),
            "{b}/queries.jsonl, line 1 is not UTF-8. Save the file as UTF-8.",
        ),
    ],
    ids=["queries", "qrels", "split", "unknown", "form", "unjudged", "text", "encoding"],
)  # fmt: skip
def test_a_beir_folder_that_is_not_whole_is_refused(beir: Path, change: Callable[[Path], Any], message: str) -> None:
    change(beir)
    assert refused(beir) == message.replace("{b}", str(beir))


def test_without_its_corpus_it_is_asked_of_an_index(beir: Path) -> None:
    (beir / "corpus.jsonl").unlink()
    testset = read_testset(beir)
    with pytest.raises(BadTestSet) as error, closed_index(testset):
        pass
    assert str(error.value) == "space/test brings no articles of its own. Evaluate it on an index, without --closed."


# -- whatever comes

WHOLE = (WIKIQA, json.dumps(SELQA), json.dumps(CANARD), json.dumps(LINKED), CSV, json.dumps(SQUAD), json.dumps(LINE))


@settings(max_examples=150, deadline=None)
@given(whole=st.sampled_from(WHOLE), chosen=st.data())
def test_damaged_sets_are_read_or_refused_in_one_line(tmp_path_factory: Any, whole: str, chosen: st.DataObject) -> None:
    start, size = chosen.draw(st.integers(0, len(whole))), chosen.draw(st.integers(0, 40))
    instead = chosen.draw(st.sampled_from(["", "null", "[]", "{}", "1e999", "\t", '"', "\x00", "\\ud800", "9" * 5000]))
    path = text(tmp_path_factory.getbasetemp() / "damaged", whole[:start] + instead + whole[start + size :])
    refusal = None
    try:
        assert read_testset(path).sha256
    except BadTestSet as error:
        refusal = str(error)
    assert refusal is None or (refusal.startswith(str(path)) and "\n" not in refusal)
