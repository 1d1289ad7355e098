"""Amazon SNS as push uses it: endpoints of platform applications, and one push to one of them.

A push is never tried twice here: after a timeout nobody knows whether it is on its way, and a phone that rings twice is
worse than one that is silent, since the message is there when the app is opened.
"""

import re
from functools import cache
from typing import Any, Literal

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from parley import aws
from parley.errors import Unavailable

CONNECT_SECONDS, READ_SECONDS = 1, 3
CONNECTIONS = 16

_BUSY = frozenset({"Throttled", "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException"})
_UNUSABLE = frozenset({"PlatformApplicationDisabled", "AuthorizationError", "AuthorizationErrorException"})
_SAME_TOKEN = re.compile(r"Endpoint (arn:\S+) already exists with the same Token")
Failure = Literal["gone", "disabled", "busy", "unusable", "refused", "unknown"]
SERVER_ERROR = 500


class SnsFailed(Exception):
    """A call to SNS that did not succeed, by what it means for the device.

    `gone`: there is no such endpoint (or application). `disabled`: the push service has refused the token. `busy`:
    surely not done, may work later. `unusable`: the platform application takes no push at all. `refused`: never will.
    `unknown`: nobody knows whether it was done.
    """

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(f"{failure} {detail}".strip())
        self.failure = failure


@cache
def client() -> Any:
    configuration = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "max_pool_connections": CONNECTIONS,
        "retries": {"mode": "standard", "total_max_attempts": 1},
    }
    return aws.client("sns", configuration)


def create_endpoint(application: str, token: str) -> str:
    """The endpoint of a token: SNS gives the same one whenever it is asked. Enabled, whatever it was. Raises."""
    try:
        return str(_call("create_platform_endpoint", PlatformApplicationArn=application, Token=token)["EndpointArn"])
    except ClientError as error:
        known = _SAME_TOKEN.search(error.response["Error"].get("Message", ""))
        if known is None:
            raise _failed(error) from error
    enable_endpoint(known[1], token)
    return known[1]


def enable_endpoint(arn: str, token: str) -> None:
    """Give an endpoint this token, and let it be pushed to again. Raises."""
    try:
        _call("set_endpoint_attributes", EndpointArn=arn, Attributes={"Token": token, "Enabled": "true"})
    except ClientError as error:
        raise _failed(error) from error


def publish(arn: str, message: str, attributes: dict[str, Any]) -> None:
    """Push to an endpoint. Raises."""
    try:
        _call("publish", TargetArn=arn, Message=message, MessageStructure="json", MessageAttributes=attributes)
    except ClientError as error:
        raise _failed(error) from error


def copy_to_topic(topic: str, message: str) -> None:
    """Show on a topic what was pushed, in a stage that reaches no phone. Raises."""
    try:
        _call("publish", TopicArn=topic, Message=message)
    except ClientError as error:
        raise _failed(error) from error


def delete_endpoint(arn: str) -> None:
    """Have SNS forget an endpoint; absent is no failure. Raises `Unavailable`."""
    try:
        _call("delete_endpoint", EndpointArn=arn)
    except (ClientError, SnsFailed) as error:
        raise Unavailable("SNS does not forget the device now") from error


def _call(operation: str, **arguments: Any) -> Any:
    try:
        return getattr(client(), operation)(**arguments)
    except NotConnected as error:
        raise SnsFailed("busy", type(error).__name__) from error
    except HTTPClientError as error:
        raise SnsFailed("unknown", type(error).__name__) from error


def _failed(error: ClientError) -> SnsFailed:
    code = str(error.response["Error"].get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _BUSY:
        return SnsFailed("busy", code)
    if code in {"EndpointDisabled", "EndpointDisabledException"}:
        return SnsFailed("disabled", code)
    if code in {"NotFound", "NotFoundException"} or "No endpoint found" in str(error):
        return SnsFailed("gone", code)
    if code in _UNUSABLE:
        return SnsFailed("unusable", code)
    return SnsFailed("unknown" if status >= SERVER_ERROR else "refused", code)
