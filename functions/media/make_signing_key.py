"""Makes a key pair that signs media URLs, once: a custom resource of CloudFormation."""

import json
import urllib.request
from typing import Any

from parley.media.delivery import signing_key
from parley.observability import logger

from aws_lambda_powertools.utilities.typing import LambdaContext

ANSWER_SECONDS = 10


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Make the pair, or find it; when the stack goes, the secret goes with it. CloudFormation waits for the answer."""
    status, reason, data = "SUCCESS", "", {}
    try:
        if event["RequestType"] != "Delete":
            properties = event["ResourceProperties"]
            data = {"public_key": signing_key.ensure(properties["secret"], properties["name"])}
    except Exception as error:  # noqa: BLE001 - without an answer the deploy would hang for an hour
        logger().exception("no signing key")
        status, reason = "FAILED", f"{type(error).__name__}: see {context.log_stream_name}"
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": status, "Reason": reason, "PhysicalResourceId": "media-signing-key", "Data": data}
    request = urllib.request.Request(  # noqa: S310 - CloudFormation's own address
        event["ResponseURL"], json.dumps(answer).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310 - as above
        pass
