"""Search in the page, and what becomes of a message that a moderator removes."""

import uuid
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client
from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def search(seat: Seat, query: str) -> Locator:
    """The hits' list; asks again until the index has what was said, as a user does."""
    if not seat.page.get_by_role("region", name="Search").count():
        seat.page.get_by_role("button", name="Search messages").click()
    panel = seat.page.get_by_role("region", name="Search")
    field = panel.get_by_role("searchbox", name="Search messages")
    hits = panel.locator(".hit")
    for spaces in range(60):
        field.fill(query + " " * (spaces % 2))
        field.press_sequentially("")
        seat.page.wait_for_timeout(500)
        if hits.count():
            return hits
        field.fill("")
        seat.page.wait_for_timeout(50)
    return hits


def test_search_finds_a_message_and_leads_to_it(people: World, sit: Sit) -> None:
    word = f"w{uuid.uuid4().hex[:12]}"
    library = people.group("Ada", "Ben", "Cleo", name="Library")
    people.group("Ada", "Ben", name="Corridor")
    people.say("Ben", library, f"The {word} stands on the third shelf")
    for number in range(120):
        people.say(("Ada", "Ben", "Cleo")[number % 3], library, f"Line {number} of a long talk")
    ada = sit("Ada")
    ada.enter("Corridor")
    hits = search(ada, f"{word} from:{people.id('Ben')}")
    expect(hits).to_have_count(1)
    expect(hits.first.locator("mark")).to_have_text([word])
    types = ada.page.get_by_label("Type of messages")
    types.select_option(label="System messages")
    expect(hits).to_have_count(0, timeout=PATIENCE_MS)
    types.select_option(label="What people wrote")
    expect(hits).to_have_count(1, timeout=PATIENCE_MS)
    hits.first.click()
    expect(ada.page.get_by_role("heading", name="Library")).to_be_visible(timeout=PATIENCE_MS)
    expect(ada.message(word)).to_be_in_viewport(timeout=PATIENCE_MS)
    expect(ada.page.get_by_role("region", name="Search")).to_be_visible()
    ada.page.get_by_role("button", name="Jump to latest").click()
    expect(ada.message("Line 119 of a long talk")).to_be_in_viewport(timeout=PATIENCE_MS)
    expect(ada.message(word)).to_have_count(0)


def test_a_message_that_a_moderator_removes_vanishes_everywhere(
    local_stack: RunningStack, people: World, sit: Sit
) -> None:
    word = f"w{uuid.uuid4().hex[:12]}"
    square = people.group("Ada", "Ben", name="Square")
    people.say("Ben", square, "A fine day")
    said = people.say("Ben", square, f"Something rude, {word}")
    people.say("Ada", square, "I do not like that", quoted_message_id=said["id"])
    ada, ben = sit("Ada"), sit("Ben")
    for seat in (ada, ben):
        seat.enter("Square")
        seat.sees(word)
    hits = search(ada, word)
    expect(hits).to_have_count(1)
    search(ben, word)
    with client(local_stack, local_stack.credentials.server) as moderator:
        assert moderator.delete(f"/v1/messages/{said['id']}", params={"hard": True}).is_success
    for seat in (ada, ben):
        expect(seat.page.get_by_text(word)).to_have_count(0, timeout=PATIENCE_MS)
        expect(seat.page.get_by_text("This message is not there any more")).to_have_count(1, timeout=PATIENCE_MS)
        seat.page.get_by_role("button", name="Close: Search").click()
    seat = sit("Ada")
    seat.enter("Square")
    seat.sees("A fine day")
    assert word not in seat.page.content()
