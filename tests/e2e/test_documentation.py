"""The documentation's commands and code run on the deployed product as they are written; requests are tried in it."""

import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import jwt
import pytest

from infrastructure.layers import ROOT
from infrastructure.local import shell
from infrastructure.local.pages.demo import BackEnd
from infrastructure.local.pages.server import Server
from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client
from tests.support.clients import chromium
from tests.support.documentation.samples import PAGES, QUICK_START, Sample, samples
from tests.support.documentation.site import built

COMMANDS = [page for page in PAGES if samples(page, language="sh")]
PYTHON = samples(*PAGES, language="python")
OPERATION = "#tag/messaging/GET/v1/conversations"
NEEDS_CHROMIUM = pytest.mark.skipif(chromium.binary() is None, reason="this machine has no Chromium")
UNTIL = """const until = async (found) => {
    for (let it; ; await new Promise((go) => setTimeout(go, 50))) if ((it = found())) return it;
};"""


@pytest.fixture(scope="module")
def environment(local_stack: RunningStack) -> dict[str, str]:
    """What the samples are told: of a tenant of their own, whose block list and reports are nobody else's."""
    tenant = f"samples-{uuid.uuid4().hex[:8]}"
    with client(local_stack, local_stack.credentials.operator_key) as operator:
        assert operator.post("/v1/tenants", json={"id": tenant, "name": "Samples"}).status_code == 201
        key = operator.post(f"/v1/tenants/{tenant}/keys", json={"algorithm": "HS256"}).json()

    def signed(**claims: str) -> str:
        now = int(time.time())
        said = claims | {"iat": now, "exp": now + 3600}
        return jwt.encode(said, key["secret"], algorithm="HS256", headers={"kid": key["kid"]})

    with client(local_stack, signed(scope="server")) as server:
        for user_id in ("alice", "bob"):
            assert server.put(f"/v1/users/{user_id}", json={"name": user_id.title()}).status_code == 201
    told = {
        "PARLEY_TOKEN": signed(sub="alice"),
        "PARLEY_BOB_TOKEN": signed(sub="bob"),
        "PARLEY_SERVER_TOKEN": signed(scope="server"),
        "PARLEY_KEY_ID": key["kid"],
        "PARLEY_KEY_SECRET": key["secret"],
        "PARLEY_WEBHOOK_SECRET": "whsec_" + "A" * 44,
        "PYTHONPATH": str(ROOT / "clients" / "python"),
        "NO_PROXY": "*",
    }
    return os.environ | shell.variables(local_stack.state, local_stack.credentials) | told


def printed(*words: str, folder: Path, given: dict[str, str]) -> str:
    """What a command printed; it fails as an assertion, with all of that."""
    done = subprocess.run(words, cwd=folder, env=given, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own samples
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_quick_start_runs_as_it_is_written(local_stack: RunningStack, tmp_path: Path) -> None:
    """`make up` was done; what follows it is run in order, by one shell, in what looks like a clone."""
    for path in ROOT.iterdir():
        if path.name not in {".local", ".git"}:
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / ".local").mkdir()
    commands = []
    for sample in samples(QUICK_START):
        if sample.title:
            (tmp_path / sample.title).write_text(sample.code)
        elif sample.language == "sh":
            commands.append(sample.code)
    assert commands[0] == "make up\n"
    script = "\n".join(("set -euo pipefail", *commands[1:], "wait"))
    directory = Path(local_stack.state.tokens_file).parent
    given = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    said = printed(
        "bash", "-c", script, folder=tmp_path, given=given | {"PARLEY_STACK": str(directory), "NO_PROXY": "*"}
    )
    (expected,) = samples(QUICK_START, language="text")
    assert '"text":"Hello, Bob"' in said
    assert [line for line in expected.code.splitlines() if f"{line}\n" not in said] == []


@pytest.mark.parametrize("page", COMMANDS, ids=lambda page: page.stem)
def test_commands_of_a_page_run_as_they_are_written(environment: dict[str, str], tmp_path: Path, page: Path) -> None:
    script = "\n".join(("set -euo pipefail", *(each.code for each in samples(page, language="sh"))))
    assert "curl" in script
    printed("bash", "-c", script, folder=tmp_path, given=environment)


@pytest.mark.parametrize("sample", PYTHON, ids=lambda sample: sample.name.removesuffix(".py"))
def test_python_of_a_page_runs_as_it_is_written(environment: dict[str, str], tmp_path: Path, sample: Sample) -> None:
    printed(sys.executable, "-c", sample.code, folder=tmp_path, given=environment)


@pytest.fixture
def address(local_stack: RunningStack, tmp_path: Path) -> Iterator[str]:
    """The documentation as the local stack serves it, under its policy."""
    (tmp_path / "pages").mkdir()
    shutil.copytree(built(), tmp_path / "pages" / "docs")
    server = Server(0, tmp_path / "pages", BackEnd(Path(local_stack.state.tokens_file).parent))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/docs/"
    server.shutdown()
    server.server_close()


@NEEDS_CHROMIUM
def test_a_page_is_searched_and_shown_in_the_dark(address: str, tmp_path: Path) -> None:
    """What pages bring of their own runs under the policy that they are served with."""
    with chromium.page(tmp_path / "profile", address) as page:
        page.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        page.evaluate(f"""(async () => {{
            {UNTIL}
            await until(() => document.body?.dataset.mdColorScheme === "slate");
            (await until(() => document.querySelector(".md-search__button"))).click();
            await until(() => document.activeElement?.shadowRoot?.activeElement);
        }})()""")
        page.command("Input.insertText", text="idempotency")
        page.evaluate(f"""(async () => {{
            {UNTIL}
            await until(() => document.activeElement.shadowRoot.textContent.includes("Idempotency records of our own"));
        }})()""")


@NEEDS_CHROMIUM
def test_a_request_is_tried_in_the_reference(address: str, alice: httpx.Client, tmp_path: Path) -> None:
    """By its buttons, with the token of a demo user; nothing is loaded from elsewhere on the way."""
    name = f"Tried {uuid.uuid4().hex}"
    assert alice.post("/v1/conversations", json={"type": "group", "name": name}).status_code == 201
    with chromium.page(tmp_path / "profile", f"{address}reference/try/index.html{OPERATION}") as page:
        page.evaluate(f"""(async () => {{
            {UNTIL}
            const button = (place, words) =>
                [...document.querySelectorAll(`${{place}} button`)].find((it) => it.textContent.includes(words));
            (await until(() => button('section[id$="{OPERATION[1:]}"]', "Test Request"))).click();
            (await until(() => button("[role=dialog]", "Send get request"))).click();
            await until(() => document.querySelector("[role=dialog]").textContent.includes("{name}"));
        }})()""")
        assert (
            page.evaluate("document.getElementById('stack').textContent") == "Requests go to the local stack, as Alice"
        )
        loaded = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
    assert {urlsplit(each).hostname for each in loaded} == {"127.0.0.1"}
