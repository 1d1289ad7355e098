"""System messages, places, and messages that are sent on to other conversations."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]
PLACE = {"latitude": 48.137154, "longitude": 11.576124, "name": "Marienplatz", "accuracy": 20}


def test_what_a_back_end_says_for_nobody_is_a_line_and_a_place_a_link(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Ride")
    ada = sit("Ada", lang="ar", theme="dark", viewport={"width": 390, "height": 844})
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))
    people.say("Ben", room, "", location=PLACE)
    people.call(None, "POST", "/v1/messages", conversation_id=room, text="Your driver is near", type="system")
    entry = ada.page.locator(".entry")
    expect(entry.locator(".preview")).to_have_text("Your driver is near", timeout=PATIENCE_MS)
    entry.click()
    ada.sees("Your driver is near")
    line = ada.log.get_by_role("article", name="رسالة من النظام")
    expect(line.locator(".avatar, .author")).to_have_count(0)
    place = ada.log.get_by_role("article").filter(has_text="Marienplatz")
    expect(place).to_contain_text("48.13715, 11.57612")
    link = place.get_by_role("link", name="اعرضه على الخريطة")
    expect(link).to_have_attribute(
        "href", "https://www.openstreetmap.org/?mlat=48.13715&mlon=11.57612#map=16/48.13715/11.57612"
    )
    assert ada.violations() == []
    assert asked
    assert not [each for each in asked if "openstreetmap" in each]


def test_a_message_that_is_a_place_alone_reads_so_wherever_it_is_named(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Meet")
    ada = sit("Ada")
    ada.enter("Meet")
    said = people.say("Ben", room, "", location={"latitude": 48.1, "longitude": 11.5})
    preview = ada.page.locator(".entry .preview")
    expect(preview).to_have_text("Ben:Location", timeout=PATIENCE_MS)
    people.say("Ben", room, "There", quoted_message_id=said["id"])
    expect(ada.message("There").locator(".quote")).to_have_text("BenLocation", timeout=PATIENCE_MS)
    people.call("Ada", "PUT", f"/v1/messages/{said['id']}/pin")
    ada.page.get_by_role("button", name="Pinned messages").click()
    panel = ada.page.get_by_role("region", name="Pinned messages")
    expect(panel.locator(".hit-text")).to_have_text("Location", timeout=PATIENCE_MS)
    people.say("Ben", room, "", parent_id=said["id"], location={"latitude": 48.1, "longitude": 11.6})
    ada.page.get_by_role("button", name="Threads").click()
    follows = people.say("Ada", room, "On my way", parent_id=said["id"])
    thread = ada.page.locator(".thread-entry")
    expect(thread.locator(".entry-name")).to_have_text("Location", timeout=PATIENCE_MS)
    people.call("Ada", "DELETE", f"/v1/messages/{follows['id']}?hard=true")
    phone = sit("Ada", lang="ar", theme="dark", viewport={"width": 390, "height": 844})
    people.say("Ben", room, "", location={"latitude": 48.1, "longitude": 11.5})
    expect(phone.page.locator(".entry .preview")).to_have_text("Ben:موقع", timeout=PATIENCE_MS)
    assert phone.violations() == []


def test_a_message_is_sent_on_with_a_result_of_each(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Source")
    people.group("Ada", "Ben", name="Near")
    far = people.group("Ben", "Cleo", "Ada", name="Far")
    slow = people.group("Ben", "Ada", name="Slow")
    people.call("Ben", "PUT", f"/v1/conversations/{slow}", slow_mode_seconds=3600)
    people.say("Ben", room, "Saturday at nine")
    ada, ben = sit("Ada"), sit("Ben")
    ada.enter("Slow")
    ada.write("My turn")
    ada.sees("My turn")
    expect(ada.page.get_by_role("timer")).to_contain_text("59:", timeout=PATIENCE_MS)
    ada.enter("Source")
    ben.enter("Near")
    ada.act("Saturday at nine", "More", "Forward…")
    dialog = ada.page.get_by_role("dialog", name="Forward")
    expect(dialog.get_by_role("checkbox")).to_have_count(3, timeout=PATIENCE_MS)
    people.call("Ben", "DELETE", f"/v1/conversations/{far}/members/{people.id('Ada')}")
    expect(dialog.get_by_role("checkbox")).to_have_count(2, timeout=PATIENCE_MS)
    find = dialog.get_by_role("searchbox", name="Find a conversation")
    find.fill("nobody")
    expect(dialog.get_by_text("Nothing found")).to_be_visible()
    find.fill("néar")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_role("checkbox", name="Near").check()
    find.fill("slo")
    expect(dialog.get_by_role("checkbox")).to_have_count(2)
    dialog.get_by_role("checkbox", name="Slow").check()
    dialog.get_by_role("button", name="Send").click()
    results = dialog.get_by_role("status")
    expect(results).to_have_count(2, timeout=PATIENCE_MS)
    expect(results.filter(has_text="Sent")).to_have_count(1)
    expect(results.filter(has_text="That did not work:")).to_have_count(1)
    find.fill("")
    expect(dialog.get_by_role("checkbox", name="Slow")).to_be_checked()
    expect(dialog.get_by_role("checkbox", name="Near")).to_be_disabled()
    assert ada.violations() == []
    ben.sees("Saturday at nine")
    expect(ben.message("Saturday at nine")).to_contain_text("Forwarded from Ben")
    ada.page.keyboard.press("Escape")
    ada.enter("Near")
    ada.sees("Saturday at nine")
    ada.message("Saturday at nine").focus()
    ada.message("Saturday at nine").get_by_role("button", name="More").click()
    expect(ada.page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True)).to_be_visible()
    expect(ada.page.get_by_role("dialog").get_by_role("button", name="Edit", exact=True)).to_have_count(0)
