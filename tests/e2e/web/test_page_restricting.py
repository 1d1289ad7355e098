"""Frozen conversations and slow mode: what is refused is said before it is tried, and admins are not held up."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def choose(seat: Seat, item: str) -> None:
    seat.page.get_by_role("button", name="Conversation menu").click()
    seat.page.get_by_role("dialog").get_by_role("button", name=item, exact=True).click()


def slow_down(seat: Seat, time: str) -> None:
    choose(seat, "Slow mode…")
    dialog = seat.page.get_by_role("dialog", name="Slow mode")
    dialog.get_by_role("combobox").select_option(label=time)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE_MS)


def timer(seat: Seat) -> Locator:
    return seat.page.get_by_role("timer")


def test_members_of_a_frozen_conversation_read_and_take_back_what_is_theirs(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Hall")
    said = people.say("Ben", room, "Mine")
    people.call("Ben", "POST", f"/v1/messages/{said['id']}/reactions", reaction="👍")
    people.call("Ada", "POST", f"/v1/messages/{said['id']}/reactions", reaction="🎉")
    poll = {"question": "When?", "options": [{"text": day} for day in ("Mon", "Tue")], "max_votes": 2}
    asked = people.say("Ben", room, "", poll=poll)
    people.call("Ben", "PUT", f"/v1/messages/{asked['id']}/votes", options=["1"])
    ada, ben = sit("Ada"), sit("Ben")
    for seat in (ada, ben):
        seat.enter("Hall")
    ben.composer.fill("half a")
    choose(ada, "Freeze for members")
    locked = ben.page.get_by_text("This conversation is frozen: only admins can write now.")
    expect(locked).to_be_visible(timeout=PATIENCE_MS)
    expect(ben.composer).to_have_count(0)
    assert ben.violations() == []
    ben.message("Mine").focus()
    expect(ben.message("Mine").get_by_role("button", name="React", exact=True)).to_have_count(0)
    ben.message("Mine").get_by_role("button", name="More").click()
    menu = ben.page.get_by_role("dialog")
    expect(menu.get_by_role("button", name="Delete", exact=True)).to_be_visible()
    for refused in ("Edit", "Quote"):
        expect(menu.get_by_role("button", name=refused, exact=True)).to_have_count(0)
    ben.page.keyboard.press("Escape")
    expect(ben.message("Mine").get_by_role("button", name="🎉, 1")).to_be_disabled()
    ben.message("Mine").get_by_role("button", name="👍, 1, with yours").click()
    expect(ben.message("Mine").get_by_role("button", name="👍")).to_have_count(0, timeout=PATIENCE_MS)
    expect(ben.log.get_by_role("checkbox", name="Tue")).to_be_disabled()
    expect(ben.log.get_by_role("button", name="Close the poll")).to_have_count(0)
    ben.log.get_by_role("button", name="Take my vote back").click()
    expect(ben.log.get_by_text("0 voters")).to_be_visible(timeout=PATIENCE_MS)
    ben.act("Mine", "Reply in thread")
    expect(locked).to_have_count(2, timeout=PATIENCE_MS)

    expect(ada.page.get_by_text("Group · frozen")).to_be_visible(timeout=PATIENCE_MS)
    ada.write("I may")
    ben.sees("I may")
    choose(ada, "Unfreeze")
    expect(ben.composer).to_have_value("half a", timeout=PATIENCE_MS)


def test_slow_mode_counts_down_to_the_next_turn(people: World, sit: Sit) -> None:
    people.group("Ada", "Ben", name="Queue")
    ada, ben = sit("Ada"), sit("Ben")
    for seat in (ada, ben):
        seat.enter("Queue")
    slow_down(ada, "1 hour")
    expect(ben.page.get_by_text("Slow mode: 1 hour between two messages")).to_be_visible(timeout=PATIENCE_MS)
    ben.write("First")
    ada.sees("First")
    expect(timer(ben)).to_contain_text("59:", timeout=PATIENCE_MS)
    ben.composer.fill("Second")
    expect(ben.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    expect(ben.page.get_by_role("button", name="New poll")).to_be_disabled()
    ben.composer.press("Enter")
    expect(ben.composer).to_have_value("Second")
    ben.act("First", "Reply in thread")
    expect(timer(ben)).to_have_count(2, timeout=PATIENCE_MS)
    assert ben.violations() == []
    ben.page.get_by_role("button", name="Close: Thread").click()

    ada.write("One")
    ada.write("Two")
    ben.sees("One", "Two")
    expect(timer(ada)).to_have_count(0)

    slow_down(ada, "10 seconds")
    expect(timer(ben)).to_have_count(0, timeout=PATIENCE_MS)
    ben.composer.press("Enter")
    ada.sees("Second")
    expect(timer(ben)).to_be_visible(timeout=PATIENCE_MS)
    expect(timer(ben)).to_have_count(0, timeout=PATIENCE_MS)
    slow_down(ada, "None")
    expect(ben.page.get_by_text("Slow mode")).to_have_count(0, timeout=PATIENCE_MS)


def test_a_turn_that_this_page_has_not_seen_is_counted_from_the_refusal(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Quiet")
    people.call("Ada", "PUT", f"/v1/conversations/{room}", slow_mode_seconds=3600)
    said = people.say("Ada", room, "Hello")
    desk = sit("Ben")
    desk.enter("Quiet")
    desk.write("Gone soon")
    expect(timer(desk)).to_contain_text("59:", timeout=PATIENCE_MS)
    spent = people.history("Ada", room)[-1]
    people.call(None, "DELETE", f"/v1/messages/{spent['id']}?hard=true")
    ben = sit("Ben", lang="ar", theme="dark", viewport={"width": 390, "height": 844})
    ben.page.locator(".entry").click()
    ben.sees(said["text"])
    field = ben.page.get_by_role("textbox", name="اكتب إلى Quiet")
    field.fill("مرحبا")
    field.press("Enter")
    expect(timer(ben)).to_contain_text("59:", timeout=PATIENCE_MS)
    expect(ben.page.get_by_role("button", name="أعد الإرسال")).to_be_disabled()
    assert ben.violations() == []
    people.call("Ada", "PUT", f"/v1/conversations/{room}", slow_mode_seconds=0)
    ben.page.get_by_role("button", name="أعد الإرسال").click(timeout=PATIENCE_MS)
    ben.sees("مرحبا")
    expect(ben.page.get_by_text("لم تُرسل")).to_have_count(0, timeout=PATIENCE_MS)
