"""Deliveries, verified as Standard Webhooks says."""

from collections.abc import Mapping
from typing import Any, cast

from standardwebhooks import Webhook, WebhookVerificationError

from parley_client.errors import ParleyError
from parley_client.generated.models import Event


class NotParleys(ParleyError):
    """Parley has not signed this, or signed it for another, or more than five minutes ago. Answer with 400."""


class Deliveries:
    """What Parley sends to one webhook. During a rotation, both secrets: each delivery has a signature of each."""

    def __init__(self, *secrets: str) -> None:
        self._webhooks = [Webhook(secret) for secret in secrets]

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """The event of a delivery, from the bytes of its body as they came. Raises `NotParleys`.

        An event may come twice and in another order: keep the `id` of those that were handled.
        """
        said: dict[str, Any]
        names = {name.lower(): value for name, value in headers.items()}
        for webhook in self._webhooks:
            try:
                said = webhook.verify(body, names)
            except (WebhookVerificationError, ValueError):  # the latter for what is no signature at all
                continue
            return cast("Event", said)
        raise NotParleys("The delivery is not signed with a secret of this webhook")
