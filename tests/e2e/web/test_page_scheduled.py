"""Messages that are sent later: scheduled at the composer, moved, taken back, and said why they were not sent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from playwright.sync_api import Locator, Route, expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]
TOKYO = timezone(timedelta(hours=9))


def in_days(days: int) -> datetime:
    midnight = datetime.now(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days)


def field(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def panel_of(seat: Seat, title: str) -> Locator:
    seat.page.get_by_role("button", name=title, exact=True).click()
    return seat.page.get_by_role("region", name=title)


def test_a_message_is_scheduled_moved_and_taken_back(people: World, sit: Sit) -> None:
    people.group("Ada", "Ben", name="Plans")
    ada = sit("Ada", timezone_id="Asia/Tokyo")
    phone = sit("Ada", lang="ar", theme="dark", viewport={"width": 390, "height": 844})
    shown = panel_of(phone, "رسائل مجدولة")
    ada.enter("Plans")
    ada.composer.fill("Happy new year")
    ada.page.get_by_role("button", name="Send later…").click()
    dialog = ada.page.get_by_role("dialog", name="Send later…")
    first, second = in_days(30), in_days(30) + timedelta(hours=9, minutes=30)
    when = dialog.get_by_label("When it is sent")
    when.fill(field(in_days(-30)))
    dialog.get_by_role("button", name="Schedule").click()
    assert people.call("Ada", "GET", "/v1/scheduled-messages")["data"] == []
    when.fill(field(first))
    assert ada.violations() == []
    dialog.get_by_role("button", name="Schedule").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE_MS)
    expect(ada.composer).to_have_value("")
    expect(shown.get_by_role("listitem")).to_have_count(1, timeout=PATIENCE_MS)
    expect(shown.get_by_role("listitem")).to_contain_text("Happy new year")
    assert phone.violations() == []
    (kept,) = people.call("Ada", "GET", "/v1/scheduled-messages")["data"]
    assert datetime.fromisoformat(kept["send_at"]) == first
    assert ada.texts() == []

    panel = panel_of(ada, "Scheduled messages")
    panel.get_by_role("button", name="Change text or time").click()
    dialog = ada.page.get_by_role("dialog", name="Change text or time")
    expect(dialog.get_by_label("When it is sent")).to_have_value(field(first))
    dialog.get_by_label("When it is sent").fill(field(second))
    dialog.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("listitem")).to_contain_text("9:30", timeout=PATIENCE_MS)
    (moved,) = people.call("Ada", "GET", "/v1/scheduled-messages")["data"]
    assert (moved["id"], datetime.fromisoformat(moved["send_at"])) == (kept["id"], second)

    panel.get_by_role("button", name="Change text or time").click()
    expect(dialog.get_by_label("Text")).to_have_value("Happy new year")
    dialog.get_by_label("Text").fill("")
    dialog.get_by_role("button", name="Save").click()
    assert people.call("Ada", "GET", "/v1/scheduled-messages")["data"] == [moved]
    dialog.get_by_label("Text").fill("Happy birthday")
    assert ada.violations() == []
    dialog.get_by_role("button", name="Save").click()
    expect(shown.get_by_role("listitem")).to_contain_text("Happy birthday", timeout=PATIENCE_MS)
    (changed,) = people.call("Ada", "GET", "/v1/scheduled-messages")["data"]
    assert (changed["message"]["text"], changed["send_at"]) == ("Happy birthday", moved["send_at"])

    panel.get_by_role("button", name="Do not send").click()
    expect(panel.get_by_text("Messages that you send later appear here until then.")).to_be_visible(timeout=PATIENCE_MS)
    expect(shown.get_by_role("listitem")).to_have_count(0, timeout=PATIENCE_MS)
    assert people.call("Ada", "GET", "/v1/scheduled-messages")["data"] == []


def test_what_another_device_changed_meanwhile_is_not_overwritten(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Now")
    message = {"conversation_id": room, "text": "Almost"}
    moment = in_days(30).astimezone(UTC).isoformat()
    kept = people.call("Ada", "POST", "/v1/scheduled-messages", message=message, send_at=moment)
    ada = sit("Ada")
    row = panel_of(ada, "Scheduled messages").get_by_role("listitem")
    row.get_by_role("button", name="Change text or time").click()
    people.call("Ada", "PUT", f"/v1/scheduled-messages/{kept['id']}", message=message | {"text": "Elsewhere"})
    dialog = ada.page.get_by_role("dialog", name="Change text or time")
    expect(row).to_contain_text("Elsewhere", timeout=PATIENCE_MS)
    dialog.get_by_label("Text").fill("Here")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("That did not work:", timeout=PATIENCE_MS)
    ada.page.keyboard.press("Escape")
    row.get_by_role("button", name="Change text or time").click()
    expect(dialog.get_by_label("Text")).to_have_value("Elsewhere")
    dialog.get_by_label("Text").fill("Here")
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Here", timeout=PATIENCE_MS)


def test_what_was_refused_says_why(people: World, sit: Sit) -> None:
    room = people.group("Ada", "Ben", name="Closed")
    message = {"conversation_id": room, "text": "Too late"}
    moment = in_days(30).astimezone(UTC).isoformat()
    people.call("Ben", "POST", "/v1/scheduled-messages", message=message, send_at=moment)
    ben = sit("Ben")

    def refused(route: Route) -> None:
        answer = route.fetch()
        page = answer.json()
        failure = {"code": "conversation_frozen", "status": 403, "title": "Frozen", "detail": "Only admins write here"}
        page["data"] = [each | {"status": "failed", "failure": failure} for each in page["data"]]
        route.fulfill(response=answer, json=page)

    ben.page.route("**/v1/scheduled-messages?*", refused)
    row = panel_of(ben, "Scheduled messages").get_by_role("listitem")
    expect(row).to_contain_text("Not sent: Only admins write here", timeout=PATIENCE_MS)
    expect(row).to_contain_text("Closed")
    assert ben.violations() == []
    expect(row.get_by_role("button", name="Change text or time")).to_be_enabled()
    row.get_by_role("button", name="Do not send").click()
    expect(row).to_have_count(0, timeout=PATIENCE_MS)
