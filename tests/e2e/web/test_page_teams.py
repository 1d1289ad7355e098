"""Teams in the page: who shares no team with somebody does not find them."""

from playwright.sync_api import Browser, Locator, expect

from infrastructure.local.stack import RunningStack
from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import world


def find(seat: Seat, name: str) -> Locator:
    """Look for somebody to talk to; what is found once that has been answered."""
    dialog = seat.page.get_by_role("dialog", name="New conversation")
    with seat.page.expect_response(lambda each: "/v1/users?" in each.url) as answered:
        dialog.get_by_role("searchbox", name="Find people").fill(name)
    assert answered.value.ok
    return dialog.get_by_role("list", name="People").get_by_role("button", name=name)


def test_users_of_different_teams_do_not_find_each_other(browser: Browser, local_stack: RunningStack) -> None:
    with world(local_stack, "Ada", "Ben", "Cleo", teams=True) as people:
        for name, team in (("Ada", "paris"), ("Cleo", "paris"), ("Ben", "berlin")):
            people.call(None, "PUT", f"/v1/users/{people.id(name)}", teams=[team])
        ada, ben = Seat(browser, people, "Ada"), Seat(browser, people, "Ben")
        for seat in (ada, ben):
            seat.page.get_by_role("button", name="New conversation").click()
        expect(find(ada, "Cleo")).to_have_count(1, timeout=PATIENCE_MS)
        expect(find(ada, "Ben")).to_have_count(0)
        expect(find(ben, "Cleo")).to_have_count(0)
        assert (ada.problems, ben.problems) == ([], [])
        for seat in (ada, ben):
            seat.close()
