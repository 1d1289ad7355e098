"""Every route of the API, as data: CDK deploys a function for each, tests and the OpenAPI document read the same list.

To add an endpoint: write `functions/<service>/<endpoint>.py`, name it in the module of its service here with what it
may call, add an event under `events/` and its tests. `tests/infrastructure/test_routes.py` fails until all of these are
there.
"""

from infrastructure.access import Grant, chat, control
from infrastructure.routes import media, messaging, operations, people, realtime, search
from infrastructure.routes.route import Route

__all__ = ["AUTHORIZER_GRANTS", "ROUTES", "Route"]

AUTHORIZER_GRANTS: tuple[Grant, ...] = (
    chat("BatchGetItem", "tenant", "user"),
    control("GetItem", "secrets"),
)

ROUTES: tuple[Route, ...] = (
    *messaging.ROUTES,
    *media.ROUTES,
    *people.ROUTES,
    *realtime.ROUTES,
    *search.ROUTES,
    *operations.ROUTES,
)
