"""A user's conversations in the console: by what they have arranged, and by keys that the tenant declared."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from infrastructure.local.stack import RunningStack
from tests.e2e.console.conftest import OpenConsole
from tests.support.console.served import Tenant, served


@pytest.fixture
def own_tenant(browser: Browser, local_stack: RunningStack) -> Iterator[Tenant]:
    """It has declared its keys from the beginning: settings that change are seen within a minute."""
    del browser
    with served(local_stack, conversation_keys=["priority:number", "stage:text"]) as made:
        yield made


def test_conversations_are_filtered_by_declared_keys_labels_and_archives(
    open_console: OpenConsole, own_tenant: Tenant
) -> None:
    console = open_console(own_tenant)
    console.go("settings")
    keys = console.page.get_by_label("Keys of custom data by which conversations")
    expect(keys).to_have_value("priority:number, stage:text")
    body = {"type": "group", "members": ["ben"]}
    for name, custom in (("Leak", {"priority": 9, "stage": "open"}), ("Paint", {"priority": 1, "stage": "open"})):
        made = own_tenant.call("POST", "/v1/conversations", "ada", json=body | {"name": name, "custom": custom})
        kept = {"labels": ["House"], "pinned": True} if name == "Leak" else {"archived_for_me": True}
        own_tenant.call("PUT", f"/v1/conversations/{made['id']}/settings", "ada", json=kept)
    console.go("conversations?as=ada")
    expect(console.row("Leak")).to_contain_text("Pinned by the user")
    expect(console.row("Leak")).to_contain_text("House")
    expect(console.row("Leak")).to_contain_text("9")
    expect(console.row("Paint")).to_have_count(0)
    search = console.page.get_by_role("search")
    search.get_by_label("priority").fill("2..8")
    console.button("Show").click()
    expect(console.page.get_by_text("There are no such conversations.")).to_be_visible()
    search.get_by_label("priority").fill("5..")
    search.get_by_label("stage").fill("open")
    search.get_by_label("Label").fill("House")
    search.get_by_label("Sort by").select_option("-priority")
    console.button("Show").click()
    expect(console.row("Leak")).to_be_visible()
    search.get_by_label("priority").fill("")
    search.get_by_label("Label").fill("")
    search.get_by_label("State").select_option("In the user's archive")
    console.button("Show").click()
    expect(console.row("Paint")).to_contain_text("In the user's archive")
    expect(console.row("Leak")).to_have_count(0)
    assert console.violations() == []
