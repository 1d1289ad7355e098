"""What `make up` prints at the top answers, and its pages' server gives tokens that the deployed API takes."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from infrastructure.local.guide import addresses, welcome
from infrastructure.local.pages import builds
from infrastructure.local.pages.policy import content_security_policy
from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client

PRINTED = {"web": ("Page", "Console"), "docs": ("Docs",)}
"""What is printed of each build."""


@pytest.fixture
def page(local_stack: RunningStack) -> Iterator[httpx.Client]:
    """What a page of the server asks it."""
    own = local_stack.state.pages_url
    headers = {"Origin": own, "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=own, headers=headers, timeout=30, trust_env=False) as each:
        yield each


def test_the_printed_addresses_answer(local_stack: RunningStack) -> None:
    with builds.start() as building:
        expected = {"API"} | {name for build in builds.present() for name in PRINTED[build.name]}
        building.wait()
    assert building.failures == []
    printed = addresses(local_stack.state)
    assert set(printed) == expected
    shown = welcome(local_stack)
    for name, address in printed.items():
        assert f"  {name:<13}{address}\n" in shown
        answer = httpx.get(address if name != "API" else f"{address}/v1/health", trust_env=False, timeout=30)
        assert (answer.status_code, urlsplit(address).hostname) == (200, "127.0.0.1"), name


def test_a_page_reads_and_writes_with_the_token_that_it_is_given(local_stack: RunningStack, page: httpx.Client) -> None:
    config = page.get("/demo/config.json").json()
    assert (config["api"], config["sockets"]) == (local_stack.state.api_url, local_stack.state.socket_url)
    assert {"id": "alice", "name": "Alice"} in config["users"]
    given = page.post("/demo/tokens", json={"user_id": "alice"}).json()
    with client(local_stack, given["token"]) as alice:
        sent = alice.post("/v1/conversations", json={"type": "direct", "members": ["bob"]})
        assert sent.is_success, sent.text
        assert alice.get(f"/v1/tenants/{config['tenant']}/keys").status_code == 403


def test_the_console_administers_its_tenant_and_no_other(local_stack: RunningStack, page: httpx.Client) -> None:
    given = page.post("/demo/console-tokens").json()
    with client(local_stack, given["token"]) as console:
        keys = console.get("/v1/tenants/demo/keys").json()["data"]
        assert local_stack.credentials.signing_key.kid in {key["kid"] for key in keys}
        assert console.post("/v1/tenants", json={"name": "Another"}).status_code == 403


def test_a_page_elsewhere_is_given_nothing(page: httpx.Client) -> None:
    for headers in ({"Origin": "http://evil.test"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.test"}):
        assert page.post("/demo/tokens", json={"user_id": "alice"}, headers=headers).status_code in {403, 421}


def test_a_page_may_ask_where_files_are_put(local_stack: RunningStack, alice: httpx.Client) -> None:
    """The policy that pages get names the origin of the addresses that the API signs."""
    asked = {"filename": "noise.txt", "content_type": "text/plain", "size": 5}
    started = alice.post("/v1/upload", json=asked)
    assert started.status_code == 201, started.text
    signed = urlsplit(started.json()["post"]["url"])
    policy = content_security_policy("", local_stack.state, inline_styles=False)
    (connect,) = (each.split() for each in policy.split("; ") if each.startswith("connect-src "))
    assert f"{signed.scheme}://{signed.netloc}" in connect
