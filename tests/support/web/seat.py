"""One user at one browser: finds what the page shows by role and name, as a screen reader does."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from infrastructure.layers import ROOT
from tests.support.web.served import World

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE_MS = 30_000
"""Functions of the stack start at their first call, on a machine that does other things too."""


class Seat:
    """A browser context of its own, with the page as one user. `problems` are what the page's console called errors."""

    def __init__(
        self,
        browser: Browser,
        world: World,
        name: str,
        *,
        open_first: bool = True,
        lang: str = "en",
        theme: str = "light",
        **context: Any,
    ) -> None:
        self.context: BrowserContext = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | context)
        self.context.set_default_timeout(PATIENCE_MS)
        self.world, self.name = world, name
        self.address = f"{world.url}/?as={world.id(name)}&lang={lang}&theme={theme}"
        self.problems: list[str] = []
        self.page: Page
        if open_first:
            self.open()

    def open(self) -> Page:
        """A new tab with the page."""
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto(self.address)
        return self.page

    def enter(self, conversation: str) -> None:
        """Choose a conversation, and wait for its history."""
        self.page.get_by_role("navigation").get_by_role("button", name=conversation).click()
        expect(self.log).to_have_attribute("aria-busy", "false", timeout=PATIENCE_MS)

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log").first

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message").first

    def write(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def message(self, text: str) -> Locator:
        """The messages that say so themselves, not in what they quote."""
        return self.log.get_by_role("article").filter(has=self.page.locator(".text", has_text=text))

    def texts(self) -> list[str]:
        """What the log shows, in order."""
        return self.log.locator(".message .text").all_inner_texts()

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.message(text)).to_have_count(1, timeout=PATIENCE_MS)

    def act(self, text: str, action: str, item: str | None = None) -> None:
        """Do something to a message by its toolbar, or by an item of the menu that the toolbar opens."""
        self.message(text).focus()
        self.message(text).get_by_role("button", name=action, exact=True).click()
        if item:
            self.page.get_by_role("dialog").get_by_role("button", name=item, exact=True).click()

    def violations(self) -> list[str]:
        """What axe finds wrong with what is shown now."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {node['html'][:200]} {json.dumps([check['message'] for check in node['any'][:1]])}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def picture(self, file: Path) -> None:
        self.page.screenshot(path=file)

    def close(self) -> None:
        self.context.close()
