"""Whatever comes as a cursor, a token, a query or a filename is taken, or refused by name; never a failure."""

import base64
import json
import string

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from parley import errors
from parley.identity import tokens
from parley.identity.tokens import VerificationKey
from parley.media.delivery.signed_urls import content_disposition
from parley.media.schemas import Filename
from parley.realtime.replay import Position
from parley.search.querying import query_language
from parley.tables import cursors
from tests.support.fuzzing import examples

LISTING = ("messages", "desc", 7)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
SECRET = "a secret that is long enough to sign with HS256"
KEY = VerificationKey("HS256", SECRET)


def changed(text: str, at: int, how: str, letter: str) -> str:
    """The text with one letter more, less or other."""
    at %= max(1, len(text))
    return text[:at] + ("" if how == "drop" else letter) + text[at + (how != "insert") :]


CHANGES = (st.integers(0, 5000), st.sampled_from(["drop", "insert", "replace"]), st.characters(codec="utf-8"))


@given(position=JSON)
@examples(100)
def test_a_cursor_comes_back_as_it_was_and_belongs_to_its_list(position: object) -> None:
    cursor = cursors.encode(position, LISTING)
    if len(cursor) > cursors.MAX_LENGTH:
        return
    assert cursors.decode(cursor, LISTING) == position
    with pytest.raises(errors.InvalidCursor):
        cursors.decode(cursor, ("messages", "asc", 7))


@given(text=st.text() | st.binary().map(lambda data: base64.urlsafe_b64encode(data).decode().rstrip("=")))
@examples(200)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(errors.InvalidCursor):
        cursors.decode(text, LISTING)
    with pytest.raises(errors.InvalidCursor):
        Position.decode(text)


@given(fields=st.lists(st.integers() | st.text(max_size=12) | st.none() | st.booleans(), max_size=7))
@examples(200)
def test_a_forged_place_in_the_replay_is_taken_only_where_a_replay_can_stop(fields: list[object]) -> None:
    try:
        position = Position.decode(cursors.encode(fields, ("events",)))
    except errors.InvalidCursor:
        return
    assert position.is_possible
    assert Position.decode(position.encode()) == position


@given(claims=st.dictionaries(st.sampled_from(["sub", "exp", "iat", "nbf", "aud", "iss", "scope", "kid"]), JSON))
@examples(200)
def test_signed_claims_of_any_kind_are_taken_or_refused(claims: dict[str, object]) -> None:
    payload = json.dumps(claims).encode()
    token = jwt.PyJWS().encode(payload, SECRET, algorithm="HS256", headers={"kid": "acme.main"})
    try:
        said = tokens.verify(token, KEY)
    except errors.Unauthenticated:
        return
    assert isinstance(said.expires_at, int)
    assert isinstance(said.subject, str)


@given(*CHANGES)
@examples(200)
def test_a_token_that_was_changed_by_one_letter_is_another_or_none(at: int, how: str, letter: str) -> None:
    token = tokens.sign({"sub": "alice", "iat": 1.5, "exp": 9e9}, kid="acme.main", secret=SECRET)
    forged = changed(token, at, how, letter)
    try:
        tokens.unverified(forged)
        said = tokens.verify(forged, KEY)
    except errors.Unauthenticated:
        return
    assert said == tokens.verify(token, KEY)


@given(text=st.text() | st.lists(st.text(max_size=40), min_size=3, max_size=3).map(".".join))
@examples(200)
def test_what_is_no_token_is_malformed(text: str) -> None:
    with pytest.raises(errors.Unauthenticated):
        tokens.unverified(text)


WORDS = st.sampled_from(
    ["from:", "in:", "has:", "before:", "after:", "on:", "mentions:", "-", '"', "OR", "AND", "*", "~", "me", "2026-11"]
)
QUERIES = st.lists(WORDS | st.text(max_size=12) | st.sampled_from(list(string.punctuation)), max_size=12)


@given(parts=QUERIES, separator=st.sampled_from(["", " ", "\u3000", "\n"]))
@examples(300)
def test_a_query_is_understood_or_says_where_it_is_not(parts: list[str], separator: str) -> None:
    q = separator.join(parts)
    try:
        query_language.parse(q)
    except errors.InvalidQuery as refused:
        told = json.dumps(refused.data if hasattr(refused, "data") else str(refused))
        assert told


@given(name=st.text(max_size=300))
@examples(300)
def test_a_filename_that_is_taken_makes_one_header_that_says_it(name: str) -> None:
    try:
        taken = TypeAdapter(Filename).validate_python(name)
    except ValidationError:
        return
    header = content_disposition("attachment", taken)
    header.encode("ascii")
    assert not set(header) & {"\r", "\n", "\0"}
    assert header.startswith('attachment; filename="')
    plain = header.removeprefix('attachment; filename="').partition('"')[0]
    assert "\\" not in plain
