"""All checks in their order: each is named, and those after an essential one need what it makes."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from infrastructure.smoke import only_aws, story
from infrastructure.smoke.receiver import listening
from infrastructure.smoke.report import Check, Result, run
from infrastructure.smoke.stage import Stage
from infrastructure.smoke.tenant import Scene
from parley_client import Client

CHECKS: tuple[Check[Scene], ...] = (
    Check("API and its dependencies", story.answers),
    Check("tenant, key, users, token", story.make_tenant, essential=True),
    Check("conversation", story.open_conversation, essential=True),
    Check("send, repeated with one key", story.send_twice_with_one_key),
    Check("read and unread", story.read_and_count),
    Check("event on a socket", story.hear_on_a_socket),
    Check("upload in parts", story.upload_in_parts),
    Check("download by range", story.download_by_range),
    Check("search until found", story.search_until_found),
    Check("webhook", story.deliver_a_webhook),
    Check("replay after a cut socket", story.replay_after_a_cut_socket),
    Check("AWS: transactions under LeadingKeys", only_aws.transactions_under_leading_keys),
    Check("AWS: subprotocol echoed", only_aws.subprotocol_is_echoed),
    Check("AWS: ranges by CloudFront", only_aws.ranges_by_cloudfront),
    Check("AWS: malware found by GuardDuty", only_aws.malware_is_found),
    Check("AWS: changes by MSK", only_aws.changes_by_kafka),
    Check("erasures begin", story.begin_erasures),
    Check("erasures end", story.end_erasures),
    Check("end of the tenant", story.close_tenant),
)


def check(
    stage: Stage, *, webhook_url: str | None = None, webhook_port: int = 0, is_patient: bool = True
) -> Iterator[Result]:
    """The results, one by one. `webhook_url` is a tunnel's address that leads to `webhook_port` of this machine."""
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="parley-smoke-")))
        operator = ends.enter_context(Client(stage.api_url, stage.operator_key))
        reached = webhook_url is not None or not stage.is_aws
        receiver = ends.enter_context(listening(webhook_url, webhook_port)) if reached else None
        scene = Scene(stage, operator, folder, receiver, is_patient=is_patient)
        ends.callback(scene.clients.close)
        yield from run(CHECKS, scene)
