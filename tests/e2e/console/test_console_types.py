"""Types of conversations in the console: declared, set action by action, held to, and deleted."""

from pathlib import Path

import httpx
from playwright.sync_api import expect

from tests.e2e.console.conftest import OpenConsole
from tests.support.console.served import Tenant

TYPES = "/v1/conversation-types"


def test_a_type_is_declared_and_set_and_deleted(open_console: OpenConsole, own_tenant: Tenant, tmp_path: Path) -> None:
    console = open_console(own_tenant)
    console.go("types")
    expect(console.row("channel")).to_contain_text("Built in")
    console.button("Declare a type").click()
    console.dialog.get_by_label("Name").fill("support")
    console.confirm("Declare a type")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("support")
    choose = console.page.get_by_role("radio", name="Write messages: Moderator", exact=True)
    expect(choose).not_to_be_checked()
    choose.check()
    console.page.get_by_role("radio", name="Pin messages: Member", exact=True).check()
    console.save()
    set_to = own_tenant.call("GET", f"{TYPES}/support")["permissions"]
    assert (set_to["post"], set_to["pin"], set_to["reply"]) == ("moderator", "member", "member")
    console.page.get_by_label("Days after which messages go").fill("3651")
    console.button("Save").click()
    expect(console.page.get_by_text("less than or equal to 3650")).to_be_visible()
    console.page.get_by_label("Days after which messages go").fill("30")
    console.save()
    assert own_tenant.call("GET", f"{TYPES}/support")["retention_days"] == 30
    console.page.screenshot(path=tmp_path / "type.png", full_page=True)
    assert console.violations() == []

    console.page.get_by_role("radio", name="Ban: Member", exact=True).check()
    console.button("Save").click()
    expect(console.row("Ban")).to_contain_text("The lowest role is moderator to nobody")
    console.page.get_by_role("radio", name="Ban: Admin", exact=True).check()
    console.save()
    assert own_tenant.call("GET", f"{TYPES}/support")["permissions"]["ban"] == "admin"

    own_tenant.call("PUT", f"{TYPES}/support", json={"like": "group"})
    console.button("Save").click()
    alert = console.page.get_by_role("alert")
    expect(alert).to_contain_text("412 version_conflict")
    alert.get_by_role("button", name="Try again").click()
    expect(console.page.get_by_role("radio", name="Ban: Moderator", exact=True)).to_be_checked()
    console.button("Delete the type").click()
    console.confirm("Delete the type")
    expect(console.row("channel")).to_be_visible()
    expect(console.row("support")).to_have_count(0)
    assert own_tenant.ask("GET", f"{TYPES}/support").status_code == httpx.codes.NOT_FOUND


def test_on_a_phone_in_arabic_a_type_is_read_without_scrolling_sideways(
    open_console: OpenConsole, own_tenant: Tenant, tmp_path: Path
) -> None:
    own_tenant.call("PUT", f"{TYPES}/support", json={"like": "channel", "permissions": {"post": "moderator"}})
    console = open_console(own_tenant, language="ar", width=390, theme="dark")
    for view in ("types", "types/support", "types/direct"):
        console.go(view)
        assert console.overflow() <= 0
        assert console.violations() == []
    console.go("types/support")
    console.page.screenshot(path=tmp_path / "phone.png", full_page=True)
    expect(console.page.get_by_role("radio", name="كتابة الرسائل: مشرف", exact=True)).to_be_checked()
