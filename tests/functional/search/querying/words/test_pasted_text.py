"""What people paste into the search field is text: it is taken, and finds the message that it came from."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from opensearchpy import OpenSearch

from parley.errors import InvalidQuery
from parley.search.querying import text_matching
from parley.search.querying.query_language import MAX_LENGTH, parse
from parley.search.querying.text_matching import Text
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person

PATH = "/v1/search/messages"
Index = Callable[[], None]

PASTED = [
    "Error: connection refused",
    "Traceback (most recent call last):",
    'File "/srv/app/main.py", line 12, in <module>',
    "ValueError: invalid literal for int() with base 10: 'x'",
    "at com.example.Main.run(Main.java:42)",
    "java.lang.NullPointerException: null",
    "panic: runtime error: index out of range [5] with length 3",
    "re: TODO: fix it",
    "Re: Fwd: AW: the offer",
    "std::vector<int> v",
    "use std::collections::HashMap;",
    "$object::method()",
    "localhost:8080",
    "http://localhost:8080/a?b=c&d=e#f",
    "ftp://host/in:side",
    "redis://user:pass@host:6379/0",
    "mailto:ada@example.com",
    "tel:+493012345",
    "urn:isbn:0451450523",
    "C:\\Users\\ada\\file.txt",
    "\\\\server\\share\\folder",
    "/var/log/nginx/error.log",
    "~/.ssh/config:12",
    "From: Ada <ada@example.org>",
    "Subject: Re: the budget",
    "Date: Mon, 23 Nov 2026 09:00:00 +0000",
    "In-Reply-To: <x@y.example>",
    "has: many parts",
    "on: and off",
    '{"name": "ada", "from": "berlin", "on": true}',
    "{'before': 1, 'after': [2, 3]}",
    'key: "value" # comment',
    "- item: one",
    'if (x == "y") { return a ? b : c; }',
    "a = {b:c, d:e}",
    "SELECT * FROM t WHERE a = 'b' LIMIT 5",
    "fe80::1ff:fe23:4567:890a",
    "::1 localhost",
    "2001:db8::8a2e:370:7334",
    "[::1]:443",
    "dead:beef::1",
    "12:30",
    "from 9:00 to 17:45",
    "see you :)",
    ":-) ;-) :D",
    ":smile: :+1:",
    '12" vinyl and 7" single',
    'צה"ל הודיע',
    'a "half open phrase',
    'closed" only',
    '""hello""',
    "“typographic quotes” here",
    "«guillemets ici»",
    "(unbalanced [brackets {here",
    "a:b:c",
    "x:y",
    "note:this",
    "hash:abc123",
    "is:open label:bug",
    "id:42 data:image/png;base64,AAAA",
    "was:never and:so",
    "width:100px;height:5em",
    "a::before { content: none }",
    "git commit --amend --no-edit",
    "--flag value",
    "temperature is -5 degrees",
    "1 - 2 = -1",
    "x->y => z <- w",
    "100% of $5.00 & more",
    "wild* ca?d /re.*gex/ ~2 ^3",
    "a || b && !c",
    "this OR that",
    "salt AND pepper",
    "NOT this",
    "sha256:e3b0c44298fc1c14",
    "版本:2 错误:连接被拒绝",
    "ошибка: соединение",
    "caf\u00e9:cr\u00e8me",
    "🎉:party:🎉",
]


@pytest.fixture(scope="module")
def reader(opensearch: OpenSearch) -> Person:
    stream = ChangeStream()
    workspace = engine.new_workspace("pasting")
    ada = workspace.person("ada")
    group = ada.open_group(name="pasted")
    for text in PASTED:
        assert ada.send(group, text).status == 201
    engine.index_all(opensearch, stream.take())
    return ada


@pytest.mark.parametrize("text", PASTED)
def test_pasted_text_finds_its_message(text: str, reader: Person) -> None:
    for query in ({"q": text}, {"q": f" {text} "}, {"q": text, "sort": "recent"}):
        found = reader.get(PATH, **query)
        assert found.status == 200, found.text
        assert text in [hit["message"]["text"] for hit in found["data"]]
    assert reader.get("/v1/search/global", q=text).status == 200


@pytest.mark.parametrize("q", ["-", "--", "- -", ":", "::", ":)", '"', '""', "“", "(", "->", "*", "?", "'", "\\", "-)"])
def test_marks_by_themselves_find_nothing_and_are_not_refused(q: str, reader: Person) -> None:
    found = reader.get(PATH, q=q)
    assert (found.status, found["data"], found["next_cursor"]) == (200, [], None)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("TODO:", {"re: TODO: fix it"}),
        ("from:", {"From: Ada <ada@example.org>", "from 9:00 to 17:45"}),
        ('vinyl 12"', {'12" vinyl and 7" single'}),
        ('"half open', {'a "half open phrase'}),
        ('צה"ל', {'צה"ל הודיע'}),
        ("-5", {"temperature is -5 degrees"}),
        ("vector<int>", {"std::vector<int> v"}),
        ("Users\\ada", {"C:\\Users\\ada\\file.txt"}),
    ],
)
def test_a_part_of_it_finds_it_too(q: str, expected: set[str], reader: Person) -> None:
    found = reader.get(PATH, q=q)
    assert found.status == 200, found.text
    texts = {hit["message"]["text"] for hit in found["data"]}
    assert expected <= texts


def test_a_text_as_long_as_a_query_may_be(alice: Person, general: str, index: Index) -> None:
    words = "the cat sat on a mat as we all do in an old hut by the sea so it is he who saw me go up to it at ten " * 9
    many, one = words[:MAX_LENGTH].rstrip(), "a" * MAX_LENGTH
    for text in (many, one):
        alice.send(general, text)
    index()
    for text in (many, one):
        found = alice.get(PATH, q=text)
        assert [hit["message"]["text"] for hit in found["data"]] == [text]
    assert alice.get(PATH, q=" ".join(f"w{number}" for number in range(120))[:MAX_LENGTH]).status == 200
    assert alice.get(PATH, q=" OR ".join("x" * 90)).status == 200


def test_a_minus_excludes_before_a_letter_alone(alice: Person, general: str, index: Index) -> None:
    for text in ("it is 5 degrees", "it is -5 degrees", "it is --quiet degrees", "quiet degrees"):
        alice.send(general, text)
    index()

    def found(q: str) -> set[str]:
        return {hit["message"]["text"] for hit in alice.get(PATH, q=q)["data"]}

    assert found("degrees -quiet") == {"it is 5 degrees", "it is -5 degrees"}
    assert {"it is --quiet degrees", "quiet degrees"} == found("degrees --quiet")
    assert "it is -5 degrees" in found("degrees -5")


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(' "“:-(){}<>[]/\\.,OR'), max_size=120))
def test_any_text_is_found_by_itself(text: str) -> None:
    try:
        query = parse(text)
    except InvalidQuery:
        assume(False)
    assume(not any(match.negated or match.others for match in query.matches))
    assume(query.matches)
    needles = text_matching.needles(query.matches)
    assert text_matching.spans(needles, Text.of(text)) is not None, needles
