"""Moments that callers name, in queries and bodies: RFC 3339 with its zone, read in one place."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import clock
from tests.support.people.people import Person, Workspace

GOOD = {
    "2026-11-23T09:00:00Z": "2026-11-23T09:00:00+00:00",
    "2026-11-23t09:00:00z": "2026-11-23T09:00:00+00:00",
    "2026-11-23T09:00:00.123456789Z": "2026-11-23T09:00:00.123456+00:00",
    "2026-11-23T09:00:00.1+01:30": "2026-11-23T07:30:00.100000+00:00",
    "2026-11-23T09:00:00-00:00": "2026-11-23T09:00:00+00:00",
    "2016-12-31T23:59:60Z": "2017-01-01T00:00:00+00:00",
    "0001-01-01T00:00:00Z": "0001-01-01T00:00:00+00:00",
}
BAD = ["2026-11-23T09:00:00", "2026-11-23", "2026-11-23 09:00:00Z", "20261123T090000Z", "2026-11-23T09:00Z"]
BAD += ["", "now", "2026-W01-1T00:00:00Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z"]
BAD += ["2026-11-23T09:00:00+0100", "2026-11-23T09:00:00.Z", "2026-11-23T09:00:61Z", "0001-01-01T00:00:00+01:00"]
BAD += ["9999-12-31T23:59:59-01:00", "٢٠٢٦-11-23T09:00:00Z", "2026-11-23T09:00:00Z ", "2026-11-23T09:00:00+25:00"]
BAD += ["1795424400", "1e9"]


@pytest.mark.parametrize(("text", "moment"), GOOD.items())
def test_rfc_3339_is_read(text: str, moment: str) -> None:
    assert clock.read_rfc3339(text) == datetime.fromisoformat(moment)


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9999, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants bounds without a zone
def test_what_is_shown_can_be_named(moment: datetime) -> None:
    assert clock.to_rfc3339(clock.read_rfc3339(clock.to_rfc3339(moment))) == clock.to_rfc3339(moment)


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_refused_everywhere(alice: Person, general: str, text: str) -> None:
    for refused in (
        alice.get("/v1/search/messages", q="x", **{"from": text}),
        alice.get("/v1/search/messages", q="x", to=text),
        alice.get("/v1/conversations", updated_since=text),
        alice.put(f"/v1/conversations/{general}/mute", {"until": text}),
        alice.put(f"/v1/conversations/{general}/notifications", {"level": "all", "until": text}),
    ):
        assert (refused.status, refused.code) == (422, "validation_failed"), refused.text


DAYS = [
    "0",
    "86400",
    "1795424400",
    "20261123",
    "2026-W01-1",
    "2026-1-1",
    "2026-02-30",
    "2026-11-23T00:00:00Z",
    "٢٠٢٦-11-23",
]


@pytest.mark.parametrize("text", [*DAYS, "", " 2026-11-23", "2026-11-23\n", "-1", "today", "10000-01-01", "0000-01-01"])
def test_a_day_is_a_date_and_nothing_else(acme: Workspace, text: str) -> None:
    for name in ("from", "to"):
        refused = acme.server.get("/v1/usage", **{name: text})
        assert (refused.code, refused["errors"][0]["pointer"]) == ("validation_failed", f"?{name}")


@pytest.mark.parametrize("first_day", ["0001-01-01", "0001-01-03", "0001-01-07", "9999-12-31", "2026-02-28"])
def test_every_day_of_the_calendar_can_be_asked_for(acme: Workspace, first_day: str) -> None:
    for query in ({"to": first_day}, {"from": first_day, "to": first_day}):
        assert acme.server.get("/v1/usage", **query)["data"][-1]["day"] == first_day


@pytest.mark.parametrize(
    "text", [" 5", "5 ", "+5", "5.0", "1_0", "1e1", "0x5", "\u0665", "\uff15", "", "5;", "5,6", "five", "9" * 25]
)
def test_a_number_of_a_query_is_digits(acme: Workspace, alice: Person, general: str, text: str) -> None:
    """Every whole number that a query can have, by the document."""
    sent = alice.send(general)["id"]
    for answer in (
        alice.get("/v1/conversations", limit=text),
        alice.get(f"/v1/conversations/{general}/messages", after_seq=text),
        alice.get(f"/v1/conversations/{general}/messages", before_seq=text),
        alice.get(f"/v1/messages/{sent}/reactions", limit=text),
        alice.get("/v1/events", limit=text),
        alice.get("/v1/search/suggestions", limit=text),
        alice.get("/v1/search/global", q="x", limit=text),
        alice.get("/v1/download/x/signed", ttl=text),
        acme.server.delete(f"/v1/tenants/{acme.tenant_id}/keys/x", overlap_seconds=text),
    ):
        assert (answer.status, answer.code) == (422, "validation_failed"), answer.text


@pytest.mark.parametrize(
    "text", ["1", "0", "yes", "no", "on", "off", "t", "f", "True", "FALSE", " true", "", "true,true"]
)
def test_a_boolean_of_a_query_is_true_or_false(acme: Workspace, alice: Person, general: str, text: str) -> None:
    """Every boolean that a query can have, by the document."""
    message = f"/v1/messages/{alice.send(general)['id']}"
    for answer, name in (
        (alice.get("/v1/conversations", archived=text), "archived"),
        (alice.get("/v1/search/conversations", q="x", archived=text), "archived"),
        (alice.get("/v1/search/messages", q="x", total=text), "total"),
        (acme.server.delete(message, hard=text), "hard"),
    ):
        assert (answer.status, answer["errors"][0]["pointer"]) == (422, f"?{name}"), answer.text
    assert alice.get(message)["text"] == "hello"


@pytest.mark.parametrize("word", ["true", "false"])
def test_both_words_of_a_boolean_are_taken(acme: Workspace, alice: Person, general: str, word: str) -> None:
    message = f"/v1/messages/{alice.send(general)['id']}"
    listed = alice.get("/v1/conversations", archived=word)["data"]
    assert [one["id"] for one in listed] == ([general] if word == "false" else [])
    assert acme.server.delete(message, hard=word).status == (204 if word == "true" else 200)


@pytest.mark.parametrize("value", [1795424400, 1.5, True, [], {}], ids=str)
def test_a_number_is_no_moment(alice: Person, general: str, value: Any) -> None:
    assert alice.put(f"/v1/conversations/{general}/mute", {"until": value}).status == 422


@pytest.mark.parametrize("text", list(GOOD)[:5])
def test_every_writing_of_a_moment_is_taken(alice: Person, general: str, text: str) -> None:
    assert alice.get("/v1/conversations", updated_since=text).status == 200
    muted = alice.put(f"/v1/conversations/{general}/mute", {"until": text.replace("2026", "2126")})
    assert muted.status in (200, 204), muted.text
