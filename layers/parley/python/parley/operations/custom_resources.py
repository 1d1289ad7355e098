"""Custom resources of CloudFormation: it calls a function, and waits until an answer is put where it says."""

import json
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from parley.observability import logger

ANSWER_SECONDS = 10


def answer(
    event: Mapping[str, Any], context: LambdaContext, act: Callable[[], Mapping[str, str] | None], *, physical_id: str
) -> None:
    """Tell CloudFormation what became of `act`, with the attributes that it returns.

    A failure is an answer too: without one the deploy would hang for an hour.
    """
    status, reason, data = "SUCCESS", "", None
    try:
        data = act()
    except Exception as error:  # noqa: BLE001 - as above
        logger().exception("custom resource failed")
        status, reason = "FAILED", f"{type(error).__name__}: see {context.log_stream_name}"
    told = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    told |= {"Status": status, "Reason": reason, "PhysicalResourceId": physical_id, "Data": data or {}}
    request = urllib.request.Request(  # noqa: S310 - CloudFormation's own address
        event["ResponseURL"], json.dumps(told).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310 - as above
        pass
