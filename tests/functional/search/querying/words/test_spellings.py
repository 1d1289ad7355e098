"""`did_you_mean`: another spelling where nothing was found, from messages that the caller may see, or none."""

import random
import re
from collections.abc import Callable
from unittest.mock import patch

import pytest
from opensearchpy import OpenSearch

from parley.search.querying import typos
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person

PATH = "/v1/search/messages"
Index = Callable[[], None]

SAID = [
    "The quarterly meeting was moved to Wednesday",
    "Please restart the staging server before deployment",
    "Meeting minutes are in the shared folder",
    "Grüße aus München, das Wetter ist herrlich",
    "L'addition était salée au restaurant",
    "Встреча перенесена на среду",
    "remember the milk and the strawberries",
    "kubernetes upgrade finished without problems",
    "the invoice number is 48213",
]


def spelling(person: Person, q: str, **query: object) -> str | None:
    found = person.get(PATH, q=q, **query)
    assert found.status == 200, found.text
    proposed: str | None = found["did_you_mean"]
    if proposed is not None:
        assert found["data"] == []
        assert person.get(PATH, q=proposed, **query)["data"], "what is proposed finds something"
    return proposed


@pytest.fixture(scope="module")
def reader(opensearch: OpenSearch) -> Person:
    stream = ChangeStream()
    workspace = engine.new_workspace("spelling")
    ada = workspace.person("ada")
    group = ada.open_group(workspace.person("bob"), name="words")
    for text in SAID:
        assert ada.send(group, text).status == 201
    engine.index_all(opensearch, stream.take())
    return ada


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("meetnig", "meeting"),
        ("mecting", "meeting"),
        ("meeeting", "meeting"),
        ("quartely", "quarterly"),
        ("quartelry meetin", "quarterly meeting"),
        ("staging sevrer", "staging server"),
        ("deploiment", "deployment"),
        ("strawbeeries milk", "strawberries milk"),
        ("kuberentes", "kubernetes"),
        ("Kubernrtes", "kubernetes"),
        ("resturant", "restaurant"),
        ("munchne", "münchen"),
        ("встеча", "встреча"),
        ("from:ada meetnig", "from:ada meeting"),
        ("meetnig -budget", "meeting -budget"),
        ("meetnig?!", "meeting?!"),
    ],
)
def test_a_slip_is_mended(q: str, expected: str, reader: Person) -> None:
    assert spelling(reader, q) == expected


@pytest.mark.parametrize(
    "q",
    [
        "meeting",
        "the",
        "zzzzzz",
        "mlk",
        "neeting",
        "48214",
        "elephant",
        '"meetnig"',
        "-meetnig absent",
        "from:bob meetnig",
        "meetnig -quarterly -minutes",
        "meetnig elephant",
        "serverless computing",
        "has:link meetnig",
        "???",
    ],
)
def test_nothing_is_proposed_where_nothing_is_meant(q: str, reader: Person) -> None:
    """Found already, too short, numbers, another first letter, a phrase, or nothing that holds all else."""
    assert spelling(reader, q) is None


def test_filters_beside_the_query_hold_for_spellings_too(reader: Person) -> None:
    assert spelling(reader, "meetnig", author_id="ada") == "meeting"
    assert spelling(reader, "meetnig", author_id="bob") is None
    assert spelling(reader, "meetnig", has="file") is None
    assert spelling(reader, "meetnig", to="2020-01-01T00:00:00Z") is None
    assert spelling(reader, "meetnig", sort="recent") == "meeting"


def test_no_word_is_told_that_may_not_be_seen(
    alice: Person, bob: Person, carol: Person, mallory: Person, index: Index
) -> None:
    group = alice.open_group(bob, name="hidden", history="joined")
    secret = alice.send(group, "the acquisition of Initech")["id"]
    alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]})
    alice.send(group, "welcome carol")
    mallory.open_group(name="theirs")
    index()
    assert spelling(bob, "aquisition") == "acquisition"
    assert spelling(mallory, "aquisition") is None
    with (
        patch("parley.search.querying.visibility.MAX_PARTIAL", 0),
        patch("parley.search.querying.visibility.MAX_NAMED", 5_000),
    ):
        assert spelling(carol, "aquisition") is None
        assert spelling(carol, "wellcome") == "welcome"
    assert bob.put("/v1/users/alice/block").status == 204
    assert spelling(bob, "aquisition") is None
    assert bob.delete("/v1/users/alice/block").status == 204
    assert alice.put(f"/v1/messages/{secret}", {"text": "nothing here"}).status == 200
    assert spelling(bob, "aquisition") is None, "the index lags, the table decides"
    assert alice.delete(f"/v1/conversations/{group}/members/bob").status == 204
    assert spelling(bob, "wellcome") is None


