"""What every deployed function has, whatever wakes it: its module, its uses, its size."""

from infrastructure.access import BucketGrant, Grant
from infrastructure.uses.use import Use


class Deployed:
    """`function` is `<service>/<endpoint>`, the module under `functions/` whose `handler` is called.

    `memory` is in MiB, `timeout` in seconds.
    """

    function: str
    uses: tuple[Use, ...]
    memory: int
    timeout: int
    only_tenant: str | None = None
    """The one tenant that its role reaches, whoever calls; Parley's own, for there is none at deploy time else."""

    @property
    def service(self) -> str:
        return self.function.split("/")[0]

    @property
    def endpoint(self) -> str:
        return self.function.split("/")[1]

    @property
    def purpose(self) -> str:
        """As AWS shows it."""
        raise NotImplementedError

    @property
    def acts_for_one_tenant(self) -> bool:
        """Whether each of its runs is for the tenant of a verified caller, so that IAM can bind it to that one."""
        return False

    @property
    def grants(self) -> tuple[Grant, ...]:
        return tuple(grant for use in self.uses for grant in use.grants)

    @property
    def buckets(self) -> tuple[BucketGrant, ...]:
        return tuple(grant for use in self.uses for grant in use.buckets)

    @property
    def layers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(layer for use in self.uses for layer in use.layers))
