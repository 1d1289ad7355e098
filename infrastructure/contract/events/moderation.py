"""Events of reports, of what was decided, and of appeals."""

from typing import Literal

from infrastructure.contract.events.data import ModerationDecision, Reference
from infrastructure.contract.events.envelope import OfTenant
from parley.review.schemas import CaseState


class CaseOpened(OfTenant):
    """A message was reported for the first time, or again after it was decided; told to webhooks alone."""

    type: Literal["case.opened"]
    data: CaseState


class CaseClaimed(OfTenant):
    """A moderator has a reported message to themselves; told to webhooks alone."""

    type: Literal["case.claimed"]
    data: CaseState


class CaseDecided(OfTenant):
    """A reported message was decided, and that carried out; told to webhooks alone."""

    type: Literal["case.decided"]
    data: CaseState


class ModerationDecided(OfTenant):
    """Moderators have decided about a message of a user's; told to the user alone, and to webhooks."""

    type: Literal["moderation.decided"]
    data: ModerationDecision | Reference


class AppealFiled(OfTenant):
    """A user says why a decision is wrong; told to the user alone, and to webhooks."""

    type: Literal["appeal.filed"]
    data: ModerationDecision | Reference


class AppealDecided(OfTenant):
    """A moderator has upheld or overturned a decision; told to the user alone, and to webhooks."""

    type: Literal["appeal.decided"]
    data: ModerationDecision | Reference
