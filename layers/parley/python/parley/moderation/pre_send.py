"""The pre-send webhook: a tenant's own server is asked about a message before it is stored, and has a second to answer.

It is asked as `outbound.hooks` says. Whatever is no answer within the second counts as none, and the tenant has chosen
what follows: the message is taken (`allow`), or refused for now (`refuse`).
"""

from dataclasses import asdict, dataclass
from typing import Literal

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import ValidationError

from parley import clock
from parley.errors import ModerationUnavailable
from parley.identity.caller import Caller
from parley.moderation.folding import Span, fold
from parley.moderation.masking import merged
from parley.moderation.schemas import Decision
from parley.moderation.verdicts import CLEAN, REFUSED, Finding, Verdict
from parley.observability import logger, metrics
from parley.outbound.hooks import Endpoints
from parley.outbound.transport import Limits, Outcome
from parley.tables import keys

SECONDS = 1.0
ANSWER_BYTES = 16 * 1024
LIMITS = Limits.of(SECONDS, answer_bytes=ANSWER_BYTES + 1)


@dataclass(frozen=True, slots=True)
class Submission:
    """A message as somebody wants to have it: `operation` says whether it is new."""

    operation: Literal["send", "edit"]
    conversation_id: str
    message_id: str | None
    parent_id: str | None
    text: str
    attachments: list[str]
    mentions: list[str]
    mentioned_groups: list[str]
    custom: dict[str, object]


endpoints = Endpoints(keys.ENDPOINT_SK)


def ask(caller: Caller, submission: Submission) -> Verdict:
    """What the tenant's server says. Raises `ModerationUnavailable` where it says nothing and the tenant wants that."""
    question = {"user_id": caller.user_id, **asdict(submission)}
    url = caller.tenant.settings.pre_send_url or ""
    outcome, paused_until = endpoints.ask(caller.tenant_id, url, "message.pre_send", question, LIMITS)
    decision = _read(outcome)
    if decision is None:
        failure = outcome.failure or ("malformed_answer" if outcome.succeeded else f"status_{outcome.status}")
        return _without_answer(caller, failure, until=paused_until)
    return _verdict(decision, submission.text)


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
