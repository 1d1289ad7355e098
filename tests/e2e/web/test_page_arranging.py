"""How a user keeps conversations in their list: pinned, archived, hidden, with labels, cleared."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def entries(seat: Seat) -> Locator:
    return seat.page.get_by_role("navigation", name="Conversations").get_by_role("button")


def arrange(seat: Seat, item: str) -> None:
    seat.page.get_by_role("button", name="Conversation menu").click()
    seat.page.get_by_role("dialog").get_by_role("button", name=item, exact=True).click()


def show(seat: Seat, which: str) -> None:
    seat.page.get_by_role("combobox", name="Conversations to show").select_option(label=which)


def test_what_is_pinned_comes_first_on_every_device(people: World, sit: Sit) -> None:
    cellar = people.group("Ada", "Ben", name="Cellar")
    loft = people.group("Ada", "Ben", name="Loft")
    people.say("Ben", cellar, "Older")
    people.say("Ben", loft, "Newer")
    ada, phone = sit("Ada"), sit("Ada")
    for seat in (ada, phone):
        expect(entries(seat).first).to_contain_text("Loft", timeout=PATIENCE_MS)
    ada.enter("Cellar")
    arrange(ada, "Pin to the top")
    for seat in (ada, phone):
        expect(entries(seat).first).to_contain_text("Cellar", timeout=PATIENCE_MS)
        expect(entries(seat).first).to_contain_text("pinned")
    arrange(ada, "Unpin from the top")
    expect(entries(phone).first).to_contain_text("Loft", timeout=PATIENCE_MS)


def test_what_is_archived_is_read_in_the_archive_and_taken_out_of_it(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Old plans")
    people.say("Ben", room, "Do you remember?")
    ada = sit("Ada")
    ada.enter("Old plans")
    arrange(ada, "Archive")
    expect(entries(ada)).to_have_count(0, timeout=PATIENCE_MS)
    expect(ada.page.get_by_text("Choose a conversation")).to_be_visible()
    people.say("Ben", room, "Nobody does")
    show(ada, "Archived")
    expect(entries(ada)).to_contain_text(["Nobody does"], timeout=PATIENCE_MS)
    expect(entries(ada)).to_contain_text(["1 unread"])
    ada.enter("Old plans")
    ada.sees("Do you remember?", "Nobody does")
    expect(ada.page.get_by_role("heading", name="Old plans")).to_be_visible()
    expect(entries(ada)).not_to_contain_text(["unread"], timeout=PATIENCE_MS)
    archived = people.call("Ada", "GET", "/v1/conversations?archived_for_me=true")["data"]
    assert [each["unread_count"] for each in archived] == [0]
    arrange(ada, "Take out of the archive")
    expect(entries(ada)).to_have_count(0, timeout=PATIENCE_MS)
    show(ada, "All")
    expect(entries(ada)).to_contain_text(["Old plans"], timeout=PATIENCE_MS)


@pytest.mark.parametrize(("item", "comes_back"), [("Hide until the next message", True), ("Hide for good", False)])
def test_what_is_hidden_comes_back_with_a_message_or_when_it_is_shown(
    people: World, sit: Sit, item: str, *, comes_back: bool
) -> None:
    room = people.group("Ada", "Ben", name="Noise")
    people.say("Ben", room, "Drums")
    ada = sit("Ada")
    ada.enter("Noise")
    arrange(ada, item)
    expect(entries(ada)).to_have_count(0, timeout=PATIENCE_MS)
    show(ada, "Hidden")
    expect(entries(ada)).to_contain_text(["Drums"], timeout=PATIENCE_MS)
    people.say("Ben", room, "Trumpets")
    if comes_back:
        expect(entries(ada)).to_have_count(0, timeout=PATIENCE_MS)
        show(ada, "All")
    else:
        expect(entries(ada)).to_contain_text(["Trumpets"], timeout=PATIENCE_MS)
        ada.enter("Noise")
        arrange(ada, "Show in the list again")
        show(ada, "All")
    expect(entries(ada)).to_contain_text(["Trumpets"], timeout=PATIENCE_MS)


def test_labels_are_given_and_the_list_is_filtered_by_them(people: World, sit: Sit) -> None:
    for name in ("Invoices", "Picnic"):
        people.group("Ada", "Ben", name=name)
    ada = sit("Ada")
    ada.enter("Invoices")
    arrange(ada, "Labels…")
    dialog = ada.page.get_by_role("dialog", name="Labels")
    for label in ("Work", "عمل"):
        dialog.get_by_role("textbox", name="New label").fill(label)
        dialog.get_by_role("button", name="Add").click()
    dialog.get_by_role("checkbox", name="عمل").uncheck()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE_MS)
    show(ada, "Work")
    expect(entries(ada)).to_contain_text(["Invoices"], timeout=PATIENCE_MS)
    assert [each["name"] for each in people.call("Ada", "GET", "/v1/conversations?label=Work")["data"]] == ["Invoices"]
    arrange(ada, "Labels…")
    for number in range(1, 5):
        dialog.get_by_role("textbox", name="New label").fill(f"Label {number}")
        dialog.get_by_role("textbox", name="New label").press("Enter")
    expect(dialog.get_by_text("A conversation has five labels at most.")).to_be_visible()
    expect(dialog.get_by_role("textbox", name="New label")).to_be_disabled()
    dialog.get_by_role("checkbox", name="Work").uncheck()
    dialog.get_by_role("button", name="Save").click()
    expect(entries(ada)).to_have_count(0, timeout=PATIENCE_MS)


def test_a_history_is_cleared_for_oneself_after_a_question(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Diary")
    people.say("Ben", room, "A long story")
    ada, ben = sit("Ada"), sit("Ben")
    for seat in (ada, ben):
        seat.enter("Diary")
        seat.sees("A long story")
    arrange(ada, "Clear history…")
    question = ada.page.get_by_role("dialog", name="Clear history…")
    question.get_by_role("button", name="Cancel").click()
    ada.sees("A long story")
    arrange(ada, "Clear history…")
    question.get_by_role("button", name="Clear", exact=True).click()
    expect(ada.message("A long story")).to_have_count(0, timeout=PATIENCE_MS)
    ben.sees("A long story")
    ben.write("And its end")
    ada.sees("And its end")
    assert ada.texts() == ["And its end"]


def test_arranging_is_done_by_keyboard_and_is_accessible(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Desk")
    people.say("Ben", room, "Tidy up")
    people.call("Ada", "PUT", f"/v1/conversations/{room}/settings", labels=["Home", "Work"], pinned=True)
    ada = sit("Ada", lang="ar", theme="dark", reduced_motion="reduce")
    keyboard = ada.page.keyboard
    found: dict[str, list[str]] = {}

    def look(view: str) -> None:
        if wrong := ada.violations():
            found[view] = wrong

    expect(ada.page.locator(".entry")).to_have_count(1, timeout=PATIENCE_MS)
    look("list with labels")
    ada.page.locator(".entry").press("Enter")
    ada.sees("Tidy up")
    menu = ada.page.get_by_role("button", name="قائمة المحادثة")
    menu.press("Enter")
    expect(ada.page.get_by_role("button", name="ألغِ تثبيتها في الأعلى")).to_be_focused(timeout=PATIENCE_MS)
    look("menu")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(ada.page.get_by_role("dialog", name="التصنيفات").get_by_role("checkbox")).to_have_count(2)
    look("labels")
    keyboard.press("Escape")
    menu.press("Enter")
    ada.page.get_by_role("button", name="امسح السجل…").press("Enter")
    look("question")
    keyboard.press("Escape")
    ada.page.get_by_role("group", name="القوائم").get_by_role("button", name="سلاسل الردود").press("Enter")
    expect(ada.page.get_by_role("checkbox", name="غير المقروءة فقط")).to_be_visible()
    look("threads")
    assert found == {}
