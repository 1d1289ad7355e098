"""Files of forwarded messages: who may fetch them, and until when."""

from parley.media.uploads import sweeping
from tests.support.clients.uploading import checked
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace


def forward(who: Person, message_id: str, conversation_id: str) -> dict[str, object]:
    done = who.post(f"/v1/messages/{message_id}/forward", {"conversation_ids": [conversation_id]})
    assert done.status == 200, done.text
    return dict(done["data"][0]["message"])


def test_who_reads_the_copy_may_fetch_its_files(
    alice: Person, bob: Person, carol: Person, acme: Workspace, general: str, moving_clock: MovingClock
) -> None:
    kept, other = (str(checked(alice, b"hello", "text/plain")["id"]) for _ in range(2))
    sent = alice.send(general, "", attachments=[kept, other])
    place = bob.open_group(carol, name="other")
    assert carol.get(f"/v1/media/{kept}").status == 404
    copy = forward(bob, sent["id"], place)
    assert copy["attachments"] == sent["attachments"]
    assert carol.get(f"/v1/media/{kept}").status == 200
    assert acme.server.delete(f"/v1/messages/{sent['id']}", hard="true").status == 204
    moving_clock.pass_seconds(3600)
    sweeping.sweep()
    assert carol.get(f"/v1/media/{kept}").status == 200
    assert alice.delete(f"/v1/media/{other}").status == 204
    shown = carol.get(f"/v1/messages/{copy['id']}")["attachments"]
    assert [each["status"] for each in shown] == [None, "deleted"]
    again = forward(carol, str(copy["id"]), carol.open_group(name="third"))
    assert again["attachments"] == shown[:1]
    bob.delete(f"/v1/messages/{copy['id']}")
    assert carol.get(f"/v1/media/{kept}").status == 200


def test_a_message_whose_files_are_gone_is_nothing_to_forward(alice: Person, bob: Person, general: str) -> None:
    media_id = str(checked(alice, b"hello", "text/plain")["id"])
    sent = alice.send(general, "", attachments=[media_id])["id"]
    alice.delete(f"/v1/media/{media_id}")
    refused = bob.post(f"/v1/messages/{sent}/forward", {"conversation_ids": [bob.open_group(name="other")]})
    assert (refused.status, refused.code) == (422, "nothing_to_forward")
