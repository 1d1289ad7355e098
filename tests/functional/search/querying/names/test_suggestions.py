"""GET /v1/search/suggestions: any word of a name, at any length, with a slip, folded as search folds."""

from collections.abc import Callable

import pytest
from opensearchpy import OpenSearch

from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person

PATH = "/v1/search/suggestions"
Index = Callable[[], None]

LONG = "International Conference on the Preservation of Early Photographic Plates and Films"
USERS = {
    "zoe": "Zoë Ångström-Müller",
    "maria": "María José Carmen de la Cruz y Fernández de Córdoba",
    "tanaka": "田中 太郎",
    "sasha": "Александра Иванова",
    "oneil": "Conan O'Neil",
    "ali": "علي حسن",
}
CHANNELS = ("Deployment of the kitchen sink", LONG, "Straßenfest Planung")
GROUPS = ("Weekend in the mountains", "Bookclub: crime & fantasy")


@pytest.fixture(scope="module")
def reader(opensearch: OpenSearch) -> Person:
    stream = ChangeStream()
    workspace = engine.new_workspace("suggesting")
    ada = workspace.person("ada", "Ada Lovelace")
    for user_id, name in USERS.items():
        workspace.person(user_id, name)
    for name in CHANNELS:
        assert ada.post("/v1/conversations", {"type": "channel", "name": name}).status == 201
    for name in GROUPS:
        ada.open_group(name=name)
    engine.index_all(opensearch, stream.take())
    return ada


def suggested(person: Person, q: str, **query: object) -> list[str]:
    answer = person.get(PATH, q=q, **query)
    assert answer.status == 200, answer.text
    return [one["text"] for one in answer["data"]]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        # any word of a name, several in any order
        ("zoë", "Zoë Ångström-Müller"),
        ("ang", "Zoë Ångström-Müller"),
        ("mull", "Zoë Ångström-Müller"),
        ("mull zo", "Zoë Ångström-Müller"),
        ("zoe müller", "Zoë Ångström-Müller"),
        ("cordoba", USERS["maria"]),
        ("fern", USERS["maria"]),
        ("maria fern cord", USERS["maria"]),
        ("sink", "Deployment of the kitchen sink"),
        ("sink depl", "Deployment of the kitchen sink"),
        ("films", LONG),
        ("plates and f", LONG),
        ("mount", "Weekend in the mountains"),
        ("fantasy", "Bookclub: crime & fantasy"),
        # long input
        (LONG, LONG),
        (LONG[:60], LONG),
        (LONG.lower()[:75], LONG),
        (USERS["maria"], USERS["maria"]),
        # folded as in search
        ("ZOE ANGSTROM", "Zoë Ångström-Müller"),
        ("strassenfest", "Straßenfest Planung"),
        ("o'neil", "Conan O'Neil"),
        ("oneil", "Conan O'Neil"),
        ("太郎", "田中 太郎"),
        ("田中", "田中 太郎"),
        ("иван", "Александра Иванова"),
        ("عَلي", "علي حسن"),
        ('"zoe', "Zoë Ångström-Müller"),
        ("zoe-", "Zoë Ångström-Müller"),
        ("bookclub:", "Bookclub: crime & fantasy"),
        # a slip
        ("angstorm", "Zoë Ångström-Müller"),
        ("agnstrom", "Zoë Ångström-Müller"),
        ("deploiment", "Deployment of the kitchen sink"),
        ("kitchn", "Deployment of the kitchen sink"),
        ("ktichen", "Deployment of the kitchen sink"),
        ("internatoinal conf", LONG),
        ("lovlace", "Ada Lovelace"),
        ("алексндра", "Александра Иванова"),
    ],
)
def test_a_name_is_suggested(q: str, expected: str, reader: Person) -> None:
    assert suggested(reader, q[:100]) == [expected]


@pytest.mark.parametrize("q", ["oe", "zoe smith", "xyzzy", "kichen zoe", "sit k", "from:ann", "*", "-", ""])
def test_what_no_name_goes_on_to_is_not(q: str, reader: Person) -> None:
    assert suggested(reader, q) == []


def test_names_that_go_on_so_come_before_those_that_nearly_do(reader: Person, index: Index) -> None:
    ada = engine.new_workspace("near").person("ada")
    for name in ("Planning", "Planting", "Plants and trees"):
        assert ada.post("/v1/conversations", {"type": "channel", "name": name}).status == 201
    index()
    assert set(suggested(ada, "plan")) == {"Planning", "Planting", "Plants and trees"}
    found = suggested(ada, "plant")
    assert set(found[:2]) == {"Planting", "Plants and trees"}
    assert found[2:] == ["Planning"]
    assert len(suggested(ada, "plan", limit=2)) == 2


def test_only_what_may_be_seen_is_suggested(alice: Person, bob: Person, mallory: Person, index: Index) -> None:
    room = alice.open_group(name="Acquisition of Initech")
    bob.open_group(name="other")
    index()
    for q in ("acq", "initech", "aquisition", "initehc"):
        assert suggested(alice, q) == ["Acquisition of Initech"], q
        assert suggested(bob, q) == [], q
        assert suggested(mallory, q) == [], q
    assert alice.put(f"/v1/conversations/{room}", {"name": "Lunch"}).status == 200
    assert suggested(alice, "initech") == [], "the index lags, the table decides"
    index()
    assert suggested(alice, "lunch") == ["Lunch"]


def test_earlier_queries_are_suggested_by_any_of_their_words(alice: Person, index: Index) -> None:
    alice.open_group(name="elsewhere")
    index()
    alice.get("/v1/search/messages", q="Budget für München")
    for q in ("bud", "munch", "für mün", "münchen"):
        assert suggested(alice, q) == ["Budget für München"], q
    assert suggested(alice, "unchen") == []
