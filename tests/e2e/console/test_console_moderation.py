"""Reports, their decisions, and what may be said, in the console."""

import httpx
from playwright.sync_api import Locator, expect

from tests.e2e.console.conftest import OpenConsole
from tests.support.console.screen import Screen
from tests.support.console.served import Tenant

MOST_TABS = 40


def reported(tenant: Tenant, text: str) -> dict[str, str]:
    """A message of ben's that ada has reported."""
    message = tenant.say("ben", tenant.group("ada", "ben", name="Reports"), text)
    tenant.call("POST", f"/v1/messages/{message['id']}/flag", "ada", json={"reason": "Spam"})
    return message


def open_reports(tenant: Tenant) -> list[str]:
    return [each["message_id"] for each in tenant.call("GET", "/v1/moderation/flags")["data"]]


def tab_to(console: Screen, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(MOST_TABS):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        console.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_a_report_is_decided_by_keyboard_alone(open_console: OpenConsole, own_tenant: Tenant) -> None:
    message = reported(own_tenant, "Buy cheap watches")
    console = open_console(own_tenant)
    console.go("review")
    expect(console.page.get_by_text("Buy cheap watches")).to_be_visible()
    console.page.get_by_label("You moderate as").fill("maria")
    press = console.page.keyboard.press
    tab_to(console, console.button("Decide on the message of ben"))
    press("Enter")
    tab_to(console, console.dialog.get_by_label("Delete the message"))
    press("Space")
    tab_to(console, console.dialog.get_by_role("textbox", name="Note"))
    console.page.keyboard.type("Third time")
    tab_to(console, console.dialog.get_by_role("button", name="Decide", exact=True))
    press("Enter")
    console.told("The case is decided")
    expect(console.page.get_by_text("Nothing waits for a decision.")).to_be_visible()
    assert open_reports(own_tenant) == []
    assert own_tenant.call("GET", f"/v1/messages/{message['id']}", "ada")["deleted_at"]


def test_a_dismissed_report_leaves_its_message(console: Screen, tenant: Tenant) -> None:
    message, other = reported(tenant, "Perfectly fine"), reported(tenant, "Not so fine")
    console.go("review")
    console.page.get_by_label("You moderate as").fill("maria")
    report = console.page.get_by_role("listitem").filter(has_text="Perfectly fine")
    report.get_by_role("link", name="See it in place").click()
    expect(console.page.locator(".message.wanted")).to_contain_text("Perfectly fine")
    console.page.go_back()
    report.get_by_role("button", name="Claim the case of ben").click()
    expect(report).to_contain_text("Claimed by maria")
    report.get_by_role("button", name="Decide on the message of ben").click()
    console.confirm("Dismiss")
    expect(report).to_have_count(0)
    assert message["id"] not in open_reports(tenant)
    assert other["id"] in open_reports(tenant)
    assert not tenant.call("GET", f"/v1/messages/{message['id']}", "ada")["deleted_at"]


def test_the_block_list_is_kept_and_nobodys_change_is_lost(open_console: OpenConsole, own_tenant: Tenant) -> None:
    console = open_console(own_tenant)
    console.go("rules")
    expect(console.page.get_by_text("Everything may be said.")).to_be_visible()
    entry = console.page.get_by_label("Word or pattern")
    entry.fill("darn")
    console.page.get_by_label("Action").select_option("mask")
    console.button("Add").click()
    expect(console.row("darn")).to_contain_text("Mask")
    path = "/v1/moderation/block-list"
    kept = own_tenant.call("GET", path)
    assert kept["entries"] == [{"word": "darn", "pattern": None, "action": "mask"}]

    theirs = {"action": "flag", "entries": [{"word": "theirs"}]}
    own_tenant.call("PUT", path, json=theirs)
    entry.fill("mine")
    console.button("Add").click()
    alert = console.page.get_by_role("alert")
    expect(alert).to_contain_text("412 version_conflict")
    assert [each["word"] for each in own_tenant.call("GET", path)["entries"]] == ["theirs"]
    alert.get_by_role("button", name="Try again").click()
    expect(console.row("theirs")).to_be_visible()
    console.page.get_by_label("Kind").select_option("pattern")
    entry.fill("(unclosed")
    console.button("Add").click()
    expect(alert).to_contain_text("422")
    entry.fill("h+e+c+k+")
    console.button("Add").click()
    expect(console.row("h+e+c+k+")).to_be_visible()
    console.row("theirs").get_by_role("button", name="Remove").click()
    expect(console.row("theirs")).to_have_count(0)
    assert [each["pattern"] for each in own_tenant.call("GET", path)["entries"]] == ["h+e+c+k+"]
    console.button("Delete the list").click()
    console.confirm("Delete the list")
    expect(console.page.get_by_text("Everything may be said.")).to_be_visible()
    assert own_tenant.ask("GET", path).status_code == httpx.codes.NOT_FOUND


def test_the_server_that_is_asked_of_messages_is_set(open_console: OpenConsole, own_tenant: Tenant) -> None:
    console = open_console(own_tenant)
    console.go("rules")
    address = console.page.get_by_label("Address (https)")
    address.fill("ftp://rules.example.com/ask")
    console.button("Save").click()
    expect(console.page.locator(".field-error")).to_be_visible()
    expect(address).to_have_attribute("aria-invalid", "true")
    console.button("Make a new secret").click()
    console.dialog.get_by_role("button", name="Make a new secret").click()
    expect(console.dialog.locator("pre")).to_contain_text("whsec_")
    console.confirm("I have kept it")
    address.fill("https://rules.example.com/ask")
    console.page.get_by_label("Where it does not answer").select_option("refuse")
    console.save()
    settings = own_tenant.call("GET", f"/v1/tenants/{own_tenant.id}")["settings"]
    assert settings["pre_send_url"] == "https://rules.example.com/ask"
    assert settings["pre_send_on_failure"] == "refuse"
