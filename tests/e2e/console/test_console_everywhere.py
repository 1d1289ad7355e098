"""What holds in every view of the console: axe finds nothing, a phone needs no scrolling sideways, so in Arabic too."""

import time

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.console.conftest import OpenConsole
from tests.support.console.screen import Screen
from tests.support.console.served import Tenant

PHONE = 390


@pytest.fixture(scope="session")
def views(tenant: Tenant) -> list[str]:
    """Every view by its address, each with something to show."""
    group = tenant.group("ada", "ben", "omar", name="A room with a name that is long enough to need two lines")
    tenant.call("POST", "/v1/conversations", "omar", json={"type": "channel", "name": "أخبار"})
    message = tenant.say("omar", group, "مرحبا بالجميع")
    tenant.say("ben", group, "A word that is long: " + "w" * 120)
    tenant.call("POST", f"/v1/messages/{message['id']}/flag", "ben", json={"reason": "Off topic"})
    moderator = f"moderator-{'of-the-night-' * 5}"
    tenant.call("PUT", f"/v1/users/{moderator}", json={"name": "Moderator"})
    tenant.call("POST", f"/v1/moderation/cases/{message['id']}/claim", moderator, json={})
    body = {"url": f"https://hooks.example.com/{'long' * 20}", "events": ["message.deleted"], "description": "Long"}
    webhook = tenant.call("POST", "/v1/webhooks", json=body)["id"]
    entries = [{"word": "darn", "action": "mask"}, {"pattern": "free +money"}]
    tenant.call("PUT", "/v1/moderation/block-list", json={"action": "flag", "entries": entries})
    export = tenant.call("POST", "/v1/exports", json={})["id"]
    imported = tenant.call("POST", "/v1/imports", json={"size": 100})["id"]
    told = {"message": {"text": "Back at noon"}, "audience": {"conversation_ids": [group]}}
    announced = tenant.call("POST", "/v1/announcements", json=told)["id"]
    rooms = [f"conversations/{group}{tab}?as=ada" for tab in ("", "/members", "/bans")]
    people = ["overview", "users", "users/ada", "conversations", "conversations?as=ada", *rooms, "search?as=ada&q=word"]
    others = [
        "types",
        "types/group",
        "review",
        "rules",
        "webhooks",
        f"webhooks/{webhook}",
        "keys",
        "audit",
        "jobs",
        f"jobs/export/{export}",
        f"jobs/import/{imported}",
        "jobs/announcements",
        f"jobs/announcement/{announced}",
        "settings",
    ]
    return [*people, *others, "tryout", "tryout/send_message", "tryout/list_messages", "nowhere"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_view(open_console: OpenConsole, tenant: Tenant, views: list[str], theme: str) -> None:
    console = open_console(tenant, theme=theme)
    found = []
    for view in views:
        console.go(view)
        found += console.violations()
    assert found == []
    assert console.page.evaluate("document.documentElement.dataset.theme") == theme


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_dialogs(open_console: OpenConsole, tenant: Tenant, theme: str) -> None:
    console = open_console(tenant, theme=theme)
    found = []
    for view, opens in (
        ("users", "Create a user"),
        ("users/ada", "Erase the user"),
        ("users/ada", "Mint a token"),
        ("users/ada", "Deactivate"),
        ("jobs", "Import"),
        ("jobs/announcements", "Announce"),
        ("webhooks", "Create a webhook"),
        ("keys", "Register a login"),
    ):
        console.go(view)
        console.button(opens).click()
        expect(console.dialog).to_be_visible()
        found += console.violations()
        console.page.keyboard.press("Escape")
        expect(console.dialog).to_have_count(0)
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_phone_shows_every_view_without_scrolling_sideways(
    open_console: OpenConsole, tenant: Tenant, views: list[str], language: str
) -> None:
    console = open_console(tenant, language=language, width=PHONE)
    wide = []
    for view in views:
        console.go(view)
        if (by := console.overflow()) > 0:
            wide.append((view, by))
    assert wide == []
    assert console.page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    assert console.violations() == []


def test_arabic_is_laid_out_from_the_right(open_console: OpenConsole, tenant: Tenant) -> None:
    console = open_console(tenant)
    console.go("users")
    navigation = console.page.get_by_role("navigation", name="Views")
    left = navigation.bounding_box()
    console.page.get_by_label("Language").select_option("ar")
    heading = console.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("المستخدمون")
    right = console.page.get_by_role("navigation", name="الصفحات", exact=True).bounding_box()
    title = heading.bounding_box()
    assert left
    assert right
    assert title
    assert left["x"] < title["x"] < right["x"]
    console.page.reload()
    expect(heading).to_have_text("المستخدمون")


def test_on_a_phone_the_menu_opens_and_closes_by_keyboard(open_console: OpenConsole, tenant: Tenant) -> None:
    console = open_console(tenant, width=PHONE)
    console.go("users")
    menu, places = console.button("Menu"), console.page.get_by_role("navigation", name="Views")
    expect(places).to_be_hidden()
    menu.press("Enter")
    expect(places).to_be_visible()
    expect(menu).to_have_attribute("aria-expanded", "true")
    console.page.keyboard.press("Escape")
    expect(places).to_be_hidden()
    menu.press("Enter")
    places.get_by_role("link", name="Webhooks").press("Enter")
    expect(console.page.get_by_role("heading", level=1)).to_be_focused()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Webhooks")
    expect(console.page).to_have_title("Webhooks · Parley console")


def test_the_charts_have_the_figures_of_the_api(open_console: OpenConsole, own_tenant: Tenant) -> None:
    group = own_tenant.group("ada", "ben", name="Counted")
    for number in range(3):
        own_tenant.say("ada", group, f"Number {number}")
    deadline = time.monotonic() + 30
    while sum(day["messages"] for day in own_tenant.call("GET", "/v1/usage")["data"]) < 3:
        assert time.monotonic() < deadline, "usage is not counted"
        time.sleep(0.2)
    console = open_console(own_tenant)
    console.go("overview?days=7")
    expect(console.page.get_by_role("img", name="Messages sent by day: 3.")).to_be_visible()
    bars = console.page.get_by_role("region", name="Messages sent").locator(".bar-of-day")
    assert [float(each.get_attribute("height") or 0) > 0 for each in bars.all()] == [False] * 6 + [True]
    console.page.get_by_text("The figures as a table").click()
    today = console.page.get_by_role("table", name="Usage by day").get_by_role("row").nth(1)
    expect(today.get_by_role("cell").nth(1)).to_have_text("3")


def test_a_list_is_loading_then_failed_then_there(open_console: OpenConsole, tenant: Tenant) -> None:
    console = open_console(tenant)
    refusing = True

    def refuse(route: Route) -> None:
        problem = '{"title": "Not now", "detail": "Later perhaps", "status": 403, "code": "not_now"}'
        headers = {"Access-Control-Allow-Origin": "*"}
        if refusing:
            route.fulfill(status=403, content_type="application/problem+json", body=problem, headers=headers)
        else:
            route.continue_()

    console.page.route("**/v1/webhooks", refuse)
    console.go("webhooks")
    alert = console.page.get_by_role("alert")
    expect(alert).to_contain_text("Not now")
    expect(alert).to_contain_text("Later perhaps")
    expect(alert).to_contain_text("403 not_now")
    refusing = False
    alert.get_by_role("button", name="Try again").click()
    expect(console.page.get_by_role("alert")).to_have_count(0)
    expect(console.page.get_by_role("main")).not_to_contain_text("Not now")


def test_on_a_stage_a_pasted_token_signs_in_until_it_is_refused(console: Screen, tenant: Tenant) -> None:
    page = console.page
    page.route("**/demo/config.json", lambda route: route.fulfill(status=404, body="not found"))
    page.goto(console.url)
    assert console.violations() == []
    page.get_by_label("Address of the API").fill(tenant.running.state.api_url)
    page.get_by_label("Server token").fill("no token")
    console.button("Sign in").click()
    expect(page.locator(".field-error")).to_contain_text("This is no token")
    page.get_by_label("Server token").fill(tenant.signed(sub="ada"))
    console.button("Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("403")
    page.get_by_label("Server token").fill(tenant.signed(scope="server"))
    console.button("Sign in").click()
    expect(page.get_by_text(tenant.id, exact=True)).to_be_visible()
    assert tenant.id not in page.evaluate("JSON.stringify(localStorage)")
    console.page.reload()
    expect(page.get_by_text(tenant.id, exact=True)).to_be_visible()

    refused = '{"title": "The token has been revoked", "status": 401, "code": "token_revoked"}'
    headers = {"Access-Control-Allow-Origin": "*"}
    page.route("**/v1/users*", lambda route: route.fulfill(status=401, body=refused, headers=headers))
    page.get_by_role("link", name="Users").click()
    expect(page.get_by_role("alert")).to_contain_text("no longer accepts the token")
    assert page.evaluate("sessionStorage.length") == 0
