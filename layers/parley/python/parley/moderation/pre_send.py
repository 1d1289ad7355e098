"""The pre-send webhook: a tenant's own server is asked about a message before it is stored, and has a second to answer.

It is called as other webhooks are: to a checked address, without redirects, signed with a secret of its own that lies
apart from theirs. Whatever is no answer within the second counts as none, and the tenant has chosen what follows: the
message is taken (`allow`), or refused for now (`refuse`). After five failures in a row, in whatever process, the
endpoint is left alone for some seconds, so that one that is down does not cost every send a second.
"""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import ValidationError

from parley import clock, ids
from parley.errors import ModerationUnavailable
from parley.identity.caller import Caller
from parley.moderation.folding import Span, fold
from parley.moderation.masking import merged
from parley.moderation.schemas import Decision
from parley.moderation.verdicts import CLEAN, REFUSED, Finding, Verdict
from parley.observability import logger, metrics
from parley.outbound import circuit, secrets, signing, transport
from parley.outbound.circuit import Circuit
from parley.outbound.items import EndpointItem, WebhookSecretItem
from parley.outbound.transport import Limits, Outcome
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.keys import Key

SECONDS = 1.0
ANSWER_BYTES = 16 * 1024
LIMITS = Limits.of(SECONDS, answer_bytes=ANSWER_BYTES + 1)
PAUSE_MS = 10_000
"""How long an endpoint is left alone: short, since messages pass unseen or are refused meanwhile."""
KEPT_MS = 10_000
"""How long a process goes by what it knows of secret and circuit."""
MOST_ENDPOINTS = 1_000
USER_AGENT = "Parley-Webhooks/1"
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as somebody wants to have it: `operation` says whether it is new."""

    operation: Literal["send", "edit"]
    conversation_id: str
    message_id: str | None
    parent_id: str | None
    text: str
    attachments: list[str]
    mentions: list[str]
    custom: dict[str, object]


def secret_key(tenant_id: str) -> Key:
    return Key(keys.pre_send_secret(tenant_id), keys.SIGNING_SK)


def endpoint_key(tenant_id: str) -> Key:
    return Key(keys.pre_send(tenant_id), keys.ENDPOINT_SK)


@dataclass(slots=True)
class _Endpoint:
    """What a process knows of a tenant's endpoint, and until when."""

    secret: WebhookSecretItem | None
    circuit: Circuit
    until: int


class _Endpoints:
    def __init__(self) -> None:
        self._kept: Remembered[str, _Endpoint] = Remembered(most=MOST_ENDPOINTS)

    def of(self, tenant_id: str) -> _Endpoint:
        """Secret and circuit, read every ten seconds: one call, 1 RRU."""
        kept = self._kept.get(tenant_id)
        if kept is None or kept.until <= clock.now_ms():
            places = (secret_key(tenant_id), endpoint_key(tenant_id))
            found = dynamodb.batch_get(settings().control_table, places)
            secret, endpoint = (found.get(place) for place in places)
            kept = _Endpoint(
                WebhookSecretItem.read(secret), Circuit.of(EndpointItem.read(endpoint)), clock.now_ms() + KEPT_MS
            )
            self._kept.set(tenant_id, kept)
        return kept

    def forget(self) -> None:
        self._kept.clear()


endpoints = _Endpoints()


def ask(caller: Caller, draft: Draft) -> Verdict:
    """What the tenant's server says. Raises `ModerationUnavailable` where it says nothing and the tenant wants that."""
    endpoint = endpoints.of(caller.tenant_id)
    if endpoint.secret is None:
        return _without_answer(caller, "no_secret")
    at = endpoint_key(caller.tenant_id)
    if not circuit.may_attempt(at, endpoint.circuit):
        if not endpoint.circuit.is_open:  # another process asks: what came of that is to be read
            endpoint.until = 0
        return _without_answer(caller, "circuit_open", until=endpoint.circuit.open_until)
    outcome = _post(caller, draft, endpoint.secret)
    decision = _read(outcome)
    if outcome.status is None or outcome.status >= SERVER_ERROR:
        endpoint.circuit = circuit.note_failure(at, answered=False, pauses_ms=(PAUSE_MS, PAUSE_MS))
    elif endpoint.circuit != Circuit():
        circuit.close(at)
        endpoint.circuit = Circuit()
    if decision is None:
        failure = outcome.failure or ("malformed_answer" if outcome.succeeded else f"status_{outcome.status}")
        return _without_answer(caller, failure, until=endpoint.circuit.open_until)
    return _verdict(decision, draft.text)


def _post(caller: Caller, draft: Draft, secret: WebhookSecretItem) -> Outcome:
    asked = {
        "id": ids.new_id(),
        "type": "message.pre_send",
        "tenant_id": caller.tenant_id,
        "user_id": caller.user_id,
        "asked_at": clock.to_rfc3339(clock.to_datetime(clock.now_ms())),
        **asdict(draft),
    }
    body = json.dumps(asked, separators=(",", ":"), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        **signing.headers(secrets.active(secret), asked["id"], clock.now_ms() // 1000, body),
    }
    return transport.post(caller.tenant.settings.pre_send_url or "", body, headers, LIMITS)


def _read(outcome: Outcome) -> Decision | None:
    """The decision in an answer; None where there is none."""
    if not outcome.succeeded or len(outcome.body) > ANSWER_BYTES:
        return None
    try:
        return Decision.model_validate_json(outcome.body)
    except ValidationError:
        return None


def _verdict(decision: Decision, text: str) -> Verdict:
    if decision.action == "refuse":
        return REFUSED
    if decision.action == "flag":
        return Verdict(findings=(Finding("pre_send", decision.reason or None),))
    if decision.action == "mask":
        return Verdict(masked=_places(decision.words, text) if decision.words else (Span(0, len(text)),))
    return CLEAN


def _places(words: list[str], text: str) -> tuple[Span, ...]:
    """Wherever a text holds one of these, however it is written and whatever stands beside it."""
    folded = fold(text)
    found: list[Span] = []
    for word in {fold(word).text for word in words} - {""}:
        position = folded.text.find(word)
        while position >= 0:
            found.append(folded.source(Span(position, position + len(word))))
            position = folded.text.find(word, position + len(word))
    return tuple(merged(found))


def _without_answer(caller: Caller, failure: str, *, until: int | None = None) -> Verdict:
    """What the tenant has chosen for when its server does not decide."""
    metrics().add_metric("PreSendFailures", MetricUnit.Count, 1)
    logger().warning("pre-send webhook", extra={"tenant_id": caller.tenant_id, "failure": failure})
    if caller.tenant.settings.pre_send_on_failure == "allow":
        return CLEAN
    wait_ms = max(0, (until or 0) - clock.now_ms())
    raise ModerationUnavailable(retry_after=max(1, -(-wait_ms // 1000)))
