"""Previews of links in the page: fetched by the local stack from a website on this machine."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from infrastructure.local.seed import TENANT
from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client
from tests.support.clients import samples
from tests.support.people.websites import Website, page, picture, website
from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]
SENT_EACH_MS = 8_000
MOST_SENT = 15


@pytest.fixture
def site(local_stack: RunningStack) -> Iterator[Website]:
    """A page with a picture; the tenant of the stack shows previews from now on."""
    with client(local_stack, local_stack.credentials.server) as server:
        tenant = f"/v1/tenants/{TENANT}"
        assert server.put(tenant, json={"settings": {"link_previews": True}}).is_success
    with website() as served:
        served.pages["/picture.png"] = picture(samples.picture("PNG"))
        served.pages["/"] = page('<meta property="og:image" content="/picture.png">')
        yield served


def first_with_a_preview(people: World, room: str, ada: Seat, site: Website) -> str:
    """How the first message begins that has a preview: the settings of a tenant are remembered for a minute."""
    cards = ada.log.get_by_role("link", name="Whales & ships")
    for number in range(MOST_SENT):
        people.say("Ada", room, f"Number {number}: {site.url()}")
        with contextlib.suppress(AssertionError):
            expect(cards).not_to_have_count(0, timeout=SENT_EACH_MS)
            break
    with_one = ada.log.get_by_role("article").filter(has=ada.page.get_by_role("link", name="Whales & ships")).last
    return with_one.locator(".text").inner_text().split(":")[0] + ":"


def test_a_link_shows_its_page_and_the_author_takes_it_away(people: World, sit: Sit, site: Website) -> None:
    room = people.group("Ada", "Ben", name="Reading")
    ada = sit("Ada", theme="dark")
    ben = sit("Ben", lang="ar", viewport={"width": 390, "height": 844})
    for seat in (ada, ben):
        seat.enter("Reading")
    shown = first_with_a_preview(people, room, ada, site)
    for seat in (ada, ben):
        card = seat.message(shown).get_by_role("link", name="Whales & ships")
        expect(card).to_be_visible(timeout=PATIENCE_MS)
        expect(card).to_have_attribute("href", site.url())
        expect(card.locator("img")).to_have_js_property("naturalWidth", 256, timeout=PATIENCE_MS)
        assert seat.violations() == []
        if shots := os.environ.get("SCREENSHOTS"):
            seat.page.screenshot(path=Path(shots) / f"previews-{seat.name}.png")
    expect(ben.message(shown).get_by_role("button", name="أزل معاينة")).to_have_count(0)
    ada.message(shown).get_by_role("button", name="Remove the preview of").click()
    for seat in (ada, ben):
        expect(seat.message(shown).get_by_role("link", name="Whales & ships")).to_have_count(0, timeout=PATIENCE_MS)
    assert site.url() in ada.message(shown).inner_text()
