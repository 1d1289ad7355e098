"""Polls: made at the composer, voted in by several, taken back, looked into and closed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def poll_in(seat: Seat, question: str) -> Locator:
    return seat.log.get_by_role("group", name=question)


def test_a_poll_is_made_voted_in_and_closed(people: World, sit: Sit) -> None:
    people.group("Ada", "Ben", "Cleo", name="Canteen")
    ada, ben = sit("Ada"), sit("Ben")
    for seat in (ada, ben):
        seat.enter("Canteen")
    ada.page.get_by_role("button", name="New poll").click()
    dialog = ada.page.get_by_role("dialog", name="New poll")
    send = dialog.get_by_role("button", name="Send")
    dialog.get_by_role("textbox", name="Question").fill("What shall we eat?")
    dialog.get_by_role("textbox", name="Option 1").fill("Soup")
    dialog.get_by_role("textbox", name="Option 2").fill("Soup")
    expect(send).to_be_disabled()
    dialog.get_by_role("textbox", name="Option 2").fill("Bread")
    dialog.get_by_role("button", name="Add an option").click()
    dialog.get_by_role("textbox", name="Option 3").fill("حساء")
    send.click()
    expect(dialog).to_have_count(0)

    mine, theirs = poll_in(ada, "What shall we eat?"), poll_in(ben, "What shall we eat?")
    expect(theirs.get_by_role("radio")).to_have_count(3, timeout=PATIENCE_MS)
    expect(theirs.get_by_role("button", name="Close the poll")).to_have_count(0)
    theirs.get_by_role("radio", name="Bread").check()
    expect(mine.get_by_role("radio", name="Bread 1 vote")).to_be_visible(timeout=PATIENCE_MS)
    mine.get_by_role("radio", name="Soup").check()
    expect(theirs.get_by_text("2 voters")).to_be_visible(timeout=PATIENCE_MS)
    mine.get_by_role("radio", name="Bread").check()
    expect(theirs.get_by_role("radio", name="Bread 2 votes")).to_be_visible(timeout=PATIENCE_MS)
    theirs.get_by_role("button", name="Take my vote back").click()
    expect(mine.get_by_role("radio", name="Bread 1 vote")).to_be_visible(timeout=PATIENCE_MS)
    mine.get_by_role("button", name="Who voted").click()
    voters = ada.page.get_by_role("dialog", name="Who voted")
    expect(voters.get_by_role("listitem")).to_have_text(["Ada"], timeout=PATIENCE_MS)
    assert ada.violations() == []
    ada.page.keyboard.press("Escape")
    mine.get_by_role("button", name="Close the poll").click()
    for poll in (mine, theirs):
        expect(poll.get_by_text("1 voter · closed")).to_be_visible(timeout=PATIENCE_MS)
        expect(poll.get_by_role("radio", name="Soup")).to_be_disabled()
    expect(ben.page.get_by_role("navigation").get_by_role("button", name="Canteen")).to_contain_text(
        "What shall we eat?"
    )


def test_a_poll_of_several_anonymous_votes_closes_by_itself(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Quick")
    soon = (datetime.now(UTC) + timedelta(seconds=25)).isoformat(timespec="milliseconds")
    poll = {"question": "Which days?", "options": [{"text": day} for day in ("Mon", "Tue", "Wed")]}
    people.say("Ben", room, "", poll=poll | {"max_votes": 2, "anonymous": True, "closes_at": soon})
    ada = sit("Ada", lang="ar", theme="dark", reduced_motion="reduce")
    ada.page.locator(".entry").click()
    days = poll_in(ada, "Which days?").get_by_role("checkbox")
    expect(days).to_have_count(3, timeout=PATIENCE_MS)
    days.nth(0).check()
    days.nth(1).check()
    expect(days.nth(2)).to_be_disabled()
    assert ada.violations() == []
    expect(poll_in(ada, "Which days?").get_by_role("button", name="من صوّت")).to_have_count(0)
    expect(days.nth(0)).to_be_disabled(timeout=PATIENCE_MS)
    expect(poll_in(ada, "Which days?")).to_contain_text("مغلق")
    (stored,) = people.history("Ben", room)
    assert (stored["poll"]["results"]["voters"], stored["poll"]["results"]["counts"]) == (1, {"1": 1, "2": 1, "3": 0})
