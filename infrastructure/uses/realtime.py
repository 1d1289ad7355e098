"""WebSocket connections."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from infrastructure.uses.use import Place, Statement, Use


@dataclass(frozen=True)
class Sockets(Use):
    """Sending frames to connections, and closing them."""

    def statements(self, place: Place) -> Iterable[Statement]:
        sockets = place.resources.sockets
        return () if sockets is None else (Statement(("execute-api:ManageConnections",), (sockets.connections_arn,)),)

    def environment(self, place: Place) -> Mapping[str, str]:
        sockets = place.resources.sockets
        return {} if sockets is None else sockets.environment(place.settings)

    def findings(self, place: Place) -> Mapping[str, str]:
        sockets = place.resources.sockets
        return {} if sockets is None else sockets.findings(place.settings)
