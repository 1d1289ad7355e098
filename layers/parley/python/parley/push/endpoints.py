"""A device's endpoint in SNS: made at its first push, given the device's new token, made again where SNS lost it.

SNS disables an endpoint whose token the push service refuses. Where the app has registered the token since the endpoint
was last enabled, the token holds again and the endpoint is enabled, once; otherwise the device is no more.
"""

from dataclasses import replace

from parley import clock
from parley.errors import Unavailable
from parley.observability import logger
from parley.push import devices, sns
from parley.push.items import DeviceEntry, Endpoint, User
from parley.push.sns import SnsFailed


def push(user: User, device: DeviceEntry, application: str, message: str, attributes: dict[str, object]) -> str:
    """Push to a device; the endpoint's ARN. Raises `SnsFailed`: `disabled` where the device's token is refused."""
    endpoint = _current(user, device, application)
    try:
        sns.publish(endpoint.arn, message, attributes)
    except SnsFailed as failed:
        if failed.failure == "gone":
            endpoint = _make(user, device, application)
        elif failed.failure == "disabled" and device.registered_at > endpoint.enabled_at:
            endpoint = _enable(user, device, endpoint)
        else:
            raise
        sns.publish(endpoint.arn, message, attributes)
    return endpoint.arn


def _current(user: User, device: DeviceEntry, application: str) -> Endpoint:
    """The endpoint that the device has, with the token that it has now."""
    endpoint = device.endpoint
    if endpoint is None or endpoint.application != application:
        return _make(user, device, application)
    if endpoint.digest == device.digest:
        return endpoint
    try:
        return _enable(user, device, endpoint)
    except SnsFailed as failed:
        if failed.failure not in {"gone", "refused"}:
            raise
        return _make(user, device, application)  # gone, or another endpoint has the token


def _make(user: User, device: DeviceEntry, application: str) -> Endpoint:
    try:
        arn = sns.create_endpoint(application, device.token)
    except SnsFailed as failed:
        if failed.failure == "refused":  # what is no token of the platform's
            raise SnsFailed("disabled", str(failed)) from failed
        raise
    return _note(user, device, Endpoint(arn, application, device.digest, clock.now_ms()))


def _enable(user: User, device: DeviceEntry, endpoint: Endpoint) -> Endpoint:
    sns.enable_endpoint(endpoint.arn, device.token)
    return _note(user, device, replace(endpoint, digest=device.digest, enabled_at=clock.now_ms()))


def _note(user: User, device: DeviceEntry, endpoint: Endpoint) -> Endpoint:
    """Keep the endpoint. Where the device is gone or has another token by now, nobody is pushed to."""
    if devices.note_endpoint(*user, device, endpoint):
        return endpoint
    try:
        sns.delete_endpoint(endpoint.arn)
    except Unavailable:
        logger().warning("endpoint left behind", extra={"endpoint": endpoint.arn})
    raise SnsFailed("refused", "the device has left")
