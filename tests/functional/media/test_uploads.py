"""POST /v1/upload, /v1/upload/chunk, /v1/upload/complete, GET /v1/upload/{id}/progress, DELETE /v1/upload/{id}."""

from tests.support.people import Person
from tests.support.uploading import post_form, put_part, start


def test_a_small_file_is_one_post_that_is_bound_to_its_key_type_and_length(alice: Person) -> None:
    body = b"hello, world"
    upload = start(alice, body)
    assert upload.status == 201, upload.text
    assert (upload["method"], upload["status"]) == ("post", "uploading")
    form = upload["post"]
    assert post_form(form, body + b"!").status == 400
    assert post_form(form, body[:-1]).status == 400
    assert post_form(form, body, Content_Type="text/html").status == 403
    assert post_form(form, body, key=form["fields"]["key"] + "x").status == 403
    assert alice.get(f"/v1/upload/{upload['upload_id']}/progress")["bytes_received"] == 0
    assert post_form(form, body).status == 204
    progress = alice.get(f"/v1/upload/{upload['upload_id']}/progress")
    assert (progress["percent"], progress["parts_missing"]) == (100.0, [])
    completed = alice.post("/v1/upload/complete", {"upload_id": upload["upload_id"]})
    assert (completed.status, completed["status"]) == (202, "processing")


def test_a_large_file_is_sent_in_parts_that_are_bound_to_their_length(alice: Person) -> None:
    body = bytes(range(256)) * 4096 * 11
    upload = start(alice, body, "application/zip")
    assert upload.status == 201, upload.text
    assert (upload["method"], upload["part_size"], upload["part_count"]) == ("multipart", 5 * 1024 * 1024, 3)
    upload_id = upload["upload_id"]
    signed = alice.post("/v1/upload/chunk", {"upload_id": upload_id, "part_numbers": [1, 2, 3]})
    assert signed.status == 200, signed.text
    parts = [body[:5242880], body[5242880:10485760], body[10485760:]]
    longer = {**signed["parts"][2], "headers": {}}
    assert put_part(longer, parts[2] + b"x").status == 403
    for number in (3, 1):
        assert put_part(signed["parts"][number - 1], parts[number - 1]).status == 200
    progress = alice.get(f"/v1/upload/{upload_id}/progress")
    assert (progress["parts_received"], progress["parts_missing"]) == ([1, 3], [2])
    early = alice.post("/v1/upload/complete", {"upload_id": upload_id})
    assert (early.status, early.code, early["missing_parts"]) == (409, "parts_missing", [2])
    assert put_part(signed["parts"][1], parts[1]).status == 200
    assert alice.post("/v1/upload/complete", {"upload_id": upload_id}).status == 202
    assert alice.post("/v1/upload/complete", {"upload_id": upload_id}).status == 202
