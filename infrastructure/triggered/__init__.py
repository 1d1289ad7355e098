"""Every function that no route calls, as data: what wakes it, and what it uses.

CDK deploys them, each in the stack of what wakes it; tests hold their calls against the grants.
"""

from infrastructure.triggered import canary, identity, jobs, media, operations, realtime, search, streams, webhooks
from infrastructure.triggered.triggered import Trigger, Triggered

__all__ = ["TRIGGERED", "Triggered"]

TRIGGERED: tuple[Triggered[Trigger], ...] = (
    *canary.FUNCTIONS,
    *identity.FUNCTIONS,
    *jobs.FUNCTIONS,
    *media.FUNCTIONS,
    *operations.FUNCTIONS,
    *realtime.FUNCTIONS,
    *search.FUNCTIONS,
    *streams.FUNCTIONS,
    *webhooks.FUNCTIONS,
)
