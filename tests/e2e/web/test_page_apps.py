"""What an app shows in a conversation: messages that one member alone sees."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def test_what_one_member_alone_sees_is_shown_until_it_is_dismissed(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Tables")
    people.say("Ben", room, "Lunch at noon?")
    ada, ben = sit("Ada"), sit("Ben")
    for seat in (ada, ben):
        seat.enter("Tables")
        seat.sees("Lunch at noon?")
    only_ada = {"user_id": people.id("Ada"), "text": "Your table is booked: https://example.com/t/7"}
    path = f"/v1/conversations/{room}/ephemeral-messages"
    people.call(None, "POST", path, **only_ada)
    people.call(None, "POST", path, **{**only_ada, "text": "Bring cash 💶 " + "x" * 200})
    shown = ada.page.get_by_role("log", name="Only you can see this").get_by_role("article")
    expect(shown).to_have_count(2, timeout=PATIENCE_MS)
    expect(shown.first).to_contain_text("Only you can see this")
    expect(shown.first.get_by_role("link")).to_have_attribute("href", "https://example.com/t/7")
    assert ada.violations() == []
    expect(ben.page.get_by_role("log", name="Only you can see this").get_by_role("article")).to_have_count(0)
    shown.first.get_by_role("button", name="Dismiss").click()
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("Bring cash")
