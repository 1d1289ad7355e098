"""Users and conversations in the console: what it shows is the API's, and what it does the API has."""

import time

import httpx
from playwright.sync_api import expect

from tests.support.aws.local_stack import client
from tests.support.console.screen import Screen
from tests.support.console.served import Tenant


def test_a_user_is_created_found_and_changed(console: Screen, tenant: Tenant) -> None:
    console.go("users")
    console.button("Create a user").click()
    console.dialog.get_by_label("Id").fill("no spaces")
    console.dialog.get_by_label("Name").fill("Zoë Klein")
    console.dialog.get_by_role("button", name="Create a user").click()
    refused = console.dialog.get_by_role("alert")
    expect(refused).to_contain_text("validation_failed")
    console.dialog.get_by_label("Id").fill("zoe")
    console.confirm("Create a user")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Zoë Klein")

    console.page.get_by_label("Name").fill("Zoë K.")
    console.save()
    assert tenant.call("GET", "/v1/users/zoe")["name"] == "Zoë K."

    console.go("users")
    console.page.get_by_label("Beginning of the name").fill("zo")
    console.button("Search").click()
    console.row("Zoë K.").get_by_role("link", name="Zoë K.").click()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Zoë K.")


def test_a_users_teams_are_shown_and_changed(console: Screen, tenant: Tenant) -> None:
    user = tenant.user("Ines")
    tenant.call("PUT", f"/v1/users/{user}", json={"teams": ["paris", "support"]})
    console.go(f"users/{user}")
    teams = console.page.get_by_label("Teams")
    expect(teams).to_have_value("paris, support")
    teams.fill("paris, söuth")
    console.button("Save").click()
    expect(teams).to_have_attribute("aria-invalid", "true")
    for written, stored in (("berlin, paris", ["berlin", "paris"]), ("", None)):
        teams.fill(written)
        with console.page.expect_response(lambda each: each.request.method == "PUT"):
            console.button("Save").click()
        expect(teams).to_have_value(written)
        assert tenant.call("GET", f"/v1/users/{user}")["teams"] == stored


def test_a_change_over_somebody_elses_is_refused_and_shown(console: Screen, tenant: Tenant) -> None:
    user = tenant.user("Before")
    console.go(f"users/{user}")
    tenant.call("PUT", f"/v1/users/{user}", json={"name": "Somebody else's"})
    console.page.get_by_label("Name").fill("Mine")
    console.button("Save").click()
    expect(console.page.get_by_role("alert")).to_contain_text("412 version_conflict")
    assert tenant.call("GET", f"/v1/users/{user}")["name"] == "Somebody else's"


def test_users_come_in_pages_that_the_address_names(console: Screen, tenant: Tenant) -> None:
    for number in range(26):
        tenant.call("PUT", f"/v1/users/paged-{number:02}", json={"name": f"Paged {number:02}"})
    console.go("users?q=Paged")
    expect(console.row("Paged 24")).to_be_visible()
    expect(console.row("Paged 25")).to_have_count(0)
    console.page.get_by_role("link", name="Next page").click()
    expect(console.row("Paged 25")).to_be_visible()
    console.page.reload()
    expect(console.row("Paged 25")).to_be_visible()
    console.page.get_by_role("link", name="Previous page").click()
    expect(console.row("Paged 00")).to_be_visible()


def test_revoked_tokens_are_refused_and_a_minted_one_is_shown_once(console: Screen, tenant: Tenant) -> None:
    user = tenant.user("Signed out")
    earlier = tenant.signed(sub=user, iat=int(time.time()) - 60)
    console.go(f"users/{user}")
    console.button("Revoke tokens").click()
    console.page.keyboard.press("Escape")
    expect(console.dialog).to_have_count(0)
    expect(console.button("Revoke tokens")).to_be_focused()
    console.button("Revoke tokens").click()
    console.confirm("Revoke tokens")
    console.told("are refused")
    with client(tenant.running, earlier) as old:
        assert old.get("/v1/users/me").json()["code"] == "token_revoked"
    console.button("Mint a token").click()
    token = console.dialog.locator("pre").inner_text()
    console.confirm("I have kept it")
    with client(tenant.running, token) as minted:
        assert minted.get("/v1/users/me").json()["id"] == user


