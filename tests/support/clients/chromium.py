"""A headless Chromium, driven by its DevTools protocol: evaluates JavaScript in a page and waits for promises."""

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

START_SECONDS = 30
BINARIES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class ScriptFailed(Exception):
    """The page threw, or its promise was rejected."""


def binary() -> str | None:
    """The browser of this machine, if it has one."""
    return next((found for name in BINARIES if (found := shutil.which(name))), None)


class Page:
    """One page of the browser."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection, self._number = connection, 0

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer, passing over events."""
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer: dict[str, Any] = json.loads(self._connection.recv(timeout=60))
            if answer.get("id") == self._number:
                return dict(answer.get("result", {}))

    def evaluate(self, script: str) -> Any:
        """The value of an expression; of a promise, what it comes to."""
        answer = self.command("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise ScriptFailed(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")


@contextmanager
def page(profile: Path, url: str) -> Iterator[Page]:
    """Open a page in a browser of its own, which ends with the context."""
    process = subprocess.Popen(  # noqa: S603 - the browser of this machine, arguments of our own
        [
            str(binary()),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--autoplay-policy=no-user-gesture-required",
            "--remote-debugging-port=0",
            "--no-first-run",
            f"--user-data-dir={profile}",
            "about:blank",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port = _port(profile / "DevToolsActivePort", process)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
            targets = json.load(answer)
        (target,) = (each for each in targets if each["type"] == "page")
        with connect(target["webSocketDebuggerUrl"], max_size=None, proxy=None) as connection:
            opened = Page(connection)
            opened.command("Page.enable")
            opened.command("Page.navigate", url=url)
            yield opened
    finally:
        process.terminate()
        process.wait(20)


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists() and (lines := file.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.05)
    raise TimeoutError("Chromium does not start")
