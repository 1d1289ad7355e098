"""Translation in the page: by a server of the tenant's, and not offered again where the tenant has nobody translate."""

import json
from collections.abc import Callable

from playwright.sync_api import Browser, expect

from infrastructure.local.stack import RunningStack
from tests.support.people.tenant_servers import answer, serving
from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World, world

Sit = Callable[..., Seat]


def test_a_message_is_shown_in_the_readers_language(browser: Browser, local_stack: RunningStack) -> None:
    with (
        serving() as translator,
        world(local_stack, "Ada", "Ben", translation="hook", translation_url=translator.url) as people,
    ):
        translator.behave = answer(json.dumps({"text": "Good morning"}).encode())
        people.say("Ada", people.group("Ada", "Ben", name="Kitchen"), "Guten Morgen")
        ben = Seat(browser, people, "Ben")
        ben.enter("Kitchen")
        ben.sees("Guten Morgen")
        ben.act("Guten Morgen", "More", "Translate")
        shown = ben.message("Guten Morgen").get_by_text("Good morning", exact=True)
        expect(shown).to_be_visible(timeout=PATIENCE_MS)
        expect(shown).to_have_attribute("lang", "en")
        assert ben.violations() == []
        ben.message("Guten Morgen").get_by_role("button", name="Hide the translation").click()
        expect(shown).to_have_count(0)
        ben.act("Guten Morgen", "More", "Translate")
        expect(shown).to_be_visible(timeout=PATIENCE_MS)
        assert [each.event["text"] for each in translator.received] == ["Guten Morgen"]
        assert ben.problems == []
        ben.close()


def test_translating_is_offered_until_parley_says_that_nobody_does_it(people: World, sit: Sit) -> None:
    people.say("Ada", people.group("Ada", "Ben", name="Kitchen"), "Guten Morgen")
    ben = sit("Ben")
    ben.enter("Kitchen")
    ben.sees("Guten Morgen")
    ben.act("Guten Morgen", "More", "Translate")
    expect(ben.page.get_by_text("The tenant has nobody translate")).to_be_visible(timeout=PATIENCE_MS)
    ben.act("Guten Morgen", "More")
    menu = ben.page.get_by_role("dialog")
    expect(menu.get_by_role("button", name="Copy text", exact=True)).to_be_visible()
    expect(menu.get_by_role("button", name="Translate", exact=True)).to_have_count(0)
