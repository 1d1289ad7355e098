"""The whole product as CDK stacks, for one stage."""

from itertools import groupby
from operator import attrgetter

from aws_cdk import App, Tags, Validations
from cdk_nag import AwsSolutionsChecks

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.function import Function
from infrastructure.routes import ROUTES, Route
from infrastructure.settings import Settings
from infrastructure.stacks.api import ApiStack
from infrastructure.stacks.canary import CanaryStack
from infrastructure.stacks.data import DataStack
from infrastructure.stacks.jobs import JobsStack
from infrastructure.stacks.kafka import KafkaStack
from infrastructure.stacks.media import MediaPipelineStack, MediaStorageStack
from infrastructure.stacks.push import PushStack
from infrastructure.stacks.realtime import RealtimeStack
from infrastructure.stacks.removal import RemovalStack
from infrastructure.stacks.search import SearchEngineStack, SearchPipelineStack
from infrastructure.stacks.service import ServiceStack
from infrastructure.stacks.streams import StreamsStack
from infrastructure.stacks.watch import WatchStack
from infrastructure.stacks.webhooks import WebhooksStack
from infrastructure.uses.search import Engine


def build(app: App) -> Settings:
    """Add every stack of the stage that the app's context names.

    Stacks of media, search, realtime and the stream consumers join the list below, each in its module under `stacks/`.
    """
    settings = Settings.from_context(app.node.try_get_context)
    data = DataStack(app, settings)
    api = ApiStack(app, settings, data.resources)
    resources = api.resources
    if not settings.retain_data and settings.stage != "local":
        resources = RemovalStack(app, settings, resources).resources
    if settings.stream == "msk":
        resources = KafkaStack(app, settings, resources).resources
    engine = SearchEngineStack(app, settings, resources)
    media = MediaStorageStack(app, settings, engine.resources)
    resources = RealtimeStack(app, settings, media.resources).resources
    resources = WebhooksStack(app, settings, resources).resources
    resources = PushStack(app, settings, resources).resources
    resources = JobsStack(app, settings, resources, logs=media.logs).resources
    MediaPipelineStack(app, settings, media)
    by_service = sorted(ROUTES, key=attrgetter("service"))
    functions: dict[Route, Function] = {}
    for service, routes in groupby(by_service, key=attrgetter("service")):
        functions |= ServiceStack(
            app, service, tuple(routes), api=api, resources=resources, settings=settings
        ).functions
    streams = StreamsStack(app, settings, resources)
    SearchPipelineStack(
        app,
        settings,
        resources,
        engine=engine,
        indexer=streams.functions["streams/index_documents"],
        readers=[function for route, function in functions.items() if Engine("read") in route.uses],
        writers=[function for route, function in functions.items() if Engine("write") in route.uses],
    )

    if settings.canary or settings.stage == "local":
        CanaryStack(app, settings, resources, api_url=api.api.api_endpoint, api_id=api.api.api_id)
    if settings.features.alarms and resources.sockets:
        WatchStack(app, settings, api_id=api.api.api_id, socket_api_id=resources.sockets.api_id)

    Tags.of(app).add("application", "parley")
    Tags.of(app).add("stage", settings.stage)
    if settings.stage != "local":
        check_practices(app)
    return settings


def check_practices(app: App) -> None:
    """cdk-nag: a finding that no construct acknowledges with a reason fails the synth."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    acknowledge(
        app,
        {"AwsSolutions-L1": "Python 3.13 is the version that the layers are locked and tested for."},
    )
