"""A conversation of ten thousand messages: the document holds what is in view, the client what it has promised."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.web.many import answer_with_many
from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]
MANY = 10_000
MOST_ROWS = 60
MOST_NODES = 3_000


def test_ten_thousand_messages_are_scrolled_in_a_bounded_document(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Long talk")
    ada = sit("Ada", open_first=False)
    answer_with_many(ada.context, room, (people.id("Ada"), people.id("Ben")), MANY)
    ada.open()
    ada.enter("Long talk")
    expect(ada.message(f"Message {MANY} ")).to_be_in_viewport(timeout=PATIENCE_MS)
    most_nodes = most_rows = 0
    for _ in range(1000):
        first = ada.log.evaluate("log => { log.scrollBy(0, -6 * log.clientHeight); return log.scrollTop; }")
        ada.page.wait_for_timeout(15)
        nodes, rows = ada.page.evaluate(
            "[document.getElementsByTagName('*').length, document.querySelectorAll('.message').length]"
        )
        most_nodes, most_rows = max(most_nodes, nodes), max(most_rows, rows)
        if (
            first == 0
            and ada.log.get_by_text("Message 1 ", exact=False).count()
            and ada.message("Message 1 of").count()
        ):
            break
    expect(ada.message("Message 1 of")).to_be_in_viewport(timeout=PATIENCE_MS)
    assert most_rows <= MOST_ROWS
    assert most_nodes <= MOST_NODES
    ada.page.get_by_role("button", name="Jump to latest").click()
    expect(ada.message(f"Message {MANY} ")).to_be_in_viewport(timeout=PATIENCE_MS)
