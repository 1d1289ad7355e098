"""Servers of tenants that are asked while somebody waits: what signs the question, and whether they answer at all.

They are called as webhooks are: at a checked address, without redirects, signed with a secret of the tenant's that lies
apart from those of its webhooks. After five failures in a row, in whatever process, an endpoint is left alone for some
seconds, so that one that is down does not cost every request its whole time.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from parley import clock, ids
from parley.outbound import circuit, secrets, signing, transport
from parley.outbound.circuit import Circuit
from parley.outbound.items import EndpointItem, WebhookSecretItem
from parley.outbound.transport import Limits, Outcome
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.keys import Key

PAUSE_MS = 10_000
"""How long an endpoint is left alone: short, since everybody does without it meanwhile."""
KEPT_MS = 10_000
"""How long a process goes by what it knows of secret and circuit."""
MOST_ENDPOINTS = 1_000
USER_AGENT = "Parley-Webhooks/1"
SERVER_ERROR = 500


def endpoint_key(tenant_id: str, sk: str) -> Key:
    """Where the circuit of a tenant's endpoint of one kind lies."""
    return Key(keys.pre_send(tenant_id), sk)


def secret_key(tenant_id: str) -> Key:
    return Key(keys.pre_send_secret(tenant_id), keys.SIGNING_SK)


@dataclass(slots=True)
class Endpoint:
    """What a process knows of a tenant's endpoint, and until when."""

    secret: WebhookSecretItem | None
    circuit: Circuit
    until: int


class Endpoints:
    """The endpoints of one kind, one a tenant; `sk` is that of their circuits."""

    def __init__(self, sk: str) -> None:
        self._sk = sk
        self._kept: Remembered[str, Endpoint] = Remembered(most=MOST_ENDPOINTS)

    def of(self, tenant_id: str) -> Endpoint:
        """Secret and circuit, read every ten seconds: one call, 1 RRU."""
        kept = self._kept.get(tenant_id)
        if kept is None or kept.until <= clock.now_ms():
            places = (secret_key(tenant_id), endpoint_key(tenant_id, self._sk))
            found = dynamodb.batch_get(settings().control_table, places)
            secret, endpoint = (found.get(place) for place in places)
            kept = Endpoint(
                WebhookSecretItem.read(secret), Circuit.of(EndpointItem.read(endpoint)), clock.now_ms() + KEPT_MS
            )
            self._kept.set(tenant_id, kept)
        return kept

    def ask(
        self, tenant_id: str, url: str, kind: str, question: Mapping[str, object], limits: Limits
    ) -> tuple[Outcome, int | None]:
        """What comes of a question of this `kind`, and until when nobody asks again, if that is known.

        One that is not asked at all has failed too: `no_secret`, `circuit_open`.
        """
        endpoint = self.of(tenant_id)
        if endpoint.secret is None:
            return Outcome(failure="no_secret"), None
        at = endpoint_key(tenant_id, self._sk)
        if not circuit.may_attempt(at, endpoint.circuit):
            if not endpoint.circuit.is_open:  # another process asks: what came of that is to be read
                endpoint.until = 0
            return Outcome(failure="circuit_open"), endpoint.circuit.open_until
        outcome = _post(tenant_id, url, kind, question, endpoint.secret, limits)
        if outcome.status is None or outcome.status >= SERVER_ERROR:
            endpoint.circuit = circuit.note_failure(at, answered=False, pauses_ms=(PAUSE_MS, PAUSE_MS))
        elif endpoint.circuit != Circuit():
            circuit.close(at)
            endpoint.circuit = Circuit()
        return outcome, endpoint.circuit.open_until

    def forget(self) -> None:
        self._kept.clear()


def _post(
    tenant_id: str, url: str, kind: str, question: Mapping[str, object], secret: WebhookSecretItem, limits: Limits
) -> Outcome:
    asked = {
        "id": ids.new_id(),
        "type": kind,
        "tenant_id": tenant_id,
        "asked_at": clock.to_rfc3339(clock.to_datetime(clock.now_ms())),
        **question,
    }
    body = json.dumps(asked, separators=(",", ":"), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        **signing.headers(secrets.active(secret), str(asked["id"]), clock.now_ms() // 1000, body),
    }
    return transport.post(url, body, headers, limits)
