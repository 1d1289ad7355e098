"""DynamoDB's data plane over a pool of HTTPS connections: botocore's calls and errors at a third of its CPU time.

A call of botocore spends most of its time on hooks, endpoint rules, user-agent strings and on parsing by a model of the
service. Here a request is JSON, signed with a key that is kept for the day, and an answer is `json.loads`. What a
caller passes, gets and catches is what botocore's client takes, gives and raises; what that does beyond the calls
below (tables, exports) is left to it. `PARLEY_DYNAMODB_CLIENT=boto3` switches back.
"""

import json
import os
import random
import threading
import time
import uuid
import zlib
from collections.abc import Mapping
from email.utils import mktime_tz, parsedate_tz
from typing import Any, Final
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError

from parley import invocation, pools
from parley.observability import dynamodb_calls
from parley.tables import answers, credentials
from parley.tables.signing import Signer

CONNECT_TIMEOUT_SECONDS: Final = 1.0
READ_TIMEOUT_SECONDS: Final = 3.0
"""Well below the gateway's 29 s, so that a retry still fits."""
ATTEMPTS: Final = 3
WAIT_SECONDS: Final = 0.05
"""The longest first wait before another try; it doubles."""
IDLE_SECONDS: Final = 40
"""A connection that nothing used for longer may have died while the environment slept: none of its age is used."""
MOST_CONNECTIONS: Final = 16
LEAST_SECONDS: Final = 0.2
"""No try is begun when the invocation ends sooner."""
TARGET: Final = "DynamoDB_20120810."
CONTENT_TYPE: Final = "application/x-amz-json-1.0"

_ELSEWHERE = ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "HTTPS_PROXY", "https_proxy", "AWS_DATA_PATH")
"""Settings of botocore that change where requests go: with one of them, botocore makes them."""
_BUSY = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""What botocore's standard mode tries again."""
_ENDED = frozenset({"ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException"})
"""The credentials have ended, or will not do any longer: those that can be asked for anew are, once."""
_OTHER_CLOCK = frozenset({"RequestTimeTooSkewed", "RequestExpired", "InvalidSignatureException", "RequestInTheFuture"})
_SKEW_SECONDS = 240
"""From here on a refused signature is put down to our clock. DynamoDB refuses five minutes."""
_OK = 200
_write = json.JSONEncoder(separators=(",", ":"), default=answers.binary).encode


def serves() -> bool:
    """Whether this environment asks for nothing that only botocore does."""
    return os.environ.get("PARLEY_DYNAMODB_CLIENT") != "boto3" and not any(os.environ.get(name) for name in _ELSEWHERE)


