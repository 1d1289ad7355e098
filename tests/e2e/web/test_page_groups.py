"""User groups in the page: a handle is completed in the composer, and stands out in what was said."""

import uuid
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def test_a_handle_is_completed_with_the_keys_and_mentions_its_group(people: World, sit: Sit, tmp_path: Path) -> None:
    handle = f"crew-{uuid.uuid4().hex[:8]}"
    made = people.call(None, "POST", "/v1/user-groups", handle=handle, name="The night crew")
    people.call(None, "POST", f"/v1/user-groups/{made['id']}/members", user_ids=[people.id("Ben")])
    room = people.group("Ada", "Ben", name="Ship")
    ada = sit("Ada")
    ada.enter("Ship")
    ada.composer.press_sequentially(f"hello @{handle[:7]}")
    offer = ada.page.get_by_role("listbox", name="User groups")
    option = offer.get_by_role("option").filter(has_text=handle)
    expect(option).to_contain_text("The night crew", timeout=PATIENCE_MS)
    expect(option).to_contain_text("1 member")
    assert ada.violations() == []
    ada.picture(tmp_path / "offer.png")
    ada.composer.press("Escape")
    expect(offer).to_have_count(0)
    ada.composer.press_sequentially(handle[7:9])
    expect(option).to_have_attribute("aria-selected", "true")
    ada.composer.press("Enter")
    expect(ada.composer).to_have_value(f"hello @{handle} ")
    ada.composer.press_sequentially("now")
    ada.composer.press("Enter")
    said = ada.message(f"hello @{handle} now")
    expect(said.locator(".mention")).to_have_text(f"@{handle}", timeout=PATIENCE_MS)
    [sent] = people.call("Ben", "GET", f"/v1/conversations/{room}/messages")["data"]
    assert (sent["text"], sent["mentioned_groups"]) == (f"hello @{handle} now", [made["id"]])
    assert ada.violations() == []
    ben = sit("Ben", lang="ar", theme="dark", viewport={"width": 390, "height": 844})
    ben.enter("Ship")
    expect(ben.log.locator(".mention")).to_have_text(f"@{handle}", timeout=PATIENCE_MS)
    assert ben.violations() == []
    ben.picture(tmp_path / "said.png")
