"""The canary: a function that the clock wakes, by the addresses that clients use, and the alarm on what it tells."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infrastructure.constructs.function import Function, using
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources
from infrastructure.constructs.watch import alarm, measured
from infrastructure.settings import Settings
from infrastructure.triggered.canary import CANARY
from infrastructure.uses.use import Given


class CanaryStack(Stack):
    def __init__(
        self, scope: Construct, settings: Settings, resources: Resources, *, api_url: str, api_id: str
    ) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-canary",
            description=f"Parley {settings.stage}: a canary that chats every five minutes",
            env={"region": settings.region},
        )
        sockets = resources.sockets
        if sockets is None:
            raise LookupError("a canary needs the WebSocket API")
        addresses = (
            {"CANARY_API_ID": api_id, "CANARY_SOCKET_API_ID": sockets.api_id, "SOCKET_STAGE": sockets.stage}
            if settings.stage == "local"
            else {"CANARY_API_URL": api_url, "CANARY_SOCKET_URL": sockets.client_url}
        )
        function = Function(
            self,
            "Run",
            using(CANARY, Given(variables=addresses)),
            package=Package(self, "canary", settings.target),
            resources=resources,
            settings=settings,
        )
        rule = events.Rule(
            self,
            "EveryFiveMinutes",
            schedule=events.Schedule.rate(Duration.minutes(CANARY.trigger.minutes)),
            enabled=settings.canary,
        )
        rule.add_target(targets.LambdaFunction(function.live))
        if settings.features.alarms:
            alarm(
                self,
                "Failing",
                settings,
                name="canary-failing",
                description="the canary cannot chat, or has not told of it, for ten minutes",
                metric=measured("CanaryFailures", minutes=5),
                periods=2,
                silence_is_well=False,
            )
