"""Mutes of users: from a message and from the members, until a moment or for good, listed and lifted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]


def test_a_user_is_muted_until_a_moment_and_for_good_and_heard_again(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", "Cleo", name="Noise")
    people.say("Ben", room, "Look at this")
    ada = sit("Ada")
    ada.enter("Noise")
    ada.act("Look at this", "More", "Mute Ben")
    dialog = ada.page.get_by_role("dialog", name="Mute Ben")
    dialog.get_by_label("For how long").select_option(label="Until a moment…")
    until = datetime.now(UTC) + timedelta(days=40)
    dialog.get_by_label("Until", exact=True).fill(until.strftime("%Y-%m-%dT%H:%M"))
    assert ada.violations() == []
    dialog.get_by_role("button", name="Mute", exact=True).click()
    expect(dialog).to_have_count(0, timeout=PATIENCE_MS)
    (mute,) = people.call("Ada", "GET", "/v1/users/me/mutes")["data"]
    assert mute["user_id"] == people.id("Ben")
    assert abs(datetime.fromisoformat(mute["until"]) - until) < timedelta(days=1)

    ada.page.get_by_role("button", name="Members").click()
    members = ada.page.get_by_role("region", name="Members", exact=True)
    expect(members.get_by_role("listitem").filter(has_text="Ben")).to_contain_text("muted until", timeout=PATIENCE_MS)
    members.get_by_role("button", name="Mute Cleo").click()
    dialog = ada.page.get_by_role("dialog", name="Mute Cleo")
    dialog.get_by_label("For how long").select_option(label="For good")
    dialog.get_by_role("button", name="Mute", exact=True).click()
    expect(members.get_by_role("listitem").filter(has_text="Cleo")).to_contain_text(
        "muted for good", timeout=PATIENCE_MS
    )
    assert ada.violations() == []
    phone = sit("Ada", lang="ar", theme="dark", viewport={"width": 390, "height": 844})
    phone.page.get_by_role("button", name="أشخاص مكتومون").click()
    listed = phone.page.get_by_role("region", name="أشخاص مكتومون").get_by_role("listitem")
    expect(listed).to_have_count(2, timeout=PATIENCE_MS)
    expect(listed.filter(has_text="Cleo")).to_contain_text("مكتوم دائمًا")
    assert phone.violations() == []
    listed.get_by_role("button", name="ألغِ كتم Cleo").click()
    expect(listed).to_have_count(1, timeout=PATIENCE_MS)
    assert len(people.call("Ada", "GET", "/v1/users/me/mutes")["data"]) == 1
    ada.page.get_by_role("button", name="Close: Members").click()
    ada.act("Look at this", "More", "Unmute Ben")
    for _ in range(100):
        if not people.call("Ada", "GET", "/v1/users/me/mutes")["data"]:
            break
        ada.page.wait_for_timeout(100)
    assert people.call("Ada", "GET", "/v1/users/me/mutes")["data"] == []
