"""The tests of the TypeScript client, faults and all, and of React's components, in a page of the machine's Chromium.

They are those of `clients/typescript/tests` and `clients/react/tests`, as they are: requests, sockets, IndexedDB,
clocks and the document are the browser's. The server that fails listens in Node (`tests/in_page/listener.ts`), and lets
another origin send and read what the deployed API does.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.cross_origin import REQUEST_HEADERS, RESPONSE_HEADERS
from infrastructure.layers import ROOT
from tests.support.clients import chromium

pytestmark = pytest.mark.skipif(chromium.binary() is None, reason="this machine has no Chromium")

CLIENT = ROOT / "clients" / "typescript"
FOLDERS = (CLIENT / "tests", ROOT / "clients" / "react" / "tests")
FILES = sorted(file for folder in FOLDERS for file in folder.glob("*.test.ts*") if file.stem != "stack.test")


@pytest.fixture(scope="module")
def pages() -> Iterator[str]:
    """Where a page for each file of tests is."""
    headers = (", ".join(REQUEST_HEADERS), ", ".join(RESPONSE_HEADERS))
    command = ["node", str(CLIENT / "tools" / "test_in_page.mjs"), *headers]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own tool
        assert server.stdin
        assert server.stdout
        address = server.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        yield address
        server.stdin.close()
        assert server.wait(20) == 0


@pytest.fixture(scope="module")
def page(pages: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Page]:
    with chromium.page(tmp_path_factory.mktemp("profile"), f"{pages}none") as opened:
        yield opened


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_survives_faults(pages: str, page: chromium.Page, file: Path) -> None:
    page.command("Page.navigate", url=f"{pages}{file.stem}")
    there = f"globalThis.results && location.pathname === '/{file.stem}'"
    page.evaluate(f"new Promise((done) => {{ setInterval(() => ({there}) && done(true), 10); }})")
    results = page.evaluate("results")
    failed = [f"{each['name']}: {each['failure']}" for each in results if each["failure"] is not None]
    assert not failed, "\n".join(failed)
    written = re.findall(r"^\s*test\(", file.read_text(), re.MULTILINE)
    assert len(results) >= len(written) > 0
