"""At every deploy: make the templates, indices and aliases that are missing. A custom resource of CloudFormation."""

import json
import urllib.request
from typing import Any

from parley.observability import logger
from parley.search.rebuilding import maintenance

from aws_lambda_powertools.utilities.typing import LambdaContext

ANSWER_SECONDS = 10


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Set up, unless the stack goes: the indices are left alone then. CloudFormation waits for the answer."""
    status, reason = "SUCCESS", ""
    try:
        if event["RequestType"] != "Delete":
            maintenance.set_up()
    except Exception as error:  # noqa: BLE001 - without an answer the deploy would hang for an hour
        logger().exception("set-up failed")
        status, reason = "FAILED", f"{type(error).__name__}: see {context.log_stream_name}"
    _answer(event, status, reason)


def _answer(event: dict[str, Any], status: str, reason: str) -> None:
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": status, "Reason": reason, "PhysicalResourceId": "search-indices"}
    request = urllib.request.Request(  # noqa: S310 - CloudFormation's own address
        event["ResponseURL"], json.dumps(answer).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310 - as above
        pass
