"""Threads that one follows in a list of their own, and how far one's messages have come."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def threads_of(seat: Seat) -> Locator:
    """The rows of the list of threads, which is shown for that."""
    seat.page.get_by_role("group", name="Lists").get_by_role("button", name="Threads").click()
    return seat.page.get_by_role("navigation", name="Threads").get_by_role("button")


def test_replies_are_counted_in_the_list_of_threads_until_they_are_seen(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", "Cleo", name="Orchard")
    apples = people.say("Ada", room, "Who picks the apples?")
    pears = people.say("Ben", room, "Who picks the pears?")
    people.say("Ada", room, "I do", parent_id=pears["id"])
    people.say("Ben", room, "Not me", parent_id=apples["id"])
    ada = sit("Ada")
    rows = threads_of(ada)
    expect(rows).to_have_count(2, timeout=PATIENCE_MS)
    expect(rows.first).to_contain_text("Who picks the apples?")
    expect(rows.first).to_contain_text("1 unread")
    expect(rows.first).to_contain_text("Orchard · 1 reply")
    tab = ada.page.get_by_role("group", name="Lists").get_by_role("button", name="Threads")
    expect(tab).to_contain_text("1 unread")

    people.say("Cleo", room, "Nor me", parent_id=pears["id"])
    expect(rows.first).to_contain_text("Who picks the pears?", timeout=PATIENCE_MS)
    expect(tab).to_contain_text("2 unread", timeout=PATIENCE_MS)

    rows.first.click()
    thread = ada.page.get_by_role("region", name="Thread")
    expect(thread.get_by_role("article").filter(has_text="Nor me")).to_be_visible(timeout=PATIENCE_MS)
    expect(thread.get_by_text("New messages")).to_be_visible()
    expect(rows.first).not_to_contain_text("unread", timeout=PATIENCE_MS)
    assert people.call("Ada", "GET", "/v1/unread/threads")["total"] == 1

    people.say("Cleo", room, "Unless it rains", parent_id=pears["id"])
    expect(thread.get_by_role("article").filter(has_text="Unless it rains")).to_be_visible(timeout=PATIENCE_MS)
    expect(rows.first).to_contain_text("Unless it rains", timeout=PATIENCE_MS)
    expect(tab).to_contain_text("1 unread", timeout=PATIENCE_MS)

    ada.page.get_by_role("checkbox", name="Unread only").check()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Who picks the apples?")


def test_a_thread_is_followed_and_followed_no_more_in_its_panel(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", "Cleo", name="Meadow")
    mowing = people.say("Ben", room, "When is the mowing?")
    people.say("Cleo", room, "In June", parent_id=mowing["id"])
    ada = sit("Ada")
    ada.enter("Meadow")
    ada.message("When is the mowing?").get_by_role("button", name="1 reply").click()
    follow = ada.page.get_by_role("region", name="Thread").get_by_role("button", name="Follow this thread")
    expect(follow).to_have_attribute("aria-pressed", "false", timeout=PATIENCE_MS)
    rows = threads_of(ada)
    expect(ada.page.get_by_text("Threads that you start, answer or follow appear here.")).to_be_visible(
        timeout=PATIENCE_MS
    )
    follow.click()
    expect(rows).to_have_count(1, timeout=PATIENCE_MS)
    expect(follow).to_have_attribute("aria-pressed", "true")
    people.call("Ada", "DELETE", f"/v1/threads/{mowing['id']}/follow")
    expect(rows).to_have_count(0, timeout=PATIENCE_MS)
    expect(follow).to_have_attribute("aria-pressed", "false")


def test_a_message_is_sent_delivered_and_seen(people: World, sit: Sit) -> None:
    people.group("Ada", "Ben", "Cleo", name="Balcony")
    people.group("Ada", "Ben", name="Roof")
    ada = sit("Ada")
    ada.enter("Balcony")
    ada.write("Is anybody there?")
    own = ada.message("Is anybody there?")
    expect(own.get_by_text("Sent", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    ben = sit("Ben")
    ben.enter("Roof")
    ada.write("Hello?")
    own = ada.message("Hello?")
    expect(own.get_by_text("Delivered", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(ada.message("Is anybody there?").get_by_text("Sent", exact=True)).to_have_count(0)
    ben.enter("Balcony")
    ben.sees("Hello?")
    expect(own.get_by_text("Seen by 1", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    for text in ("Is anybody there?", "Hello?"):
        expect(ada.message(text)).to_have_accessible_name(re.compile("^You, .*, Seen$"))