def test_a_user_is_deactivated_and_comes_back(console: Screen, tenant: Tenant) -> None:
    user = tenant.user("Gone for a while")
    console.go(f"users/{user}")
    console.button("Deactivate").click()
    console.confirm("Deactivate")
    expect(console.page.get_by_text("Deactivated", exact=True)).to_be_visible()
    assert tenant.call("GET", f"/v1/users/{user}")["deactivated_at"]
    console.page.reload()
    console.button("Reactivate").click()
    console.confirm("Reactivate")
    expect(console.button("Deactivate")).to_be_visible()
    assert tenant.call("GET", f"/v1/users/{user}")["deactivated_at"] is None


def test_a_user_is_erased_with_their_messages(console: Screen, tenant: Tenant) -> None:
    """The job itself begins once no token of the user is remembered anywhere, which takes a minute."""
    user = tenant.user("Erased")
    console.go(f"users/{user}")
    console.button("Erase the user").click()
    act = console.dialog.get_by_role("button", name="Erase the user")
    console.dialog.get_by_label("Messages that the user wrote").select_option("remove")
    console.dialog.get_by_label("to confirm").fill(user[:-1])
    expect(act).to_be_disabled()
    console.dialog.get_by_label("to confirm").fill(user)
    with console.page.expect_response(lambda each: each.request.method == "DELETE") as erased:
        act.click()
    assert erased.value.url.endswith("?messages=remove")
    expect(console.page.get_by_text("settling")).to_be_visible()
    assert tenant.ask("GET", f"/v1/users/{user}").status_code == httpx.codes.NOT_FOUND
    job = tenant.call("GET", f"/v1/jobs/{erased.value.json()['id']}")
    assert (job["kind"], job["user_id"]) == ("erasure", user)
    console.go("jobs")
    expect(console.row(user)).to_contain_text("Erasure")


def test_an_owner_bans_lets_back_and_archives(console: Screen, tenant: Tenant) -> None:
    group = tenant.group("ada", "ben", name="Book club")
    console.go("conversations")
    console.page.get_by_label("User").fill("ben")
    console.button("Show").click()
    console.row("Book club").get_by_role("link").click()
    console.page.get_by_role("link", name="Members", exact=True).click()
    expect(console.button("Ban ada from the conversation")).to_have_count(0)
    console.row("ada").get_by_role("link", name="Act as").click()
    console.button("Ban ben from the conversation").click()
    console.dialog.get_by_label("Reason").fill("Advertising")
    console.confirm("Ban")
    assert tenant.call("GET", f"/v1/conversations/{group}/bans", "ada")["data"][0]["reason"] == "Advertising"
    console.page.get_by_role("link", name="Bans", exact=True).click()
    console.row("ben").get_by_role("button", name="Lift the ban").click()
    console.confirm("Lift the ban")
    expect(console.page.get_by_text("Nobody is banned.")).to_be_visible()
    console.button("Archive").click()
    console.confirm("Archive")
    expect(console.page.get_by_text("Archived", exact=True).first).to_be_visible()
    assert tenant.call("GET", f"/v1/conversations/{group}", "ada")["archived_at"]


def test_a_moderator_deletes_a_message(console: Screen, tenant: Tenant) -> None:
    group = tenant.group("ada", "ben", name="Rude words")
    kept, gone = tenant.say("ada", group, "Good morning"), tenant.say("ben", group, "Something rude")
    console.go(f"conversations/{group}?as=ada")
    said = console.page.get_by_role("listitem").filter(has_text="Something rude")
    said.get_by_role("button").click()
    console.confirm("Delete")
    expect(console.page.get_by_text("This message was deleted.")).to_be_visible()
    assert tenant.call("GET", f"/v1/messages/{gone['id']}", "ada")["deleted_at"]
    assert not tenant.call("GET", f"/v1/messages/{kept['id']}", "ada")["deleted_at"]
