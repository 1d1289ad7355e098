"""GET /v1/media/{id}, /v1/download/{id}[/signed], /v1/stream/{id}, /v1/media/{id}/downloads; DELETE /v1/media/{id}."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from parley import clock
from parley.media import storage
from parley.media.delivery import signed_urls
from parley.tables.rate_limits import SLICES
from tests.support.aws.distribution import distribution
from tests.support.aws.gateway import Answer
from tests.support.clients import samples
from tests.support.clients.corpus import CASES as KINDS
from tests.support.clients.drawings import svg
from tests.support.clients.uploading import checked, send, start
from tests.support.clients.variants import VARIANTS
from tests.support.people.people import Person, Workspace


def _share(owner: Person, conversation_id: str, body: bytes = b"hello", content_type: str = "text/plain") -> str:
    media_id = str(checked(owner, body, content_type)["id"])
    sent = owner.send(conversation_id, "look", attachments=[media_id])
    assert sent.status == 201, sent.text
    return media_id


def test_members_of_the_conversation_see_a_file_and_nobody_else(
    alice: Person, bob: Person, carol: Person, mallory: Person, general: str
) -> None:
    media_id = _share(alice, general)
    for person in (alice, bob):
        for path in (f"/v1/media/{media_id}", f"/v1/download/{media_id}/signed"):
            assert person.get(path).status == 200
    for path in (
        "/v1/media/{}",
        "/v1/download/{}",
        "/v1/download/{}/signed",
        "/v1/stream/{}",
        "/v1/media/{}/downloads",
    ):
        answers = [person.get(path.format(each)) for person in (carol, mallory) for each in (media_id, "0" * 26)]
        assert {(answer.status, answer.code) for answer in answers} == {(404, "media_not_found")}
        documents = [{k: v for k, v in a.body.items() if k not in {"request_id", "instance"}} for a in answers]
        assert all(document == documents[0] for document in documents)
    assert carol.delete(f"/v1/media/{media_id}").status == mallory.delete(f"/v1/media/{media_id}").status == 404


def test_a_removed_member_sees_a_file_no_longer(alice: Person, bob: Person, general: str) -> None:
    media_id = _share(alice, general)
    assert bob.get(f"/v1/media/{media_id}").status == 200
    assert alice.delete(f"/v1/conversations/{general}/members/bob").status in {200, 204}
    assert bob.get(f"/v1/media/{media_id}").status == 404
    assert bob.get(f"/v1/download/{media_id}").status == 404


def test_a_member_who_may_not_see_the_message_does_not_see_its_file(alice: Person, carol: Person) -> None:
    conversation_id = alice.open_group(name="private past", history="joined")
    media_id = _share(alice, conversation_id)
    assert alice.post(f"/v1/conversations/{conversation_id}/members", {"user_ids": ["carol"]}).status == 200
    assert carol.get(f"/v1/media/{media_id}").status == 404
    later = _share(alice, conversation_id)
    assert carol.get(f"/v1/media/{later}").status == 200


def test_who_has_cleared_the_history_does_not_see_its_files(alice: Person, bob: Person, general: str) -> None:
    media_id = _share(alice, general)
    assert bob.get(f"/v1/media/{media_id}").status == 200
    bob.post(f"/v1/conversations/{general}/clear")
    assert [bob.get(f"/v1/{path}/{media_id}").status for path in ("media", "download")] == [404, 404]
    assert alice.get(f"/v1/media/{media_id}").status == 200


def test_a_shown_reply_to_what_one_does_not_see_shows_its_file(alice: Person, bob: Person, general: str) -> None:
    root = alice.send(general, "old")["id"]
    bob.post(f"/v1/conversations/{general}/clear")
    shown, alone = (str(checked(alice, b"hello", "text/plain")["id"]) for _ in range(2))
    for media_id in (shown, alone):
        reply = {"parent_id": root, "show_in_conversation": media_id == shown}
        assert alice.send(general, "look", attachments=[media_id], **reply).status == 201
    assert [bob.get(f"/v1/media/{media_id}").status for media_id in (shown, alone)] == [200, 404]
    items = [{"media_id": media_id} for media_id in (shown, alone)]
    signed = bob.post("/v1/download/signed", {"items": items})["data"]
    assert [each["code"] for each in signed] == [None, "media_not_found"]
    bob.post(f"/v1/conversations/{general}/clear")
    assert bob.get(f"/v1/media/{shown}").status == 404


def test_a_download_is_redirected_and_recorded(alice: Person, bob: Person, general: str) -> None:
    media_id = _share(alice, general)
    answer = bob.get(f"/v1/download/{media_id}")
    assert (answer.status, answer.headers["Cache-Control"]) == (302, "no-store")
    fetched = send("GET", str(answer.headers["Location"]))
    assert (fetched.status, fetched.body) == (200, b"hello")
    assert fetched.headers["content-disposition"] == 'attachment; filename="notes.txt"'
    assert fetched.headers["content-type"] == "text/plain; charset=utf-8"
    assert "immutable" in fetched.headers["cache-control"]
    bob.get(f"/v1/download/{media_id}")
    listed = alice.get(f"/v1/media/{media_id}/downloads")
    assert [(each["user_id"], each["variant"], each["bytes_expected"]) for each in listed["data"]] == [
        ("bob", "original", 5)
    ]
    assert bob.get(f"/v1/media/{media_id}/downloads").status == 404


def test_downloads_are_paged_newest_first(alice: Person, monkeypatch: pytest.MonkeyPatch, acme: Workspace) -> None:
    media_id = str(checked(alice, samples.picture("PNG"), "image/png")["id"])
    now = clock.now_ms()
    for number, variant in enumerate(("original", "thumb_128", "thumb_256")):
        monkeypatch.setattr(clock, "now_ms", lambda at=now + number * 600_000: at)
        assert alice.get(f"/v1/download/{media_id}/signed", variant=variant).status == 200
    first = acme.server.get(f"/v1/media/{media_id}/downloads", limit=2)
    assert [each["variant"] for each in first["data"]] == ["thumb_256", "thumb_128"]
    second = acme.server.get(f"/v1/media/{media_id}/downloads", limit=2, cursor=first["next_cursor"])
    assert [each["variant"] for each in second["data"]] == ["original"]
    assert second["next_cursor"] is None
    monkeypatch.setattr(clock, "now_ms", lambda: now + 91 * 24 * 3600_000)
    gone = acme.server.get(f"/v1/media/{media_id}/downloads", limit=1)
    assert (gone["data"], gone["next_cursor"]) == ([], None)


def test_a_signed_url_opens_its_object_alone_until_it_expires(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    media_id = str(checked(alice, samples.picture("PNG"), "image/png")["id"])
    signed = alice.get(f"/v1/download/{media_id}/signed", ttl=60, variant="thumb_128")
    assert send("GET", signed["url"]).status == 200
    assert send("GET", signed["url"].replace("thumb_128", "original")).status == 403
    assert send("GET", signed["url"].replace("inline", "attachment")).status == 403
    assert send("GET", signed["url"].split("?")[0] + "?").status in {200, 403}  # private in AWS, see the stack's tests
    item_key = urlsplit(signed["url"]).path.partition("/media/")[2]
    short = storage.sign_get(f"media/{item_key}", 1)
    time.sleep(2.1)
    assert send("GET", short.url).status == 403
    lasts = clock.from_datetime(clock.to_datetime(clock.now_ms())) + 60_000
    assert signed["expires_at"] <= clock.to_rfc3339(clock.to_datetime(lasts))
    for ttl in (59, 86_401):
        assert alice.get(f"/v1/download/{media_id}/signed", ttl=ttl).status == 422
    assert alice.get(f"/v1/download/{media_id}/signed", variant="poster").code == "variant_not_found"
    assert alice.get(f"/v1/download/{media_id}/signed", variant="../secret").status == 422


def test_a_stream_honours_ranges(alice: Person, tmp_path_factory: pytest.TempPathFactory) -> None:
    body = samples.video(tmp_path_factory.mktemp("v") / "v.webm")
    media_id = str(checked(alice, body, "video/webm", filename="film.webm")["id"])
    answer = alice.get(f"/v1/stream/{media_id}")
    assert answer.status == 307
    url = str(answer.headers["Location"])
    whole = send("GET", url)
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-disposition"] == 'inline; filename="film.webm"'
    etag = whole.headers["etag"]
    for asked, expected, shown in [
        ("bytes=0-99", body[:100], f"bytes 0-99/{len(body)}"),
        ("bytes=-50", body[-50:], f"bytes {len(body) - 50}-{len(body) - 1}/{len(body)}"),
        (f"bytes={len(body) - 5}-", body[-5:], f"bytes {len(body) - 5}-{len(body) - 1}/{len(body)}"),
    ]:
        part = send("GET", url, headers={"Range": asked})
        assert (part.status, part.body, part.headers["content-range"]) == (206, expected, shown)
    assert send("GET", url, headers={"Range": f"bytes={len(body)}-"}).status == 416
    assert send("GET", url, headers={"Range": "bytes=0-9", "If-Range": etag}).status == 206
    assert send("GET", url, headers={"If-None-Match": etag}).status == 304
    assert send("GET", url, headers={"Range": "bytes=0-9", "If-Match": etag}).status == 206
    assert send("GET", url, headers={"Range": "bytes=0-9", "If-Match": '"other"'}).status == 412


def test_a_redirect_leaves_range_and_if_range_to_whoever_delivers(alice: Person) -> None:
    """Neither emulator honours a stale `If-Range`; S3 and CloudFront do, as long as no signature binds the header."""
    urls = []
    for body in (b"first", b"other"):
        media_id = str(checked(alice, body, "text/plain")["id"])
        first, again = (str(alice.get(f"/v1/stream/{media_id}").headers["Location"]) for _ in range(2))
        query = {name.lower(): values for name, values in parse_qs(urlsplit(first).query).items()}
        assert query["x-amz-signedheaders"] == ["host"]
        assert not {"range", "if-range"} & set(query)
        assert urlsplit(again).path == urlsplit(first).path
        urls.append(first)
    tags = [send("GET", url).headers["etag"] for url in urls]
    assert tags[0] != tags[1], "a validator tells one content from another"
    resumed = send("GET", urls[0], headers={"Range": "bytes=2-", "If-Range": tags[0]})
    assert (resumed.status, resumed.body) == (206, b"rst")


def test_what_could_run_as_a_page_is_only_ever_an_attachment(alice: Person) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    for body, content_type in [(svg, "image/svg+xml"), (b"<html></html>", "text/html")]:
        media_id = str(checked(alice, body, content_type, filename="page")["id"])
        url = str(alice.get(f"/v1/stream/{media_id}").headers["Location"])
        assert send("GET", url).headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("a.txt", 'attachment; filename="a.txt"'),
        ("naïve file.txt", "attachment; filename=\"na_ve file.txt\"; filename*=UTF-8''na%C3%AFve%20file.txt"),
        ('say "hi".txt', "attachment; filename=\"say 'hi'.txt\"; filename*=UTF-8''say%20%22hi%22.txt"),
        ("日本.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.pdf"),
        ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ("a;b=c.txt", 'attachment; filename="a;b=c.txt"'),
    ],
)
def test_any_filename_makes_a_safe_header(filename: str, header: str) -> None:
    assert signed_urls.content_disposition("attachment", filename) == header


def test_byte_budgets_refuse_what_exceeds_them(acme: Workspace) -> None:
    workspace = Workspace(acme.tenant_id, {"user_egress_bytes_per_day": 12})
    alice = workspace.person("alice")
    first, second, third = (str(checked(alice, body, "text/plain")["id"]) for body in (b"12345", b"67890", b"abcde"))
    assert alice.get(f"/v1/download/{first}").status == 302
    assert alice.get(f"/v1/download/{first}").status == 302  # the same download within ten minutes
    assert alice.get(f"/v1/download/{second}").status == 302
    refused = alice.get(f"/v1/download/{third}")
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400 + 86_400 // SLICES
    assert alice.get(f"/v1/download/{third}").status == 429
    assert alice.get(f"/v1/media/{third}/downloads")["data"] == []


def test_a_tenant_has_a_byte_budget_for_all_its_users(acme: Workspace) -> None:
    workspace = Workspace(acme.tenant_id, {"egress_bytes_per_day": 9})
    media_ids = [(person, str(checked(person, b"12345", "text/plain")["id"])) for person in map(workspace.person, "ab")]
    assert [person.get(f"/v1/download/{media_id}").status for person, media_id in media_ids] == [302, 429]


def test_a_deleted_file_is_gone(alice: Person, bob: Person, general: str) -> None:
    media_id = _share(alice, general)
    url = bob.get(f"/v1/download/{media_id}/signed")["url"]
    assert alice.delete(f"/v1/media/{media_id}").status == 204
    assert send("GET", url).status == 404
    assert {person.get(f"/v1/media/{media_id}").status for person in (alice, bob)} == {404}


def test_the_tenants_back_end_deletes_and_lists_as_itself(alice: Person, acme: Workspace, globex: Workspace) -> None:
    media_id = str(checked(alice, b"x", "text/plain")["id"])
    assert globex.server.delete(f"/v1/media/{media_id}").status == 404
    assert acme.server.get(f"/v1/media/{media_id}/downloads").status == 200
    assert acme.server.delete(f"/v1/media/{media_id}").status == 204


def test_cloudfront_urls_are_signed_for_one_object_and_disposition(alice: Person) -> None:
    media_id = str(checked(alice, b"hello", "text/plain", filename="ä.txt")["id"])
    other = str(checked(alice, b"other", "text/plain")["id"])
    with distribution() as address:
        signed, foreign = (alice.get(f"/v1/download/{each}/signed", ttl=600) for each in (media_id, other))
        url = str(signed["url"])
        assert url.startswith(f"{address}/media/{alice.tenant_id}/{media_id}/")
        reply = send("GET", url)
        assert (reply.status, reply.body) == (200, b"hello")
        assert reply.headers["content-disposition"] == "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%A4.txt"
        for changed in (
            url.replace("attachment", "inline"),
            url.replace(urlsplit(url).path, urlsplit(str(foreign["url"])).path),
            re.sub(r"Expires=(\d+)", lambda found: f"Expires={int(found[1]) + 1}", url),
            url.partition("&Expires")[0],
        ):
            assert changed != url
            assert send("GET", changed).status == 403
    ends = int(parse_qs(urlsplit(url).query)["Expires"][0])
    assert clock.to_rfc3339(clock.to_datetime(ends * 1000)) == signed["expires_at"]


def test_a_file_that_is_uploading_is_shown_to_its_owner(alice: Person) -> None:
    media_id = start(alice, b"x")["media_id"]
    assert alice.get(f"/v1/media/{media_id}")["status"] == "uploading"
    assert alice.get(f"/v1/download/{media_id}").code == "media_not_ready"


def test_an_issued_download_costs_three_reads_and_three_writes(alice: Person, bob: Person, general: str) -> None:
    media_id = _share(alice, general)
    issued = bob.get(f"/v1/download/{media_id}")
    assert sorted(issued.calls.operations) == [
        "BatchGetItem", "BatchGetItem", "PutItem", "Query", "UpdateItem", "UpdateItem",
    ]  # fmt: skip


def test_an_original_is_shown_in_place_where_its_type_is_safe(alice: Person) -> None:
    picture = str(checked(alice, samples.picture("PNG"), "image/png")["id"])
    table = str(checked(alice, b"a,b", "text/csv")["id"])
    bitmap = str(checked(alice, VARIANTS["bitmap in runs"].make(), "image/bmp")["id"])
    broken = str(checked(alice, VARIANTS["jpeg of 12 bits"].make(), "image/jpeg")["id"])
    film = str(checked(alice, KINDS["broken mp4"].make(), "video/mp4")["id"])
    document = str(checked(alice, KINDS["broken pdf"].make(), "application/pdf")["id"])
    drawing = str(checked(alice, svg("<rect/>"), "image/svg+xml")["id"])
    for media_id, asked, given in [
        (picture, {"disposition": "inline"}, "inline"),
        (picture, {"disposition": "attachment"}, "attachment"),
        (picture, {}, "attachment"),
        (picture, {"variant": "thumb_128"}, "inline"),
        (picture, {"variant": "thumb_128", "disposition": "attachment"}, "attachment"),
        (bitmap, {"disposition": "inline"}, "inline"),
        (broken, {"disposition": "inline"}, "inline"),
        (film, {"disposition": "inline"}, "inline"),
        (table, {"disposition": "inline"}, "attachment"),
        (document, {"disposition": "inline"}, "attachment"),
        (drawing, {"disposition": "inline"}, "attachment"),
    ]:
        signed = alice.get(f"/v1/download/{media_id}/signed", **asked)
        assert (signed.status, signed["disposition"]) == (200, given)
        assert send("GET", signed["url"]).headers["content-disposition"].startswith(f"{given};")
    assert alice.get(f"/v1/download/{picture}/signed", disposition="form-data").status == 422


def _sign(person: Person, *items: dict[str, str], **fields: int) -> Answer:
    return person.post("/v1/download/signed", {"items": items, **fields})


def test_the_files_of_a_page_of_messages_are_signed_in_one_call(
    alice: Person, bob: Person, carol: Person, mallory: Person, general: str
) -> None:
    shared = _share(alice, general)
    own = str(checked(bob, samples.picture("PNG"), "image/png")["id"])
    hidden = str(checked(alice, b"hidden", "text/plain")["id"])
    uploading = str(start(bob, b"x")["media_id"])
    rejected = str(checked(bob, b"no picture", "image/png")["id"])
    wanted = [
        {"media_id": shared, "disposition": "inline"},
        {"media_id": own, "variant": "thumb_256"},
        {"media_id": own, "variant": "poster"},
        {"media_id": hidden},
        {"media_id": uploading},
        {"media_id": rejected},
        {"media_id": "0" * 26},
        {"media_id": "a#b"},
        {"media_id": shared, "disposition": "inline"},
    ]
    answer = _sign(bob, *wanted, ttl=600)
    assert answer.status == 200, answer.text
    assert [(each["media_id"], each["variant"]) for each in answer["data"]] == [
        (each["media_id"], each.get("variant", "original")) for each in wanted
    ]
    assert [each["code"] for each in answer["data"]] == [
        None, None, "variant_not_found", "media_not_found", "media_not_ready", "media_rejected", "media_not_found",
        "media_not_found", None,
    ]  # fmt: skip
    assert [each["retryable"] for each in answer["data"]].count(True) == 1
    first, second, again = (answer["data"][number]["signed"] for number in (0, 1, 8))
    assert again["url"].split("?")[0] == first["url"].split("?")[0]
    assert send("GET", first["url"]).body == b"hello"
    assert send("GET", second["url"]).headers["content-type"] == "image/webp"
    assert len(alice.get(f"/v1/media/{shared}/downloads")["data"]) == 1
    for person in (carol, mallory):
        codes = {each["code"] for each in _sign(person, *wanted)["data"]}
        assert codes == {"media_not_found"}
    assert bob.get(f"/v1/download/{shared}/signed", ttl=600, disposition="inline").status == 200
    assert len(alice.get(f"/v1/media/{shared}/downloads")["data"]) == 1, "the same download"


def test_a_batch_is_bounded_and_its_input_named(alice: Person) -> None:
    for body, pointer in [
        ({"items": []}, "/items"),
        ({"items": [{"media_id": "x"}] * 101}, "/items"),
        ({"items": [{"media_id": "x", "variant": "../secret"}]}, "/items/0/variant"),
        ({"items": [{"media_id": "x"}], "ttl": 59}, "/ttl"),
        ({"items": [{"media_id": "x"}], "ttl": 86_401}, "/ttl"),
    ]:
        refused = alice.post("/v1/download/signed", body)
        assert (refused.status, refused["errors"][0]["pointer"]) == (422, pointer)
    assert _sign(alice, *[{"media_id": "x"}] * 100).status == 200


def test_a_batch_reads_what_its_files_have_in_common_once(alice: Person, bob: Person, general: str) -> None:
    media_ids = [str(checked(alice, b"file %d" % number, "text/plain")["id"]) for number in range(6)]
    alice.send(general, attachments=media_ids)
    operations = sorted(_sign(bob, *({"media_id": each} for each in media_ids)).calls.operations)
    assert operations == [*["BatchGetItem"] * 2, *["PutItem"] * 6, *["Query"] * 6, *["UpdateItem"] * 2]


def test_a_file_of_many_messages_is_found_by_any_of_them(alice: Person, bob: Person) -> None:
    """The first ten messages are looked at together; a file that only a later one shows is looked for on its own."""
    media_id = str(checked(alice, b"popular", "text/plain")["id"])
    for number in range(11):
        alice.send(alice.open_group(name=f"private {number}"), attachments=[media_id])
    assert _sign(bob, {"media_id": media_id})["data"][0]["code"] == "media_not_found"
    alice.send(alice.open_group(bob), attachments=[media_id])
    assert _sign(bob, {"media_id": media_id})["data"][0]["code"] is None


def test_a_batch_that_the_budget_does_not_hold_signs_and_charges_nothing(acme: Workspace) -> None:
    alice = Workspace(acme.tenant_id, {"user_egress_bytes_per_day": 12}).person("alice")
    media_ids = [str(checked(alice, body, "text/plain")["id"]) for body in (b"12345", b"67890", b"abcde")]
    assert alice.get(f"/v1/download/{media_ids[0]}").status == 302
    refused = _sign(alice, *({"media_id": each} for each in media_ids[1:]))
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert "RateLimit" in refused.headers
    assert alice.get(f"/v1/media/{media_ids[1]}/downloads")["data"] == []
    assert _sign(alice, {"media_id": media_ids[1]}).status == 200


def test_every_answer_about_a_download_tells_what_is_left(alice: Person, bob: Person, general: str) -> None:
    media_id = _share(alice, general)
    for path, status in [
        ("/v1/media/{}", 200),
        ("/v1/download/{}", 302),
        ("/v1/download/{}/signed", 200),
        ("/v1/stream/{}", 307),
    ]:
        for asked, expected in ((media_id, status), ("0" * 26, 404)):
            answer = bob.get(path.format(asked))
            assert answer.status == expected
            assert str(answer.headers["RateLimit"]).startswith('"reads";r=')
    before, after = (int(_sign(bob, *[{"media_id": media_id}] * 50).headers["X-RateLimit-Remaining"]) for _ in "ab")
    assert before - after == 50, "each file of a batch is a read"