def endpoint(region: str) -> str:
    """Where DynamoDB answers."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    named = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or os.environ.get("AWS_ENDPOINT_URL")
    return named or f"https://dynamodb.{region}.{suffix}"


def open_pool(address: str) -> pools.Pool:
    """Connections to the endpoint, verified by the certificates that the SDK brings, or by `AWS_CA_BUNDLE`."""
    return pools.Pool(address, ca_certs=credentials.trusted_authorities(), size=MOST_CONNECTIONS)


class Client:
    """The calls of botocore's DynamoDB client that Parley makes on items."""

    def __init__(self, region: str, source: credentials.Source) -> None:
        self._address = endpoint(region)
        self._host = urlsplit(self._address).netloc
        self._source = source
        self._signer = Signer(region, "dynamodb")
        self._pool = open_pool(self._address)
        self._used_at = time.time()
        self._lock = threading.Lock()
        self._skew = 0.0

    def get_item(self, **parameters: Any) -> dict[str, Any]:
        return self._make_api_call("GetItem", parameters)

    def batch_get_item(self, **parameters: Any) -> dict[str, Any]:
        return self._make_api_call("BatchGetItem", parameters)

    def query(self, **parameters: Any) -> dict[str, Any]:
        return self._make_api_call("Query", parameters)

    def scan(self, **parameters: Any) -> dict[str, Any]:
        return self._make_api_call("Scan", parameters)

    def put_item(self, **parameters: Any) -> dict[str, Any]:
        return self._make_api_call("PutItem", parameters)

    def update_item(self, **parameters: Any) -> dict[str, Any]:
        return self._make_api_call("UpdateItem", parameters)

    def delete_item(self, **parameters: Any) -> dict[str, Any]:
        return self._make_api_call("DeleteItem", parameters)

    def batch_write_item(self, **parameters: Any) -> dict[str, Any]:
        return self._make_api_call("BatchWriteItem", parameters)

    def transact_write_items(self, **parameters: Any) -> dict[str, Any]:
        return self._make_api_call("TransactWriteItems", parameters)

    def _make_api_call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call, up to three times; it has botocore's name, so that what stands between does so for both."""
        if operation == "TransactWriteItems":
            parameters = {"ClientRequestToken": str(uuid.uuid4())} | dict(parameters)
        body = _write(parameters).encode()
        dynamodb_calls.count()
        for attempt in range(ATTEMPTS):
            try:
                return self._try(operation, body, attempt)
            except (ClientError, BotoCoreError) as error:
                wait = self._wait(error, attempt)
                if wait is None or invocation.remaining_seconds() - wait < LEAST_SECONDS:
                    raise
                if attempt + 1 == ATTEMPTS:
                    raise _exhausted(error) from None
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _try(self, operation: str, body: bytes, attempt: int) -> dict[str, Any]:
        try:
            response = self._send(operation, body)
        except pools.RequestFailed as error:
            raise answers.unreached(error, f"{self._address}/") from error
        headers, data = response.headers, response.data
        about = {
            "RequestId": headers.get("x-amzn-requestid"),
            "HTTPStatusCode": response.status,
            "HTTPHeaders": headers,
            "RetryAttempts": attempt,
        }
        if headers.get("x-amz-crc32") not in (None, str(zlib.crc32(data))):
            raise ConnectionClosedError(endpoint_url=f"{self._address}/")
        if response.status == _OK:
            try:
                return {**answers.read(data), "ResponseMetadata": about}
            except ValueError as error:
                raise ConnectionClosedError(endpoint_url=f"{self._address}/") from error
        raise ClientError(answers.refusal(response.status, data, about), operation)  # type: ignore[arg-type]

    def _send(self, operation: str, body: bytes) -> pools.Answer:
        pool, now = self._connections(), time.time()
        signed_with = self._source()
        headers = {
            "content-type": CONTENT_TYPE,
            "host": self._host,
            "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now + self._skew)),
        }
        if signed_with.token:
            headers["x-amz-security-token"] = signed_with.token
        headers["x-amz-target"] = TARGET + operation
        headers["authorization"] = self._signer.authorization(headers, body, signed_with)
        seconds = max(LEAST_SECONDS, min(READ_TIMEOUT_SECONDS, invocation.remaining_seconds()))
        return pool.request(
            "POST", "/", headers=headers, body=body, connect_seconds=CONNECT_TIMEOUT_SECONDS, seconds=seconds
        )

    def _connections(self) -> pools.Pool:
        """The pool, a new one where the old one was not used for long: of threads that find it so, one makes it."""
        with self._lock:
            now = time.time()
            if now - self._used_at > IDLE_SECONDS:
                self._pool.close()
                self._pool = open_pool(self._address)
            self._used_at = now
            return self._pool

    def _wait(self, error: ClientError | BotoCoreError, attempt: int) -> float | None:
        """Seconds to wait before another try: none after a connection that had died, None where a try is in vain."""
        if isinstance(error, credentials.NoCredentials):
            return None
        if isinstance(error, BotoCoreError):
            return 0.0 if isinstance(error, ConnectionClosedError) and not attempt else _jitter(attempt)
        about = error.response["ResponseMetadata"]
        code = error.response["Error"]["Code"]
        if code in _OTHER_CLOCK:
            return 0.0 if self._set_clock(about["HTTPHeaders"].get("date")) else None
        if code in _ENDED:
            return 0.0 if not attempt and credentials.forget(self._source) else None
        return _jitter(attempt) if code in _BUSY or about["HTTPStatusCode"] in answers.FAILED else None

    def _set_clock(self, theirs: str | None) -> bool:
        """Follow the service's clock from now on; whether ours was so wrong that the signature was refused for it."""
        parsed = parsedate_tz(theirs) if theirs else None
        if parsed is None:
            return False
        skew = mktime_tz(parsed) - time.time()
        changed = abs(skew - self._skew) > _SKEW_SECONDS
        if changed:
            self._skew = skew
        return changed


def _exhausted(error: ClientError | BotoCoreError) -> Exception:
    """The error of the last try, which says that it was the last."""
    if not isinstance(error, ClientError):
        return error
    response: Any = error.response
    response["ResponseMetadata"]["MaxAttemptsReached"] = True
    return ClientError(response, error.operation_name)


def _jitter(attempt: int) -> float:
    return random.uniform(0, WAIT_SECONDS * 2**attempt)  # noqa: S311 - jitter, not a secret
