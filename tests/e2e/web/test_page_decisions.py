"""What moderators decide in the page: the author is told, appeals, and is told of the answer."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]
OWN = "/v1/users/me/moderation-decisions"


def decide(people: World, message_id: str, *actions: str) -> None:
    path = f"/v1/moderation/cases/{message_id}/decide"
    people.call("Cleo", "POST", path, actions=list(actions), reason="Advertising")


def test_an_author_is_told_of_a_decision_and_appeals(people: World, sit: Sit, tmp_path: Path) -> None:
    room = people.group("Ada", "Ben", "Cleo", name="Market")
    said = people.say("Ben", room, "Cheap watches!")
    ben = sit("Ben")
    ben.enter("Market")
    expect(ben.page.get_by_role("button", name="Decisions of moderators")).to_have_count(0)

    people.call("Ada", "POST", f"/v1/messages/{said['id']}/flag", reason="spam")
    decide(people, said["id"], "delete_message", "warn")
    notice = ben.page.get_by_role("status").filter(has_text="Moderators have decided")
    expect(notice).to_be_visible(timeout=PATIENCE_MS)
    assert ben.violations() == []
    ben.picture(tmp_path / "notice.png")
    notice.get_by_role("button", name="Show").click()
    expect(notice).to_have_count(0)
    panel = ben.page.get_by_role("region", name="Decisions of moderators")
    decision = panel.get_by_role("listitem")
    expect(decision).to_contain_text("Your message was deleted")
    expect(decision).to_contain_text("You were warned")
    expect(decision).to_contain_text("Cheap watches!")
    expect(decision).to_contain_text("Reason: Advertising")

    decision.get_by_role("button", name="Appeal").click()
    dialog = ben.page.get_by_role("dialog", name="Appeal")
    send = dialog.get_by_role("button", name="Send the appeal")
    expect(send).to_be_disabled()
    dialog.get_by_label("Why the decision is wrong").fill("A joke among friends")
    assert ben.violations() == []
    send.click()
    expect(dialog).to_have_count(0, timeout=PATIENCE_MS)
    expect(decision).to_contain_text("nobody has answered yet")
    expect(decision.get_by_role("button", name="Appeal")).to_have_count(0)
    (kept,) = people.call("Ben", "GET", OWN)["data"]
    assert kept["appeal"]["text"] == "A joke among friends"
    expect(ben.page.get_by_role("button", name="Decisions of moderators", exact=True)).to_be_visible()


def test_an_author_is_told_of_an_answer_until_they_have_looked(people: World, sit: Sit, tmp_path: Path) -> None:
    room = people.group("Ada", "Ben", "Cleo", name="Market")
    said = people.say("Ben", room, "Cheap watches!")
    people.call("Ada", "POST", f"/v1/messages/{said['id']}/flag", reason="spam")
    decide(people, said["id"], "warn")
    (kept,) = people.call("Ben", "GET", OWN)["data"]
    people.call("Ben", "POST", f"{OWN}/{kept['id']}/appeal", text="A joke among friends")
    ben = sit("Ben")
    notice = ben.page.get_by_role("status").filter(has_text="Moderators have decided")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)
    answer = f"/v1/moderation/appeals/{people.id('Ben')}/{kept['id']}/answer"
    people.call("Cleo", "POST", answer, outcome="overturned", answer="You were right")
    answered = ben.page.get_by_role("status").filter(has_text="Moderators have answered your appeal")
    expect(answered).to_be_visible(timeout=PATIENCE_MS)
    ben.page.reload()
    expect(answered).to_be_visible(timeout=PATIENCE_MS)
    answered.get_by_role("button", name="Show").click()
    decision = ben.page.get_by_role("region", name="Decisions of moderators").get_by_role("listitem")
    expect(decision).to_contain_text("The decision was overturned")
    expect(decision).to_contain_text("You were right")
    assert ben.violations() == []
    ben.picture(tmp_path / "panel.png")

    ben.page.reload()
    expect(ben.page.get_by_role("button", name="Decisions of moderators")).to_be_visible(timeout=PATIENCE_MS)
    expect(answered).to_have_count(0)
    phone = sit("Ben", lang="ar", theme="dark", viewport={"width": 390, "height": 844})
    phone.page.get_by_role("button", name="عرض").click()
    expect(phone.page.get_by_role("region", name="قرارات المشرفين").get_by_role("listitem")).to_contain_text(
        "نُقض القرار"
    )
    assert phone.violations() == []
    phone.picture(tmp_path / "phone.png")
