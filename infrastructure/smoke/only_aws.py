"""What no emulator tells: each is settled by a stage in an account, and says what it was settled to be."""

import os

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from infrastructure.smoke import story
from infrastructure.smoke.report import Failed, NotHere, expect
from infrastructure.smoke.tenant import Scene
from parley_client import Refused
from parley_client.uploads import Uploader, UploadRejected

BEARER = Subprotocol("bearer")
EICAR = ("X5O!P%@AP[4", "\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-", "TEST-FILE!$H+H*")


def transactions_under_leading_keys(scene: Scene) -> str:
    """Every kind of transaction that routes make, with roles whose statements name the key spaces (ADR 57)."""
    ada, other = scene.person("ada"), f"cleo-{os.urandom(3).hex()}"
    scene.server.put_user(other, name="Cleo")
    scene.users.append(other)
    try:
        ada.add_members(scene.conversation, user_ids=[other])
        ada.change_role(scene.conversation, other, role="admin")
        ada.remove_member(scene.conversation, other)
        ada.ban_user(scene.conversation, other)
        ada.unban_user(scene.conversation, other)
        ada.block_user(other)
        ada.unblock_user(other)
        made = scene.operator.create_key(scene.tenant_id, algorithm="HS256")
        scene.operator.delete_key(scene.tenant_id, made["kid"], overlap_seconds=0)
    except Refused as refused:
        raise Failed(f"{refused}: see the function's log for AccessDenied (request {refused.request_id})") from refused
    _only_aws(scene, "the transactions go through; whether IAM allows them is AWS's to tell")
    return "IAM allows the transactions of every kind"


def subprotocol_is_echoed(scene: Scene) -> str:
    """The token comes as a subprotocol, and the answer names the one that was taken: else browsers hang up."""
    try:
        token = Subprotocol(scene.token("ben"))
        with connect(scene.stage.socket_url, subprotocols=[BEARER, token], open_timeout=30, proxy=None) as socket:
            echoed = socket.subprotocol
    except WebSocketException as refused:
        raise Failed(f"a token as a subprotocol opens no socket: {refused}") from refused
    _only_aws(scene, f"the socket opens, and echoes {echoed or 'nothing'}; MiniStack never returns one")
    expect(echoed == BEARER, f"it echoes {echoed!r}")
    return "bearer"


def ranges_by_cloudfront(scene: Scene) -> str:
    _only_aws(scene, "S3's stand-in delivers; CloudFront's ranges are AWS's to tell")
    answer = story.fetch_range(scene)
    way = answer.headers.get("Via", "")
    expect("cloudfront" in way.lower(), f"it does not come by CloudFront: {way or 'no Via'}")
    return f"206 by {way}, {answer.headers.get('X-Cache', '')}"


def malware_is_found(scene: Scene) -> str:
    """By the test file that every scanner takes for malware, put together here so that no scanner minds this one."""
    _only_aws(scene, "the stage has no scanner; GuardDuty is AWS's")
    path = scene.folder / "eicar.txt"
    path.write_text("".join(EICAR))
    try:
        Uploader(scene.person("ada"), verdict_seconds=story.JOB_SECONDS).upload(path, "text/plain")
    except UploadRejected as rejected:
        return f"rejected: {rejected.reason}"
    raise Failed("GuardDuty let the EICAR test file through")


def changes_by_kafka(scene: Scene) -> str:
    """With `-c stream=msk` all that was told above came by MSK: publisher, topics, mappings."""
    if not scene.stage.uses_kafka:
        raise NotHere("the stage streams by Kinesis; deploy one with -c stream=msk to settle MSK")
    return story.hear_on_a_socket(scene)


def _only_aws(scene: Scene, otherwise: str) -> None:
    if not scene.stage.is_aws:
        raise NotHere(otherwise)
