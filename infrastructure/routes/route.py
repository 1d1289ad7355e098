"""One route, as data."""

from dataclasses import dataclass
from typing import Literal

from infrastructure.access import control
from infrastructure.deployed import Deployed
from infrastructure.uses.use import Use

Method = Literal["GET", "POST", "PUT", "DELETE"]
IDEMPOTENCY = control("PutItem UpdateItem DeleteItem", "idempotency")
"""What every POST keeps, so that its repetition finds it."""

OPERATORS = ("/v1/tenants", "/v1/admin/", "/v1/health/", "/v1/audit")
"""Where routes begin that the operator may call."""


@dataclass(frozen=True)
class Route(Deployed):
    """One route and the Lambda function behind it. `public` routes need no token."""

    method: Method
    path: str
    function: str
    uses: tuple[Use, ...] = ()
    public: bool = False
    memory: int = 256
    timeout: int = 10

    @property
    def purpose(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def acts_for_one_tenant(self) -> bool:
        """The operator's routes work on tenants that their caller is none of."""
        return not self.public and not self.path.startswith(OPERATORS)