LETTERS = "abcdefghijklmnopqrstuvwxyz"
COMMON = re.findall(
    r"\w+",
    """
    about after again agree answer apple arrive autumn basket beautiful because before behind believe between board
    bottle bread bridge bright brother budget building business calendar camera cancel careful castle certain change
    cheese children clean client climb coffee colour company complete computer concert contract corner country
    cousin customer daughter december decide deliver design develop different dinner doctor document dollar double
    dream drive early earth eight email engine enough evening example exercise expensive family famous father
    favourite february finger finish flight flower follow forest forget forward friend future garden general glass
    government grandmother green group guitar happen harbour healthy heavy history holiday hospital hotel however
    hundred husband important increase inside interesting internet invoice island january journey kitchen knowledge
    language laptop laugh learn library listen little machine manager market material meeting memory message middle
    minute mirror money month morning mother mountain museum music nature neighbour network never newspaper nothing
    number office orange order package paper parent password pencil people perfect person phone picture plate please
    police possible present president printer problem product project promise question quick railway reason receive
    remember repair report restaurant return river school science season second secret sentence september server
    several shoulder simple sister something special station street strong student summer supper surprise system
    teacher telephone temperature thousand ticket together tomorrow traffic translate travel umbrella uncle under
    university vegetable village visit water weather wednesday weekend welcome window winter without woman wonderful
    world write yellow yesterday young
    """,
)


def slipped(word: str, dice: random.Random) -> str:
    """The word as a hurried person types it: one letter missing, doubled, another or swapped with the next."""
    at = dice.randrange(1, len(word) - 1)
    kind = dice.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + dice.choice(LETTERS) + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


@pytest.fixture(scope="module")
def library(opensearch: OpenSearch) -> Person:
    """Of every common word a message."""
    stream = ChangeStream()
    ada = engine.new_workspace("library").person("ada")
    group = ada.open_group(name="words")
    for word in COMMON:
        assert ada.send(group, f"{word} is the word").status == 201
    engine.index_all(opensearch, stream.take())
    return ada


def test_what_is_proposed_is_what_was_meant(library: Person) -> None:
    """Precision and recall over slips of common words, none of which is a word of the messages itself."""
    dice = random.Random(7)  # noqa: S311 - the same slips every time
    slips = [(slipped(word, dice), word) for word in dice.sample(COMMON, 120)]
    slips = [(typed, word) for typed, word in slips if typed not in COMMON]
    outcomes = [(spelling(library, typed), typed, word) for typed, word in slips if not _found(library, typed)]
    proposed = [(given, word) for given, _, word in outcomes if given is not None]
    right = sum(given == word for given, word in proposed)
    assert len(outcomes) > 90
    assert right / len(proposed) >= 0.95, [(given, word) for given, word in proposed if given != word]
    assert right / len(outcomes) >= 0.8, [typed for given, typed, word in outcomes if given != word]


def _found(person: Person, q: str) -> bool:
    return bool(person.get(PATH, q=q)["data"])


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("", "", 0),
        ("word", "word", 0),
        ("word", "wrod", 1),
        ("word", "wor", 1),
        ("word", "words", 1),
        ("word", "ward", 1),
        ("word", "drow", 3),
        ("abcd", "badc", 2),
        ("kitten", "sitting", 3),
    ],
)
def test_the_distance_of_words(one: str, other: str, slips: int) -> None:
    assert typos.distance(one, other, most=9) == typos.distance(other, one, most=9) == slips
    assert (typos.distance(one, other, most=1) <= 1) == (slips <= 1)
