"""The WebSocket API in this process: real authorizer, real handlers on moto, and sockets that remember their frames.

Only API Gateway itself is played: it opens and closes sockets, and takes frames through its management API.
"""

import importlib
import itertools
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jwt
from botocore.exceptions import ClientError, ReadTimeoutError

from infrastructure.access import Grant
from infrastructure.triggered.realtime import SOCKET_AUTHORIZER, SOCKET_FUNCTIONS, SWEEPER
from infrastructure.triggered.streams import CONSUMERS
from infrastructure.triggered.triggered import Changes, SocketRoutes, Triggered
from infrastructure.uses.realtime import Sockets as SendsFrames
from parley import clock
from parley.identity.items import SigningKeyItem, SigningSecretItem
from parley.realtime.connections import Connection, do_connect
from parley.realtime.frames import FRAME_LIMIT_BYTES
from parley.realtime.token_validity import TokenFacts
from parley.settings import settings
from parley.streams import retries
from parley.tables import dynamodb, keys
from tests.support.aws.answers import check_event, check_socket_answer
from tests.support.aws.aws_calls import Recording, recording
from tests.support.aws.gateway import Context
from tests.support.dynamodb.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.people.people import Person

SECRET = "a secret that is long enough to sign with HS256"
DELIVERING = "deliver_realtime"
"""The effect that sends to sockets."""
METHOD_ARN = "arn:aws:execute-api:us-east-1:000000000000:ws/v1/$connect"
_numbers = itertools.count(1)


class Refused(AssertionError):
    """The gateway did not let a connection in."""


def give_key(tenant_id: str) -> str:
    """Make the tenant and a signing key of it exist; the key's id."""
    kid, now = f"{tenant_id}.main", clock.now_ms()
    tenant = {
        **dynamodb.key((keys.tenant(tenant_id), keys.TENANT_SK)),
        "entity": {"S": "tenant"},
        "settings": {"S": "{}"},
        "version": {"N": "1"},
    }
    sk = keys.signing_key_sk(kid)
    key = SigningKeyItem(pk=keys.tenant(tenant_id), sk=sk, kid=kid, algorithm="HS256", created_at=now)
    secret = SigningSecretItem(pk=keys.secrets(tenant_id), sk=sk, kid=kid, secret=SECRET)
    chat, control = settings().chat_table, settings().control_table
    for table, item in ((chat, key.serialize()), (control, secret.serialize()), (chat, tenant)):
        try:
            dynamodb.put_if_absent(table, item)
        except dynamodb.ConditionFailed:
            continue
    return kid


def token_of(person: Person, *, lasts: int = 3600, **claims: Any) -> str:
    now = clock.now_ms() / 1000
    payload = {"sub": person.user_id, "iat": now, "exp": int(now + lasts), **claims}
    return jwt.encode(payload, SECRET, algorithm="HS256", headers={"kid": give_key(person.tenant_id)})


@dataclass
class Socket:
    """A client's end of a connection. `events` are what it was sent, a frame for each."""

    id: str
    person: Person
    said: dict[str, str]
    gateway: "Sockets"
    frames: list[bytes] = field(default_factory=list)
    is_open: bool = True

    @property
    def events(self) -> list[dict[str, Any]]:
        return [dict(json.loads(frame)) for frame in self.frames]

    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def take(self) -> list[dict[str, Any]]:
        """The events since the last call."""
        events = self.events
        self.frames.clear()
        return events

    def act(self, action: str, **fields: Any) -> dict[str, Any]:
        """Send a client action and give its answer."""
        return self.gateway.act(self, json.dumps({"action": action, **fields}), action)

    def close(self) -> None:
        """Close as a client does: API Gateway tells the function."""
        self.is_open = False
        self.gateway.disconnect(self)

    def vanish(self) -> None:
        """Be gone without anybody being told."""
        self.is_open = False


