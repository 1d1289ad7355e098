"""Two users in two browsers, who see the same whatever becomes of the network."""

from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def test_two_browsers_chat(people: World, sit: Sit) -> None:
    people.group("Ada", "Ben", name="Garden")
    ada, ben = sit("Ada"), sit("Ben")
    for seat in (ada, ben):
        seat.enter("Garden")
    ada.write("Shall we plant beans?")
    ben.sees("Shall we plant beans?")
    expect(ada.log.get_by_text("Seen by Ben")).to_have_count(1, timeout=PATIENCE_MS)

    ben.composer.press_sequentially("Yes")
    expect(ada.page.get_by_role("status").filter(has_text="Ben is typing")).to_be_visible(timeout=PATIENCE_MS)
    ben.composer.press("Enter")
    ada.sees("Yes")

    ben.act("Shall we plant beans?", "React with 👍")
    expect(ada.message("Shall we plant beans?").get_by_role("button", name="👍, 1", exact=True)).to_be_visible(
        timeout=PATIENCE_MS
    )
    ada.act("Shall we plant beans?", "More", "Edit")
    ada.page.get_by_role("textbox", name="Edit the message").fill("Shall we plant peas?")
    ada.page.get_by_role("button", name="Save").click()
    ben.sees("Shall we plant peas?")

    ben.act("Shall we plant peas?", "More", "Quote")
    ben.write("Beans are better")
    quoted = ada.message("Beans are better").get_by_role("button", name="Ada Shall we plant peas?")
    expect(quoted).to_be_visible(timeout=PATIENCE_MS)

    ben.act("Shall we plant peas?", "Reply in thread")
    thread = ben.page.get_by_role("region", name="Thread")
    thread.get_by_role("textbox", name="Reply").fill("Sugar peas")
    thread.get_by_role("textbox", name="Reply").press("Enter")
    expect(thread.get_by_role("article").filter(has_text="Sugar peas")).to_have_count(1, timeout=PATIENCE_MS)
    ada.message("Shall we plant peas?").get_by_role("button", name="1 reply").click()
    thread = ada.page.get_by_role("region", name="Thread")
    expect(thread.get_by_role("article").filter(has_text="Sugar peas")).to_have_count(1, timeout=PATIENCE_MS)

    ada.act("Shall we plant peas?", "More", "Delete")
    ada.page.get_by_role("dialog", name="Delete").get_by_role("button", name="Delete").click()
    expect(ben.log.locator(".gone", has_text="This message was deleted")).to_have_count(1, timeout=PATIENCE_MS)
    expect(ben.log.locator(".quote", has_text="This message was deleted")).to_have_count(1, timeout=PATIENCE_MS)
    expect(ben.page.get_by_text("Shall we plant peas?")).to_have_count(0)


