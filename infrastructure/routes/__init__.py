"""Every route of the API, as data: CDK deploys a function for each, tests and the OpenAPI document read the same list.

To add an endpoint: write `functions/<service>/<endpoint>.py`, name it in the module of its service here with what it
uses, add an event under `events/` and its tests. `tests/infrastructure/test_routes.py` fails until all of these are
there.
"""

from dataclasses import replace

from infrastructure.access import control
from infrastructure.routes import (
    announcements,
    commands,
    community,
    conversation_types,
    conversations,
    media,
    messaging,
    moderation,
    operations,
    people,
    personal,
    polls,
    realtime,
    search,
    sending,
    threads,
    user_groups,
)
from infrastructure.routes.route import Route

__all__ = ["ROUTES", "Route"]

LIMITED = control("UpdateItem", "rate_limit")
"""What every route needs that knows its caller."""

DECLARED: tuple[Route, ...] = (
    *sending.ROUTES,
    *messaging.ROUTES,
    *conversations.ROUTES,
    *threads.ROUTES,
    *polls.ROUTES,
    *community.ROUTES,
    *conversation_types.ROUTES,
    *user_groups.ROUTES,
    *media.ROUTES,
    *people.ROUTES,
    *announcements.ROUTES,
    *personal.ROUTES,
    *realtime.ROUTES,
    *search.ROUTES,
    *moderation.ROUTES,
    *commands.ROUTES,
    *operations.ROUTES,
)

ROUTES: tuple[Route, ...] = tuple(
    route if route.public else replace(route, uses=(*route.uses, LIMITED)) for route in DECLARED
)
