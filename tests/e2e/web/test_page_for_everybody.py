"""The page by keyboard, for screen readers, in both themes and both directions, and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def square(people: World) -> str:
    """A conversation with something of everything in it."""
    place = people.group("Ada", "Ben", "Cleo", name="Square")
    first = people.say("Ben", place, "Who has the key? https://example.com/keys")
    people.call("Cleo", "POST", f"/v1/messages/{first['id']}/reactions", reaction="👀")
    people.say("Cleo", place, "Ask in the thread", parent_id=first["id"])
    people.call("Ada", "PUT", f"/v1/messages/{first['id']}/pin")
    people.say("Ada", place, "I have it", quoted_message_id=first["id"])
    gone = people.say("Ben", place, "Never mind")
    people.call("Ben", "DELETE", f"/v1/messages/{gone['id']}")
    return place


@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), ("dark", "ar")])
def test_every_view_is_accessible(people: World, square: str, sit: Sit, theme: str, lang: str) -> None:
    """By axe, in light and dark, from left to right and from right to left."""
    ada = sit("Ada", lang=lang, theme=theme, reduced_motion="reduce")
    words = {
        "en": ("Search messages", "New conversation", "Pinned messages", "Members", "Attach files", "More"),
        "ar": ("ابحث في الرسائل", "محادثة جديدة", "الرسائل المثبتة", "الأعضاء", "إرفاق ملفات", "المزيد"),
    }[lang]
    search, new, pins, members, attach, more = words
    found: dict[str, list[str]] = {}

    def look(view: str) -> None:
        if wrong := ada.violations():
            found[view] = wrong

    expect(ada.page.locator(".entry")).to_have_count(1, timeout=PATIENCE_MS)
    look("list")
    ada.page.locator(".entry").click()
    ada.sees("I have it")
    look("conversation")
    ada.message("I have it").focus()
    ada.message("I have it").get_by_role("button", name=more).click()
    look("menu")
    ada.page.keyboard.press("Escape")
    for name, view in ((pins, "pins"), (members, "members")):
        ada.page.get_by_role("button", name=name, exact=True).click()
        expect(ada.page.locator(":is(.hit, .person)").first).to_be_visible(timeout=PATIENCE_MS)
        look(view)
    ada.page.get_by_role("button", name=search).click()
    ada.page.locator(".search input").fill("key")
    look("search")
    ada.page.keyboard.press("Escape")
    ada.page.locator(".replies").click()
    expect(ada.page.get_by_role("article").filter(has_text="Ask in the thread")).to_be_visible(timeout=PATIENCE_MS)
    look("thread")
    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("button", name=new).click()
    look("new conversation")
    ada.page.keyboard.press("Escape")
    ada.page.locator("input[type=file]").first.set_input_files([PIXEL])
    expect(ada.page.get_by_role("button", name=attach)).to_be_visible()
    expect(ada.page.locator('.attached [data-status="ready"]')).to_be_visible(timeout=PATIENCE_MS)
    look("attached file")
    ada.page.locator(".send").click()
    ada.log.locator(".picture").click(timeout=PATIENCE_MS)
    expect(ada.page.get_by_role("dialog").get_by_role("img")).to_be_visible(timeout=PATIENCE_MS)
    look("image view")
    assert ada.page.evaluate("document.documentElement.dir") == {"en": "ltr", "ar": "rtl"}[lang]
    assert found == {}


PIXEL: FilePayload = {
    "name": "dot.png",
    "mimeType": "image/png",
    "buffer": bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    ),
}


def test_a_conversation_is_picked_answered_and_reacted_to_by_keyboard(people: World, square: str, sit: Sit) -> None:
    ada = sit("Ada")
    keyboard = ada.page.keyboard
    expect(ada.page.locator(".entry")).to_have_count(1, timeout=PATIENCE_MS)

    def tab_to(selector: str, key: str = "Tab") -> None:
        for _ in range(60):
            if ada.page.evaluate("selector => !!document.activeElement?.matches(selector)", selector):
                return
            keyboard.press(key)
        raise AssertionError(f"{selector} is not reached")

    tab_to(".entry")
    keyboard.press("Enter")
    ada.sees("I have it")
    tab_to(".composer textarea")
    keyboard.type("By keyboard alone")
    keyboard.press("Enter")
    ada.sees("By keyboard alone")
    expect(ada.page.locator("[data-status]")).to_have_count(0, timeout=PATIENCE_MS)

    tab_to(".message", "Shift+Tab")
    focused = ada.page.locator(".message:focus")
    expect(focused).to_contain_text("I have it")
    keyboard.press("ArrowUp")
    expect(focused).not_to_contain_text("I have it")
    keyboard.press("ArrowDown")
    expect(focused).to_contain_text("I have it")
    keyboard.press("Tab")
    tab_to("[aria-label='React']")
    keyboard.press("Enter")
    chosen = ada.page.get_by_role("dialog", name="React").get_by_role("button", name="👍")
    expect(chosen).to_be_focused(timeout=PATIENCE_MS)
    keyboard.press("ArrowRight")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(ada.message("I have it").get_by_role("button", name="😀, 1, with yours")).to_be_visible(timeout=PATIENCE_MS)


def test_on_a_phone_one_thing_is_shown_at_a_time(people: World, square: str, sit: Sit) -> None:
    ada = sit("Ada", **PHONE)
    page = ada.page
    entry = page.locator(".entry")
    expect(entry).to_have_count(1, timeout=PATIENCE_MS)
    entry.tap()
    ada.sees("I have it")
    expect(entry).to_be_hidden()
    page.locator(".replies").tap()
    expect(page.get_by_role("region", name="Thread")).to_be_visible()
    expect(ada.page.get_by_role("textbox", name="Message Square")).to_be_hidden()
    page.get_by_role("button", name="Close: Thread").tap()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Back to conversations").tap()
    expect(entry).to_be_visible()


def test_language_and_theme_are_chosen_and_kept(people: World, square: str, sit: Sit) -> None:
    ada = sit("Ada")
    ada.page.get_by_role("combobox", name="Language").select_option("ar")
    ada.page.get_by_role("combobox", name="المظهر").select_option("dark")
    root = ada.page.locator("html")
    expect(root).to_have_attribute("dir", "rtl")
    expect(root).to_have_attribute("data-theme", "dark")
    ada.page.goto(ada.address.replace("&lang=en&theme=light", ""))
    expect(root).to_have_attribute("lang", "ar")
    expect(root).to_have_attribute("data-theme", "dark")
    assert ada.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 26)"
