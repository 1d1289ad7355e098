"""Moments that callers name, in queries and bodies: RFC 3339 with its zone, read in one place."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import clock
from tests.support.people.people import Person

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


@pytest.mark.parametrize("value", [1795424400, 1.5, True, [], {}], ids=str)
def test_a_number_is_no_moment(alice: Person, general: str, value: Any) -> None:
    assert alice.put(f"/v1/conversations/{general}/mute", {"until": value}).status == 422


@pytest.mark.parametrize("text", list(GOOD)[:5])
def test_every_writing_of_a_moment_is_taken(alice: Person, general: str, text: str) -> None:
    assert alice.get("/v1/conversations", updated_since=text).status == 200
    muted = alice.put(f"/v1/conversations/{general}/mute", {"until": text.replace("2026", "2126")})
    assert muted.status in (200, 204), muted.text
