"""What a body may be: JSON in UTF-8, of a bounded size and depth. What is refused changes nothing."""

import base64
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import errors
from parley.http.bodies import LIMIT_BYTES, MAX_DEPTH, read_json
from tests.support.aws.gateway import Answer, build_event, invoke
from tests.support.people.people import Person


def send_text(who: Person, text: str, **headers: str) -> Answer:
    """POST a body that is sent as it is."""
    return who.post("/v1/messages", text, headers=headers)


def body_with(general: str, custom: str) -> str:
    return f'{{"conversation_id": "{general}", "text": "x", "custom": {{"value": {custom}}}}}'


def texts(who: Person, general: str) -> list[str]:
    return [message["text"] for message in who.get(f"/v1/conversations/{general}/messages")["data"]]


@pytest.mark.parametrize(
    ("custom", "detail"),
    [
        ("NaN", "NaN is not JSON"),
        ("Infinity", "Infinity is not JSON"),
        ("-Infinity", "-Infinity is not JSON"),
        ("1e999", "A number of the body is too large"),
        ("-1e999", "A number of the body is too large"),
        ("1" + "0" * 400, "A number of the body is too large"),
        ("-1" + "0" * 400, "A number of the body is too large"),
        (str(2**1024), "A number of the body is too large"),
        ("[[1e400]]", "A number of the body is too large"),
        ("1" * 5_000, "A number of the body is too long"),
        ('"\\ud800"', "The body holds half of a surrogate pair"),
        ('{"\\udfff": 1}', "The body holds half of a surrogate pair"),
        ("[" * 64 + "]" * 64, "The body is nested too deeply"),
        ("[" * 100_000 + "]" * 100_000, "The body is nested too deeply"),
        ('{"a":' * 64 + "1" + "}" * 64, "The body is nested too deeply"),
        ("1 2", "The body is not JSON"),
    ],
    ids=lambda value: value[:24],
)
def test_what_is_no_json_is_refused_and_changes_nothing(alice: Person, general: str, custom: str, detail: str) -> None:
    refused = send_text(alice, body_with(general, custom))
    assert (refused.status, refused.code, refused["detail"]) == (400, "malformed_request", detail)
    assert texts(alice, general) == []


def test_what_is_json_comes_back_as_it_was(alice: Person, bob: Person, general: str) -> None:
    custom = {"value": ["é", "👍", "\u0000", 1.5, -0.0, 10**30, None, True, 2**1023, {"": [[[]]]}]}
    sent = alice.send(general, "x", custom=custom)
    assert sent.status == 201, sent.text
    assert bob.get(f"/v1/conversations/{general}/messages")["data"][0]["custom"] == custom


def test_depth_is_bounded_where_the_contract_says(alice: Person, general: str) -> None:
    inside = MAX_DEPTH - 2  # the body and `custom` are the first two
    assert send_text(alice, body_with(general, "[" * inside + "]" * inside)).status == 201
    assert send_text(alice, body_with(general, "[" * (inside + 1) + "]" * (inside + 1))).status == 400


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values, st.booleans())
def test_every_json_value_is_read_as_it_was_written(value: Any, ascii_only: bool) -> None:  # noqa: FBT001 - hypothesis
    assert read_json(json.dumps(value, ensure_ascii=ascii_only)) == value


@given(st.text())
def test_no_text_makes_the_reader_fail(text: str) -> None:
    with contextlib.suppress(json.JSONDecodeError, errors.MalformedRequest):
        read_json(text)


@given(st.text(alphabet='[]{}",:\\ud8e019-.Na', max_size=40))
def test_what_is_read_can_be_written(text: str) -> None:
    try:
        value = read_json(text)
    except (json.JSONDecodeError, errors.MalformedRequest):
        return
    json.dumps(value, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '"text"', "7", "[1, 2]"], ids=["empty", "list", "null", "string", "number", "numbers"]
)
def test_a_body_that_is_no_object_does_not_fit_the_contract(alice: Person, general: str, body: str) -> None:
    refused = send_text(alice, body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["pointer"] for error in refused["errors"]] == [""]


def test_a_body_above_256_kib_is_too_large(alice: Person, general: str) -> None:
    padding = "x" * LIMIT_BYTES
    refused = send_text(alice, body_with(general, f'"{padding}"'))
    assert (refused.status, refused.code) == (413, "too_large")
    wide = "é" * (LIMIT_BYTES // 2)
    assert send_text(alice, body_with(general, f'"{wide}"')).status == 413
    event = encoded(alice, body_with(general, f'"{padding}"').encode())
    assert invoke(event).status == 413


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json"]
)
def test_a_body_of_another_type_is_refused(alice: Person, general: str, content_type: str) -> None:
    refused = send_text(alice, body_with(general, "1"), **{"content-type": content_type})
    assert (refused.status, refused.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON", "application/json; charset=utf-8"])
def test_a_json_type_is_taken_in_any_spelling(alice: Person, general: str, content_type: str) -> None:
    assert send_text(alice, body_with(general, "1"), **{"content-type": content_type}).status == 201


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "deflate", "zstd", "x", "identity, gzip"])
def test_a_coded_body_is_refused(alice: Person, general: str, coding: str) -> None:
    refused = send_text(alice, body_with(general, "1"), **{"content-encoding": coding})
    assert (refused.status, refused.code) == (415, "unsupported_media_type")
    assert texts(alice, general) == []


@pytest.mark.parametrize("coding", ["", "identity", "Identity"])
def test_identity_is_no_coding(alice: Person, general: str, coding: str) -> None:
    assert send_text(alice, body_with(general, "1"), **{"content-encoding": coding}).status == 201


def encoded(who: Person, body: bytes) -> dict[str, Any]:
    """An event whose body the gateway has encoded, as it does for what may be no text."""
    context = {"tenant_id": who.tenant_id, "user_id": who.user_id, "scope": "", "settings": "{}"}
    event = build_event("POST", "/v1/messages", authorizer=context, body="{}")
    return event | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def test_an_encoded_body_is_read_like_any_other(alice: Person, general: str) -> None:
    sent = invoke(encoded(alice, body_with(general, '"é"').encode()))
    assert (sent.status, sent["custom"]) == (201, {"value": "é"})


@pytest.mark.parametrize("body", [b"\xff\xfe{}", b'{"text": "\xed\xa0\x80"}'], ids=["no UTF-8", "an encoded surrogate"])
def test_an_encoded_body_that_is_no_utf_8_is_malformed(alice: Person, body: bytes) -> None:
    refused = invoke(encoded(alice, body))
    assert (refused.status, refused.code) == (400, "malformed_request")


def test_an_encoded_body_that_is_no_base64_is_malformed(alice: Person) -> None:
    event = encoded(alice, b"{}") | {"body": "§§§"}
    refused = invoke(event)
    assert (refused.status, refused.code) == (400, "malformed_request")


def test_half_a_surrogate_pair_in_the_raw_body_is_refused(alice: Person, general: str) -> None:
    refused = send_text(alice, body_with(general, '"\ud800"'))
    assert (refused.status, refused.code) == (400, "malformed_request")
