"""The console at one browser: finds what it shows by role and name, as a screen reader does."""

import json
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Locator, Page, expect

from infrastructure.layers import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE_MS = 30_000
"""Functions of the stack start at their first call, on a machine that does other things too."""
expect.set_options(timeout=PATIENCE_MS)


class Screen:
    """A browser context of its own with the console. `problems` are errors that a page threw or its console told of."""

    def __init__(
        self, browser: Browser, url: str, *, theme: str = "light", language: str = "en", width: int = 1280
    ) -> None:
        self.url, self.problems = url, list[str]()
        self.context = browser.new_context(viewport={"width": width, "height": 844})
        self.context.set_default_timeout(PATIENCE_MS)
        chosen = json.dumps({"theme": theme, "language": language})
        self.context.add_init_script(f"localStorage['parley-console'] ??= {json.dumps(chosen)}")
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def go(self, view: str) -> None:
        """To a view by its address, and until what it shows has been read."""
        self.page.goto(urljoin(self.url, f"#/{view}"))
        self.settle()

    def settle(self) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE_MS)
        expect(self.page.locator(".loading")).to_have_count(0)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def confirm(self, name: str) -> None:
        """Press the button of the dialog that is open, and wait until it has done what it says."""
        self.dialog.get_by_role("button", name=name, exact=True).click()
        expect(self.dialog).to_have_count(0)

    def row(self, text: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=text)

    def save(self) -> None:
        """Save, and wait until the console says that it is done: not what it said of an earlier time."""
        expect(self.page.locator(".notices[role=status]")).to_be_empty(timeout=10_000)
        self.button("Save").click()
        self.told("Saved")

    def told(self, text: str) -> None:
        """Wait until the console says so to everybody, screen readers too."""
        expect(self.page.locator(".notices[role=status]")).to_contain_text(text)

    def violations(self) -> list[str]:
        """What axe finds wrong with what is shown now."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{self.page.url} {each['id']}: {node['html'][:200]} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def close(self) -> None:
        self.context.close()