def test_nothing_is_lost_doubled_or_out_of_order_when_one_was_offline(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Harbour")
    ada, ben = sit("Ada"), sit("Ben")
    for seat in (ada, ben):
        seat.enter("Harbour")
    ada.write("Before")
    ben.sees("Before")

    ada.context.set_offline(True)
    expect(ada.page.get_by_text("You are offline.")).to_be_visible(timeout=PATIENCE_MS)
    for number in range(1, 6):
        ada.write(f"From the sea {number}")
        ben.write(f"From the land {number}")
    expect(ada.page.get_by_text("5 messages wait.")).to_be_visible()
    expect(ada.page.get_by_text("Waiting for the network")).to_have_count(5)
    assert not any("land" in text for text in ada.texts())
    expect(ben.page.get_by_text("Sending…")).to_have_count(0, timeout=PATIENCE_MS)

    ada.context.set_offline(False)
    ben.sees(*[f"From the sea {number}" for number in range(1, 6)])
    expect(ada.page.get_by_text("You are offline.")).to_have_count(0, timeout=PATIENCE_MS)
    ada.sees(*[f"From the land {number}" for number in range(1, 6)])
    expect(ada.page.locator("[data-status]")).to_have_count(0, timeout=PATIENCE_MS)
    stored = [each["text"] for each in people.history("Ben", room)]
    assert stored == [
        "Before",
        *[f"From the land {number}" for number in range(1, 6)],
        *[f"From the sea {number}" for number in range(1, 6)],
    ]
    assert ada.texts() == stored
    assert ben.texts() == stored


def test_what_was_written_offline_survives_a_closed_page(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Attic")
    ada = sit("Ada")
    ada.enter("Attic")
    ada.context.set_offline(True)
    ada.write("Written in a tunnel")
    expect(ada.page.get_by_text("1 message waits.")).to_be_visible(timeout=PATIENCE_MS)
    ada.page.close()
    ada.context.set_offline(False)
    ada.open()
    ada.enter("Attic")
    ada.sees("Written in a tunnel")
    expect(ada.page.locator("[data-status]")).to_have_count(0, timeout=PATIENCE_MS)
    assert [each["text"] for each in people.history("Ben", room)] == ["Written in a tunnel"]


def test_unread_messages_are_counted_until_they_are_seen(people: World, sit: Sit) -> None:
    people.group("Ada", "Ben", name="Kitchen")
    cellar = people.group("Ada", "Ben", name="Cellar")
    ada = sit("Ada")
    ada.enter("Kitchen")
    entry = ada.page.get_by_role("navigation").get_by_role("button", name="Cellar")
    for number in range(1, 4):
        people.say("Ben", cellar, f"Bottle {number}")
    expect(entry).to_contain_text("3 unread", timeout=PATIENCE_MS)
    entry.click()
    expect(ada.log.get_by_text("New messages")).to_be_visible(timeout=PATIENCE_MS)
    expect(entry).not_to_contain_text("unread", timeout=PATIENCE_MS)
    unread = people.call("Ada", "GET", "/v1/unread")
    assert unread["total"] == 0


def test_what_is_marked_as_unread_stays_so_until_it_is_entered_again(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Library")
    people.group("Ada", "Ben", name="Terrace")
    for number in range(1, 4):
        people.say("Ben", room, f"Shelf {number}")
    ada = sit("Ada")
    ada.enter("Library")
    entry = ada.page.get_by_role("navigation").get_by_role("button", name="Library")
    expect(entry).not_to_contain_text("unread", timeout=PATIENCE_MS)
    ada.act("Shelf 2", "More", "Mark as unread from here")
    expect(entry).to_contain_text("2 unread", timeout=PATIENCE_MS)
    expect(ada.log.locator("[data-index]").filter(has_text="New messages")).to_have_count(1)
    assert people.call("Ada", "GET", "/v1/unread")["total"] == 2
    people.say("Ben", room, "Shelf 4")
    ada.sees("Shelf 4")
    expect(entry).to_contain_text("3 unread", timeout=PATIENCE_MS)
    ada.enter("Terrace")
    ada.enter("Library")
    expect(entry).not_to_contain_text("unread", timeout=PATIENCE_MS)


def test_an_answer_reads_what_was_marked_as_unread(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Balcony")
    people.say("Ben", room, "Pots")
    ada = sit("Ada")
    ada.enter("Balcony")
    ada.sees("Pots")
    entry = ada.page.get_by_role("navigation").get_by_role("button", name="Balcony")
    expect(entry).not_to_contain_text("unread", timeout=PATIENCE_MS)
    ada.act("Pots", "More", "Mark as unread from here")
    expect(entry).to_contain_text("1 unread", timeout=PATIENCE_MS)
    ada.write("Six")
    people.say("Ben", room, "Seven")
    ada.sees("Six", "Seven")
    expect(entry).not_to_contain_text("unread", timeout=PATIENCE_MS)


def test_what_has_not_come_yet_is_not_marked_as_read(people: World, sit: Sit) -> None:
    people.group("Ada", "Ben", name="Pantry")
    loft = people.group("Ada", "Ben", name="Loft")
    ada = sit("Ada")
    ada.enter("Pantry")
    entry = ada.page.get_by_role("navigation").get_by_role("button", name="Loft")
    people.say("Ben", loft, "Boxes")
    expect(entry).to_contain_text("1 unread", timeout=PATIENCE_MS)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    ada.page.route("**/v1/conversations/*/messages?*", hold)
    entry.click()
    expect(ada.page.get_by_role("heading", name="Loft")).to_be_visible(timeout=PATIENCE_MS)
    ada.page.wait_for_timeout(1_000)
    expect(entry).to_contain_text("1 unread")
    for route in held:
        route.continue_()
    ada.page.unroute_all()
    expect(ada.log.get_by_text("New messages")).to_be_visible(timeout=PATIENCE_MS)
    expect(entry).not_to_contain_text("unread", timeout=PATIENCE_MS)


def test_a_conversation_is_begun_and_a_draft_is_kept(people: World, sit: Sit) -> None:
    ada = sit("Ada")
    ada.page.get_by_role("button", name="New conversation").click()
    dialog = ada.page.get_by_role("dialog", name="New conversation")
    dialog.get_by_text("Group", exact=True).click()
    dialog.get_by_role("textbox", name="Name").fill("Orchard")
    for name in ("Ben", "Cleo"):
        dialog.get_by_role("button", name=name).click()
    dialog.get_by_role("button", name="Create").click()
    expect(ada.page.get_by_role("heading", name="Orchard")).to_be_visible(timeout=PATIENCE_MS)
    ada.composer.fill("Not finished")
    ada.page.get_by_role("button", name="Members").click()
    members = ada.page.get_by_role("region", name="Members")
    expect(members.get_by_text("Cleo")).to_be_visible(timeout=PATIENCE_MS)
    ada.page.reload()
    ada.enter("Orchard")
    expect(ada.composer).to_have_value("Not finished")
