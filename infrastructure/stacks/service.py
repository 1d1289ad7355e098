"""The functions of one service and their routes: one stack a service, since a stack holds at most 500 resources."""

from collections.abc import Sequence

from aws_cdk import Stack
from constructs import Construct

from infrastructure.constructs.endpoint import Endpoint
from infrastructure.constructs.function import Function
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources
from infrastructure.routes import Route
from infrastructure.settings import Settings
from infrastructure.stacks.api import ApiStack


class ServiceStack(Stack):
    def __init__(
        self,
        scope: Construct,
        service: str,
        routes: Sequence[Route],
        *,
        api: ApiStack,
        resources: Resources,
        settings: Settings,
    ) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-{service}",
            description=f"Parley {settings.stage}: the endpoints of {service}",
            env={"region": settings.region},
        )
        package = Package(self, service, settings.target)
        self.functions: dict[Route, Function] = {}
        for route in routes:
            endpoint = Endpoint(
                self,
                route,
                api=api.api,
                authorizer=api.authorizer,
                package=package,
                resources=resources,
                settings=settings,
            )
            self.functions[route] = endpoint.function
