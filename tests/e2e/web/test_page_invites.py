"""Invites, invite links and requests to join: offered by admins, taken or declined by those who are asked."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]
PHONE = {"lang": "ar", "theme": "dark", "viewport": {"width": 390, "height": 844}}


def panel_of(seat: Seat, title: str) -> Locator:
    seat.page.get_by_role("button", name=re.compile(f"^{title}")).first.click()
    return seat.page.get_by_role("region", name=title, exact=True)


def entry(seat: Seat, name: str) -> Locator:
    return seat.page.get_by_role("navigation").get_by_role("button", name=name)


def test_who_is_invited_joins_or_declines(people: World, sit: Sit) -> None:
    people.group("Ada", name="Plans")
    ada, ben = sit("Ada"), sit("Ben")
    cleo = sit("Cleo", **PHONE)
    ada.enter("Plans")
    members = panel_of(ada, "Members")
    members.get_by_role("button", name="Invite people…").click()
    dialog = ada.page.get_by_role("dialog", name="Invite people…")
    for name in ("Ben", "Cleo"):
        dialog.get_by_role("button", name=name).click(timeout=PATIENCE_MS)
    assert ada.violations() == []
    dialog.get_by_role("button", name="Invite", exact=True).click()
    expect(dialog.get_by_role("listitem").filter(has_text="Ben: invited")).to_be_visible(timeout=PATIENCE_MS)
    ada.page.keyboard.press("Escape")
    invited = members.get_by_role("list", name="Invited")
    expect(invited.get_by_role("listitem")).to_have_count(2, timeout=PATIENCE_MS)

    expect(ben.page.get_by_text("1 invite", exact=True)).to_be_attached(timeout=PATIENCE_MS)
    invites = panel_of(ben, "Invites")
    expect(invites.get_by_role("listitem")).to_contain_text("Invited by Ada", timeout=PATIENCE_MS)
    assert ben.violations() == []
    invites.get_by_role("button", name="Join", exact=True).first.click()
    expect(ben.page.get_by_role("heading", name="Plans")).to_be_visible(timeout=PATIENCE_MS)
    expect(invites.get_by_text("Invites to groups and channels appear here.")).to_be_visible(timeout=PATIENCE_MS)
    ben.write("Here I am")
    ada.sees("Here I am")
    expect(invited.get_by_role("listitem")).to_have_count(1, timeout=PATIENCE_MS)
    expect(members.get_by_role("list", name="Members").get_by_role("listitem")).to_have_count(2, timeout=PATIENCE_MS)

    shown = panel_of(cleo, "الدعوات")
    expect(shown.get_by_role("listitem")).to_contain_text("Plans", timeout=PATIENCE_MS)
    assert cleo.violations() == []
    shown.get_by_role("button", name="رفض").click()
    expect(shown.get_by_role("listitem")).to_have_count(0, timeout=PATIENCE_MS)
    assert people.call("Cleo", "GET", "/v1/users/me/invites")["data"] == []

    people.call("Ada", "POST", f"/v1/conversations/{_id_of(people, 'Plans')}/invites", user_ids=[people.id("Cleo")])
    expect(shown.get_by_role("listitem")).to_have_count(1, timeout=PATIENCE_MS)
    panel_of(ada, "Members")
    members = panel_of(ada, "Members")
    members.get_by_role("button", name="Take the invite back: Cleo").click()
    expect(shown.get_by_role("listitem")).to_have_count(0, timeout=PATIENCE_MS)


def test_a_link_is_made_copied_used_and_taken_back(people: World, sit: Sit) -> None:
    people.group("Ada", name="Open house")
    ada = sit("Ada", permissions=["clipboard-read", "clipboard-write"])
    ada.enter("Open house")
    panel_of(ada, "Members").get_by_role("button", name="Invite links…").click()
    dialog = ada.page.get_by_role("dialog", name="Invite links…")
    expect(dialog.get_by_text("There is no link. Whoever has one may join.")).to_be_visible(timeout=PATIENCE_MS)
    dialog.get_by_label("It holds for").select_option(label="1 hour")
    dialog.get_by_label("How many may join by it").fill("1")
    dialog.get_by_role("button", name="Make a link").click()
    expect(dialog.get_by_role("listitem")).to_contain_text("0 of 1 have joined", timeout=PATIENCE_MS)
    dialog.get_by_role("button", name="Copy: New link").click()
    expect(dialog.get_by_text("Copied")).to_be_visible()
    assert ada.violations() == []
    address = ada.page.evaluate("navigator.clipboard.readText()")
    assert address == dialog.get_by_label("New link", exact=True).input_value()

    ben = sit("Ben", open_first=False)
    ben.address = f"{address}&as={people.id('Ben')}&lang=en"
    ben.open()
    panel = ben.page.get_by_role("region", name="Invites", exact=True)
    expect(panel.get_by_label("Invite link, or the id of a conversation")).to_have_value(re.compile("join="))
    panel.get_by_role("button", name="Join", exact=True).click()
    expect(ben.page.get_by_role("heading", name="Open house")).to_be_visible(timeout=PATIENCE_MS)

    cleo = sit("Cleo")
    panel = panel_of(cleo, "Invites")
    panel.get_by_label("Invite link, or the id of a conversation").fill(address)
    panel.get_by_role("button", name="Join", exact=True).click()
    expect(panel.get_by_role("alert")).to_contain_text("That did not work:", timeout=PATIENCE_MS)

    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("button", name="Invite links…").click()
    expect(dialog.get_by_role("listitem")).to_contain_text("1 of 1 have joined", timeout=PATIENCE_MS)
    dialog.get_by_role("button", name="Take the link back").click()
    expect(dialog.get_by_role("listitem")).to_have_count(0, timeout=PATIENCE_MS)
    room = _id_of(people, "Open house")
    assert people.call("Ada", "GET", f"/v1/conversations/{room}/invite-links")["data"] == []


def test_who_asks_is_let_in_or_not(people: World, sit: Sit) -> None:
    room = people.group("Ada", name="Choir")
    ada = sit("Ada")
    ada.enter("Choir")
    members = panel_of(ada, "Members")
    members.get_by_role("checkbox", name="People may ask to join").click()
    address = members.get_by_label("Address for asking", exact=True)
    expect(address).to_have_value(re.compile(f"ask={room}"), timeout=PATIENCE_MS)
    ben = sit("Ben")
    cleo = sit("Cleo", **PHONE)
    asked = panel_of(ben, "Invites")
    asked.get_by_label("Invite link, or the id of a conversation").fill(address.input_value())
    asked.get_by_label("What you say to its admins").fill("I sing bass")
    asked.get_by_role("button", name="Ask to join").click()
    own = asked.get_by_role("list", name="You have asked to join").get_by_role("listitem")
    expect(own).to_contain_text("I sing bass", timeout=PATIENCE_MS)
    assert ben.violations() == []
    shown = panel_of(cleo, "الدعوات")
    shown.get_by_label("رابط دعوة أو معرّف محادثة").fill(room)
    shown.get_by_role("button", name="اطلب الانضمام").click()
    mine = shown.get_by_role("list", name="طلبت الانضمام إلى").get_by_role("listitem")
    expect(mine).to_have_count(1, timeout=PATIENCE_MS)

    requests = members.get_by_role("list", name="Ask to join")
    expect(requests.get_by_role("listitem")).to_have_count(2, timeout=PATIENCE_MS)
    expect(requests).to_contain_text("I sing bass")
    assert ada.violations() == []
    requests.get_by_role("button", name="Let in: Ben").click()
    expect(entry(ben, "Choir")).to_be_visible(timeout=PATIENCE_MS)
    expect(own).to_have_count(0, timeout=PATIENCE_MS)
    requests.get_by_role("button", name="Decline: Cleo").click()
    expect(mine).to_have_count(0, timeout=PATIENCE_MS)
    ben.enter("Choir")
    others = panel_of(ben, "Members")
    expect(others.get_by_role("list", name="Members").get_by_role("listitem")).to_have_count(2, timeout=PATIENCE_MS)
    expect(others.get_by_role("button", name="Invite people…")).to_have_count(0)


def _id_of(people: World, name: str) -> str:
    listed = people.call("Ada", "GET", "/v1/conversations")["data"]
    return next(str(each["id"]) for each in listed if each["name"] == name)
