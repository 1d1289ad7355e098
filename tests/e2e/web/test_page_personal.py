"""What a user has for themselves in the page: drafts on all devices, and messages kept for later."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def test_a_draft_goes_on_on_another_device_and_is_gone_when_it_is_sent(people: World, sit: Sit) -> None:
    people.group("Ada", "Ben", name="Letters")
    people.group("Ada", "Ben", name="Postcards")
    desk, phone = sit("Ada"), sit("Ada")
    desk.enter("Letters")
    desk.composer.fill("Dear Ben,")
    entry = phone.page.get_by_role("navigation").get_by_role("button", name="Letters")
    expect(entry).to_contain_text("Draft:Dear Ben,", timeout=PATIENCE_MS)
    phone.enter("Letters")
    expect(phone.composer).to_have_value("Dear Ben,")
    phone.enter("Postcards")
    expect(phone.composer).to_have_value("")
    phone.enter("Letters")
    phone.composer.press("End")
    phone.composer.press_sequentially(" how are you?")
    expect(desk.composer).to_have_value("Dear Ben, how are you?", timeout=PATIENCE_MS)
    desk.composer.press("Enter")
    phone.sees("Dear Ben, how are you?")
    expect(phone.composer).to_have_value("", timeout=PATIENCE_MS)
    expect(desk.composer).to_have_value("")


def test_a_quote_is_the_quoted_message_as_it_is_now(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Debate")
    root = people.say("Ada", room, "Is it so?")
    reply = people.say("Ben", room, "It is", parent_id=root["id"])
    people.say("Ada", room, "Says Ben", quoted_message_id=reply["id"])
    ada = sit("Ada")
    ada.enter("Debate")
    quote = ada.message("Says Ben").get_by_role("button", name="Ben It is", exact=True)
    quote.click()
    thread = ada.page.get_by_role("region", name="Thread")
    expect(thread.get_by_role("article").filter(has_text="It is")).to_be_visible(timeout=PATIENCE_MS)
    people.call("Ben", "PUT", f"/v1/messages/{reply['id']}", text="It was")
    changed = ada.message("Says Ben").get_by_role("button", name="Ben It was", exact=True)
    expect(changed).to_be_visible(timeout=PATIENCE_MS)
    people.call(None, "DELETE", f"/v1/messages/{reply['id']}?hard=true")
    gone = re.compile("This message (was deleted|is not there any more)")
    expect(ada.message("Says Ben").get_by_text(gone)).to_be_visible(timeout=PATIENCE_MS)


def test_a_message_is_kept_for_later_found_again_and_let_go_of(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Tasks")
    first = people.say("Ben", room, "Book the hall")
    people.say("Ben", room, "Order the cake")
    ada, phone = sit("Ada"), sit("Ada", lang="ar", theme="dark", reduced_motion="reduce")
    ada.enter("Tasks")
    ada.act("Order the cake", "More", "Keep for later")
    ada.act("Book the hall", "More", "Remind me in an hour")
    ada.page.get_by_role("button", name="Kept for later").click()
    panel = ada.page.get_by_role("region", name="Kept for later")
    rows = panel.get_by_role("listitem")
    expect(rows).to_have_count(2, timeout=PATIENCE_MS)
    expect(rows.filter(has_text="Book the hall")).to_contain_text("Reminder:")
    kept = people.call("Ada", "GET", "/v1/bookmarks?reminder=upcoming")["data"]
    assert [each["message_id"] for each in kept] == [first["id"]]
    assert datetime.fromisoformat(kept[0]["remind_at"]) - datetime.now(UTC) > timedelta(minutes=50)

    phone.page.get_by_role("button", name="محفوظة لوقت لاحق").click()
    shown = phone.page.get_by_role("region", name="محفوظة لوقت لاحق").get_by_role("listitem")
    expect(shown).to_have_count(2, timeout=PATIENCE_MS)
    assert phone.violations() == []
    rows.filter(has_text="Order the cake").get_by_role("button", name="Keep no longer").click()
    expect(rows).to_have_count(1)
    expect(shown).to_have_count(1, timeout=PATIENCE_MS)
    rows.get_by_role("button", name="Book the hall").click()
    ada.sees("Book the hall")
    expect(ada.log.locator("[data-flash]").filter(has_text="Book the hall")).to_have_count(1, timeout=PATIENCE_MS)
