"""Events of a tenant's users, files and webhooks."""

from typing import Literal

from infrastructure.contract.events.data import MediaState, Reference, UserName, UserState
from infrastructure.contract.events.envelope import OfTenant
from parley.webhooks.schemas import Webhook


class MediaReady(OfTenant):
    """A file has been checked and can be downloaded."""

    type: Literal["media.ready"]
    data: MediaState | Reference


class MediaRejected(OfTenant):
    """A file was refused, for the reason that `data` gives."""

    type: Literal["media.rejected"]
    data: MediaState | Reference


class UserUpdated(OfTenant):
    """A user's profile has changed."""

    type: Literal["user.updated"]
    data: UserState | Reference


class UserDeleted(OfTenant):
    """A user was erased."""

    type: Literal["user.deleted"]
    data: UserName


class UserDeactivated(OfTenant):
    """The tenant has deactivated a user."""

    type: Literal["user.deactivated"]
    data: UserState | Reference


class UserReactivated(OfTenant):
    """The tenant has brought a deactivated user back."""

    type: Literal["user.reactivated"]
    data: UserState | Reference


class WebhookDisabled(OfTenant):
    """Parley has disabled a webhook; told to the tenant's other webhooks alone."""

    type: Literal["webhook.disabled"]
    data: Webhook
