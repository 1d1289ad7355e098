"""Secrets of the deployment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from infrastructure.names import SECRET_VARIABLES
from infrastructure.uses.use import Place, Statement, Use, secret_statements


@dataclass(frozen=True)
class Secret(Use):
    """Reading a secret of Secrets Manager by its name, see `infrastructure.names`."""

    name: str

    def statements(self, place: Place) -> Iterable[Statement]:
        return secret_statements(place.resources.secrets[self.name].secret_arn, place)

    def environment(self, place: Place) -> Mapping[str, str]:
        return {SECRET_VARIABLES[self.name]: place.resources.secrets[self.name].secret_arn}
