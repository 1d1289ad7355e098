"""Slash commands in the page: offered while one is typed, run, and shown by whoever answers them."""

import json
from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.people.tenant_servers import answer, serving
from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def test_a_command_is_offered_completed_and_run(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Games")
    people.say("Ben", room, "Who begins?")
    with serving() as endpoint:
        for name, description, role in (
            ("roll", "Roll dice", "member"),
            ("route", "The way to a place", "member"),
            ("rooms", "Close all rooms", "owner"),
        ):
            body = {"url": endpoint.url, "description": description, "role": role, "usage": "[dice]d[sides]"}
            people.call(None, "PUT", f"/v1/commands/{name}", **body)
        endpoint.behave = answer(json.dumps({"type": "message", "text": "Ben rolled a 6"}).encode())
        ben, ada = sit("Ben"), sit("Ada")
        for seat in (ben, ada):
            seat.enter("Games")
            seat.sees("Who begins?")
        offer = ben.page.get_by_role("listbox", name="Commands")
        ben.composer.press_sequentially("/ro")
        expect(offer.get_by_role("option")).to_have_count(2, timeout=PATIENCE_MS)
        expect(offer.get_by_role("option").first).to_contain_text("Roll dice")
        assert ben.violations() == []
        ben.composer.press("ArrowDown")
        expect(offer.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
        ben.composer.press("ArrowUp")
        ben.composer.press("Enter")
        expect(ben.composer).to_have_value("/roll ")
        expect(offer).to_have_count(0)
        ben.composer.press_sequentially("2d6")
        ben.composer.press("Enter")
        ben.sees("Ben rolled a 6")
        ada.sees("Ben rolled a 6")
        told = endpoint.received[0].event
        assert (told["name"], told["text"], told["user_id"]) == ("roll", "2d6", people.id("Ben"))

        endpoint.behave = answer(json.dumps({"type": "ephemeral", "text": "Left, then right"}).encode())
        ben.write("/route home")
        shown = ben.page.get_by_role("log", name="Only you can see this").get_by_role("article")
        expect(shown).to_have_count(1, timeout=PATIENCE_MS)
        expect(shown).to_contain_text("Left, then right")
        expect(ada.page.get_by_role("log", name="Only you can see this").get_by_role("article")).to_have_count(0)

        endpoint.behave = answer(b"no reply")
        ben.write("/roll again")
        expect(ben.page.get_by_text("That did not work")).to_be_visible(timeout=PATIENCE_MS)
        expect(ben.composer).to_have_value("/roll again")
        calls = len(endpoint.received)
        ben.write("/shrug nobody answers this")
        ada.sees("/shrug nobody answers this")
        assert len(endpoint.received) == calls
    assert [each["text"] for each in people.history("Ada", room)] == [
        "Who begins?",
        "Ben rolled a 6",
        "/shrug nobody answers this",
    ]