class Sockets:
    """API Gateway's end of all connections; what `parley.realtime.gateway.client` gives."""

    def __init__(self) -> None:
        self.all: dict[str, Socket] = {}
        self.broken: set[str] = set()
        """Connections whose frames are not taken."""
        self.stuck: set[str] = set()
        """Connections that cannot be closed either."""
        self.slow: dict[str, Callable[[], bool]] = {}
        """Connections that take a frame only once something has happened elsewhere."""
        self.last_calls: Recording | None = None
        self._closed: list[Socket] = []

    # what a client does
    def connect(
        self,
        person: Person,
        token: str | None = None,
        *,
        by: str = "query",
        between: Callable[[], object] = lambda: None,
    ) -> Socket:
        """Open a connection; raises `Refused` where the authorizer or the function says no.

        `between` is done after the authorizer has decided and before the connection is registered.
        """
        token = token_of(person) if token is None else token
        connection_id = f"c{next(_numbers)}="
        handshake: dict[str, Any] = {"headers": {"Host": "ws"}, "queryStringParameters": None}
        if by == "query":
            handshake["queryStringParameters"] = {"token": token}
        else:
            handshake["headers"]["Sec-WebSocket-Protocol"] = f"bearer, {token}"
        asked = {"type": "REQUEST", "methodArn": METHOD_ARN, **handshake}
        decision = _call(SOCKET_AUTHORIZER.function, SOCKET_AUTHORIZER.grants, asked)[0]
        if decision["policyDocument"]["Statement"][0]["Effect"] != "Allow":
            raise Refused("the authorizer refused")
        between()
        socket = Socket(connection_id, person, decision["context"], self)
        event = self._event(socket, "$connect", "CONNECT") | handshake
        answer, self.last_calls = _call_socket("$connect", event)
        self.all[connection_id] = socket
        if answer["statusCode"] >= 300:
            socket.is_open = False
            code = json.loads(answer["body"])["code"]
            assert answer["headers"]["X-Parley-Code"] == code
            raise Refused(f"{answer['statusCode']} {code}")
        if by != "query":
            assert answer["headers"] == {"Sec-WebSocket-Protocol": "bearer"}
        self.settle()
        return socket

    def admit(self, people: Iterable[Person]) -> list[Socket]:
        """Connections of many, registered without the authorizer and the function."""
        admitted = []
        for person in people:
            socket = Socket(f"c{next(_numbers):07}-admitted=", person, {}, self)
            now = clock.now_ms()
            token = TokenFacts(give_key(person.tenant_id), now, now + 3_600_000)
            do_connect(Connection(person.tenant_id, person.user_id, socket.id), token)
            self.all[socket.id] = socket
            admitted.append(socket)
        return admitted

    def act(self, socket: Socket, body: str, action: str) -> dict[str, Any]:
        keyed = {key for function in SOCKET_FUNCTIONS for key in function.trigger.keys}
        key = action if action in keyed else "$default"
        answer, self.last_calls = _call_socket(key, self._event(socket, key, "MESSAGE") | {"body": body})
        self.settle()
        said = dict(json.loads(answer["body"]))
        check_socket_answer(key, said)
        return said

    def disconnect(self, socket: Socket) -> None:
        _call_socket("$disconnect", self._event(socket, "$disconnect", "DISCONNECT"))

    def settle(self) -> None:
        """Tell the function of connections that were closed from this end, as API Gateway does afterwards."""
        while self._closed:
            self.disconnect(self._closed.pop())

    def _event(self, socket: Socket, key: str, event_type: str) -> dict[str, Any]:
        context = {
            "routeKey": key,
            "eventType": event_type,
            "connectionId": socket.id,
            "requestId": f"r{next(_numbers)}",
            "authorizer": {**socket.said, "principalId": socket.person.user_id},
        }
        return {"requestContext": context, "body": "", "isBase64Encoded": False}

    # what the functions do: the management API
    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert len(Data) <= FRAME_LIMIT_BYTES
        socket = self._open_or_gone(ConnectionId)
        if ConnectionId in self.slow:
            wait_until(self.slow[ConnectionId])
        if ConnectionId in self.broken:
            raise ReadTimeoutError(endpoint_url="https://sockets.parley.test")
        check_event(json.loads(Data))
        socket.frames.append(bytes(Data))
        return {}

    def delete_connection(self, *, ConnectionId: str) -> dict[str, Any]:  # noqa: N803
        socket = self._open_or_gone(ConnectionId)
        if ConnectionId in self.stuck:
            raise ReadTimeoutError(endpoint_url="https://sockets.parley.test")
        socket.is_open = False
        self._closed.append(socket)
        return {}

    def _open_or_gone(self, connection_id: str) -> Socket:
        socket = self.all.get(connection_id)
        if socket is None or not socket.is_open:
            answer: Any = {"Error": {"Code": "GoneException"}, "ResponseMetadata": {"HTTPStatusCode": 410}}
            raise ClientError(answer, "PostToConnection")
        return socket

    # what AWS runs
    def sweep(self) -> None:
        _call(SWEEPER.function, SWEEPER.grants, {})
        self.settle()


@dataclass
class Stream:
    """The change stream with its realtime consumers, run when the test says so."""

    changes: ChangeStream
    sockets: Sockets
    tenant_id: str
    last_calls: Recording | None = None

    def deliver(self, change: Callable[[list[Payload]], Sequence[Payload]] | None = None) -> list[Payload]:
        """Hand what has been written since to the consumers; `change` may reorder and repeat it first."""
        payloads = self.changes.take(self.tenant_id)
        self.hand_over(change(payloads) if change else payloads)
        return payloads

    def hand_over(self, payloads: Sequence[Payload | bytes]) -> dict[str, Any]:
        """One batch to every consumer; the answer of the delivering one."""
        answers = {}
        for consumer in CONSUMERS:
            if SendsFrames() in consumer.uses:
                event = kinesis_event(payloads)
                if consumer.trigger.effects:
                    event |= {retries.EFFECTS: [DELIVERING]}
                answers[consumer.function], calls = _call(consumer.function, consumer.grants, event)
                if consumer.trigger.effects:
                    self.last_calls = calls
        self.sockets.settle()
        return dict(answers["streams/deliver_changes"])


def _call_socket(key: str, event: dict[str, Any]) -> tuple[dict[str, Any], Recording]:
    function: Triggered[SocketRoutes] = next(each for each in SOCKET_FUNCTIONS if key in each.trigger.keys)
    return _call(function.function, function.grants, event)


def _call(function: str, grants: tuple[Grant, ...], event: dict[str, Any]) -> tuple[dict[str, Any], Recording]:
    module = importlib.import_module(f"functions.{function.replace('/', '.')}")
    with recording() as calls:
        answer = module.handler(event, Context())
    denied = calls.denied(grants)
    assert not denied, f"{function} is not granted {denied}"
    return answer, calls


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for what other processes do; fails when it has not come by then."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def consumer_of(function: str) -> Triggered[Changes]:
    return next(each for each in CONSUMERS if each.function == function)
