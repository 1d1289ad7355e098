"""Webhooks, keys, jobs, settings and the try-out in the console: each does its act, and the API has it."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import jwt
from playwright.sync_api import expect

from tests.e2e.console.conftest import OpenConsole
from tests.support.aws.local_stack import client
from tests.support.console.screen import PATIENCE_MS, Screen
from tests.support.console.served import Tenant
from tests.support.people.tenant_servers import serving


def test_a_delivery_is_seen_in_the_log_and_replayed(open_console: OpenConsole, own_tenant: Tenant) -> None:
    console = open_console(own_tenant)
    with serving() as endpoint:
        console.go("webhooks")
        console.button("Create a webhook").click()
        console.dialog.get_by_label("Address").fill(endpoint.url)
        console.dialog.get_by_label("Description").fill("Order desk")
        console.dialog.get_by_label("message.created").check()
        console.dialog.get_by_role("button", name="Create a webhook").click()
        secret = console.dialog.locator("pre").inner_text()
        console.confirm("I have kept it")
        expect(console.page.get_by_role("heading", level=1)).to_have_text("Order desk")
        expect(console.page.get_by_text("Nothing has been sent yet.")).to_be_visible()
        own_tenant.say("ada", own_tenant.group("ada", name="Hooked"), "Hello, hook")
        delivered = console.row("message.created").filter(has_text="Delivered")
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not delivered.count():
            assert time.monotonic() < deadline, console.page.get_by_role("main").inner_text()
            console.button("Refresh").click()
            console.page.wait_for_timeout(300)
        assert endpoint.received[0].is_signed_with(secret)
        console.button("Replay this message.created").click()
        console.told("It is being sent again")
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while len(endpoint.received) == 1:
            assert time.monotonic() < deadline, "it is not sent again"
            console.page.wait_for_timeout(300)
        assert len({each.event["id"] for each in endpoint.received}) == 1
        expect(delivered).to_be_visible()
        for act in ("Disable", "Delete"):
            console.button(act).click()
            console.confirm(act)
        expect(console.page.get_by_role("heading", level=1)).to_have_text("Webhooks")
    assert own_tenant.call("GET", "/v1/webhooks")["data"] == []


def test_a_command_is_declared_changed_and_removed(open_console: OpenConsole, own_tenant: Tenant) -> None:
    console = open_console(own_tenant)
    console.go("commands")
    expect(console.page.get_by_text("There are no commands yet.")).to_be_visible()
    console.button("Declare a command").click()
    console.dialog.get_by_label("Name").fill("Weather!")
    console.dialog.get_by_label("Address").fill("https://commands.example.com/weather")
    console.dialog.get_by_label("What it does").fill("The weather of a place")
    console.dialog.get_by_role("button", name="Declare a command").click()
    expect(console.dialog.locator(".field-error")).to_be_visible()
    console.dialog.get_by_label("Name").fill("weather")
    console.dialog.get_by_role("button", name="Declare a command").click()
    assert console.dialog.locator("pre").inner_text().startswith("whsec_")
    console.confirm("I have kept it")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("/weather")
    assert console.violations() == []
    console.button("Change").click()
    console.dialog.get_by_label("What to type after it").fill("[place]")
    console.dialog.get_by_label("Who may run it").select_option(label="Moderators and above")
    console.confirm("Save")
    expect(console.page.get_by_text("[place]")).to_be_visible()
    declared = own_tenant.call("GET", "/v1/commands")["data"][0]
    assert (declared["name"], declared["role"], declared["usage"]) == ("weather", "moderator", "[place]")
    console.button("New secret").click()
    console.dialog.get_by_role("button", name="New secret").click()
    expect(console.dialog.locator("pre")).to_contain_text("whsec_")
    console.confirm("I have kept it")
    console.button("Delete").click()
    console.confirm("Delete")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Commands")
    assert own_tenant.call("GET", "/v1/commands")["data"] == []


def test_the_audit_log_says_who_did_what(open_console: OpenConsole, own_tenant: Tenant) -> None:
    body = {"url": "https://hooks.example.com/audited", "events": ["message.created"]}
    webhook = own_tenant.call("POST", "/v1/webhooks", json=body)["id"]
    room = own_tenant.group("ada", "ben", name="Watched")
    own_tenant.call("PUT", f"/v1/conversations/{room}/bans/ben", "ada", json={"reason": "Spam"})
    console = open_console(own_tenant)
    console.go("audit")
    expect(console.row("webhook.created")).to_contain_text(webhook)
    expect(console.row("webhook.created")).to_contain_text(own_tenant.key.kid)
    expect(console.row("user.banned").get_by_role("link", name="ada")).to_be_visible()
    console.page.get_by_label("On", exact=True).select_option(label="Webhook")
    console.button("Show").click()
    expect(console.row("user.banned")).to_have_count(0)
    console.row("webhook.created").get_by_role("link", name=webhook).click()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("hooks.example.com")


def test_a_webhook_that_is_refused_keeps_what_was_written(console: Screen) -> None:
    console.go("webhooks")
    console.button("Create a webhook").click()
    address = console.dialog.get_by_label("Address")
    address.fill("ftp://hooks.example.com")
    console.dialog.get_by_role("button", name="Create a webhook").click()
    expect(console.dialog.get_by_role("alert")).to_contain_text("422 invalid_webhook_url")
    expect(address).to_have_value("ftp://hooks.example.com")
    console.page.keyboard.press("Escape")
    expect(console.dialog).to_have_count(0)


def test_a_key_is_made_signs_and_is_revoked(console: Screen, tenant: Tenant) -> None:
    console.go("keys")
    console.button("Create a key").click()
    console.dialog.get_by_role("button", name="Create a key").click()
    secret = console.dialog.locator("pre").inner_text()
    kid = console.dialog.get_by_role("heading").inner_text().removeprefix("The secret of ")
    console.confirm("I have kept it")
    now = int(time.time())
    token = jwt.encode({"sub": "ada", "iat": now, "exp": now + 60}, secret, algorithm="HS256", headers={"kid": kid})
    with client(tenant.running, token) as ada:
        assert ada.get("/v1/users/me").json()["id"] == "ada"
    console.button(f"Revoke {kid}").click()
    console.dialog.get_by_label("to confirm").fill(kid)
    console.confirm("Revoke")
    expect(console.row(kid)).to_have_count(0)
    assert kid not in {each["kid"] for each in tenant.call("GET", f"/v1/tenants/{tenant.id}/keys")["data"]}


def test_a_login_that_cannot_be_used_is_refused_with_the_reason(console: Screen) -> None:
    console.go("keys")
    console.button("Register a login").click()
    console.dialog.get_by_label("Issuer").fill("https://login.invalid/")
    console.dialog.get_by_label("Audiences").fill("chat")
    console.dialog.get_by_role("button", name="Register a login").click()
    expect(console.dialog.get_by_role("alert")).to_contain_text("422 issuer_unusable")


def test_an_export_is_made_and_its_files_are_shown(open_console: OpenConsole, own_tenant: Tenant) -> None:
    console = open_console(own_tenant)
    console.go("jobs")
    console.button("Export everything").click()
    console.confirm("Export everything")
    manifest = console.page.get_by_role("link", name="manifest.json")
    expect(manifest).to_be_visible()
    address = manifest.get_attribute("href")
    assert address
    with httpx.Client(trust_env=False) as anybody:
        assert anybody.get(address).json()["tenant_id"] == own_tenant.id
    console.go("jobs")
    expect(console.row("Everybody")).to_contain_text("Export")


def test_an_import_is_checked_started_and_ends(open_console: OpenConsole, own_tenant: Tenant, tmp_path: Path) -> None:
    file = tmp_path / "chat.jsonl"
    lines = [
        {"type": "user", "user_id": "grace", "name": "Grace Hopper"},
        {"type": "conversation", "conversation_id": "c1", "conversation_type": "group", "name": "Old times"}
        | {"created_by": "grace"},
        {"type": "message", "message_id": "m1", "conversation_id": "c1", "author_id": "grace", "text": "Hello"}
        | {"created_at": "2019-05-01T08:00:00Z"},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    console = open_console(own_tenant)
    console.go("jobs")
    console.button("Import").click()
    console.dialog.get_by_label("File").set_input_files(file)
    console.dialog.get_by_label("Source").fill("Old Chat")
    console.dialog.get_by_role("button", name="Upload and check").click()
    expect(console.dialog.get_by_label("Source")).to_have_attribute("aria-invalid", "true")
    console.dialog.get_by_label("Source").fill("old-chat")
    console.confirm("Upload and check")
    expect(console.page.get_by_text("No line is wrong")).to_be_visible()
    assert own_tenant.ask("GET", "/v1/users/grace").status_code == httpx.codes.NOT_FOUND
    console.button("Start the import").click()
    console.confirm("Start the import")
    expect(console.page.get_by_text("Completed", exact=True)).to_be_visible()
    assert [each["name"] for each in own_tenant.call("GET", "/v1/conversations", "grace")["data"]] == ["Old times"]
    console.go("jobs")
    expect(console.row("old-chat")).to_contain_text("Completed")


def test_an_announcement_is_counted_sent_and_followed(open_console: OpenConsole, own_tenant: Tenant) -> None:
    for user_id in ("grace", "ada"):
        own_tenant.call("PUT", f"/v1/users/{user_id}", json={"name": user_id})
    room = {"type": "group", "name": "Kitchen", "members": ["ada"]}
    room_id = own_tenant.call("POST", "/v1/conversations", "grace", json=room)["id"]
    console = open_console(own_tenant)
    console.go("jobs/announcements")
    console.button("Announce").click()
    console.dialog.get_by_label("What is said").fill("Back at noon")
    console.dialog.get_by_label("All of a type").select_option("group")
    console.dialog.get_by_role("button", name="Count the conversations").click()
    expect(console.dialog.get_by_text("Conversations: 1")).to_be_visible()
    console.confirm("Send")
    expect(console.page.get_by_text("Completed", exact=True)).to_be_visible()
    said = own_tenant.call("GET", f"/v1/conversations/{room_id}/messages", "ada")["data"]
    assert [(each["author_id"], each["text"]) for each in said] == [("_system", "Back at noon")]
    console.go("jobs/announcements")
    expect(console.row("Back at noon").first).to_contain_text("Groups")


def test_an_announcement_that_waits_is_cancelled(open_console: OpenConsole, own_tenant: Tenant) -> None:
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"message": {"text": "Later"}, "audience": {}, "send_at": later}
    made = own_tenant.call("POST", "/v1/announcements", json=body)
    console = open_console(own_tenant)
    console.go(f"jobs/announcement/{made['id']}")
    expect(console.page.get_by_text("Waits", exact=True)).to_be_visible()
    console.button("Cancel the announcement").click()
    console.confirm("Cancel the announcement")
    expect(console.page.get_by_text("Cancelled", exact=True)).to_be_visible()


def test_a_hold_is_placed_keeps_a_user_and_is_released(open_console: OpenConsole, own_tenant: Tenant) -> None:
    console = open_console(own_tenant)
    console.go("jobs")
    console.button("Place a hold").click()
    console.dialog.get_by_label("On", exact=True).select_option("user_id")
    console.dialog.get_by_label("Id").fill("nobody")
    console.dialog.get_by_label("Reason").fill("Matter 17")
    console.dialog.get_by_role("button", name="Place a hold").click()
    expect(console.dialog.get_by_role("alert")).to_contain_text("user_not_found")
    console.dialog.get_by_label("Id").fill("ada")
    console.confirm("Place a hold")
    expect(console.row("Matter 17")).to_contain_text("ada")
    assert console.violations() == []
    assert own_tenant.ask("DELETE", "/v1/users/ada").json()["code"] == "user_held"
    console.button("Release Matter 17").click()
    console.confirm("Release")
    expect(console.page.get_by_text("Nothing is held.")).to_be_visible()
    assert own_tenant.call("GET", "/v1/holds")["data"] == []


def test_an_import_tells_its_wrong_lines_and_writes_nothing(
    open_console: OpenConsole, own_tenant: Tenant, tmp_path: Path
) -> None:
    file = tmp_path / "chat.jsonl"
    file.write_text('{"type": "user", "user_id": "grace", "name": "Grace"}\nno JSON\n')
    console = open_console(own_tenant)
    console.go("jobs")
    console.button("Import").click()
    console.dialog.get_by_label("File").set_input_files(file)
    console.confirm("Upload and check")
    wrong = console.page.get_by_role("table", name="Wrong lines").get_by_role("row").nth(1)
    expect(wrong.get_by_role("cell").first).to_have_text("2")
    expect(console.page.get_by_text("Failed", exact=True)).to_be_visible()
    expect(console.button("Start the import")).to_have_count(0)
    assert own_tenant.ask("GET", "/v1/users/grace").status_code == httpx.codes.NOT_FOUND


def test_an_import_whose_file_has_not_arrived_takes_the_same_file_later(
    open_console: OpenConsole, own_tenant: Tenant, tmp_path: Path
) -> None:
    file, other = tmp_path / "chat.jsonl", tmp_path / "other.jsonl"
    file.write_text('{"type": "user", "user_id": "grace", "name": "Grace"}\n')
    other.write_text("too short")
    begun = own_tenant.call("POST", "/v1/imports", json={"size": file.stat().st_size})
    console = open_console(own_tenant)
    console.go("jobs")
    console.row(begun["id"]).get_by_role("link").click()
    console.page.get_by_label("File").set_input_files(other)
    expect(console.page.get_by_label("File")).to_have_attribute("aria-invalid", "true")
    expect(console.button("Upload and check")).to_be_disabled()
    console.page.get_by_label("File").set_input_files(file)
    console.button("Upload and check").click()
    expect(console.page.get_by_text("No line is wrong")).to_be_visible()
    console.button("Cancel the import").click()
    console.confirm("Cancel the import")
    expect(console.page.get_by_text("Cancelled", exact=True)).to_be_visible()
    expect(console.button("Start the import")).to_have_count(0)
    assert own_tenant.call("GET", f"/v1/imports/{begun['id']}")["status"] == "cancelled"


def test_only_changed_settings_are_sent_and_ceilings_hold(open_console: OpenConsole, own_tenant: Tenant) -> None:
    console = open_console(own_tenant)
    console.go("settings")
    limit = console.page.get_by_label("Longest message")
    expect(console.button("Save")).to_be_disabled()
    limit.fill("999999")
    console.button("Save").click()
    expect(limit).to_have_attribute("aria-invalid", "true")
    limit.fill("500")
    console.page.get_by_label("Types of files").fill("image/png, image/jpeg")
    console.page.get_by_label("Nobody sees how far").check()
    with console.page.expect_request(lambda each: each.method == "PUT") as sent:
        console.button("Save").click()
    assert console.page.locator(".problem, .field-error").all_inner_texts() == []
    console.told("Saved")
    changed = {"text_limit": 500, "media_types": ["image/png", "image/jpeg"], "hide_receipts": True}
    assert sent.value.post_data_json == {"settings": changed}
    settings = own_tenant.call("GET", f"/v1/tenants/{own_tenant.id}")["settings"]
    assert changed.items() <= settings.items()


def test_a_route_is_tried_and_its_answer_shown(console: Screen, tenant: Tenant) -> None:
    group = tenant.group("ada", "ben", name="Tried")
    console.go("tryout")
    console.page.get_by_label("Find a route").fill("send a message")
    console.page.get_by_role("link", name="POST /v1/messages").click()
    console.page.get_by_label("X-Acting-User").fill("ada")
    console.page.get_by_label("Body (JSON)").fill(f'{{"conversation_id": "{group}", "text": "It\'s tried"}}')
    expect(console.page.locator("pre").first).to_contain_text("-H 'X-Acting-User: ada'")
    console.button("Send").click()
    expect(console.page.get_by_role("status").filter(has_text="201")).to_be_visible()
    expect(console.page.locator(".answer-body")).to_contain_text('"text": "It\'s tried"')
    said = tenant.call("GET", f"/v1/conversations/{group}/messages", "ada")["data"]
    assert [each["text"] for each in said] == ["It's tried"]
    console.page.get_by_label("Body (JSON)").fill("{}")
    console.button("Send").click()
    expect(console.page.get_by_role("status").filter(has_text="422")).to_be_visible()
    expect(console.page.locator(".answer-body")).to_contain_text("validation_failed")


def test_what_takes_something_away_is_asked_for_in_the_try_out_too(console: Screen, tenant: Tenant) -> None:
    user = tenant.user("Still here")
    console.go("tryout/delete_user")
    console.page.get_by_label("user_id").fill(user)
    console.button("Send").click()
    expect(console.dialog).to_contain_text(user)
    console.page.keyboard.press("Escape")
    expect(console.dialog).to_have_count(0)
    assert tenant.ask("GET", f"/v1/users/{user}").status_code == httpx.codes.OK
