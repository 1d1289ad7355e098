"""The golden signals of a stage as a handful of alarms, and one dashboard that is read from top to bottom.

What only one part can say of itself has its alarm in that part's stack. Here is what is true of all of them: nothing
is watched function by function. Everything is named and nothing imported, so a part may go without asking this stack.
"""

from collections.abc import Sequence

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infrastructure.access import Table
from infrastructure.constructs.watch import alarm, computed, measured, metric_of
from infrastructure.names import change_stream_name, table_name
from infrastructure.routes import ROUTES
from infrastructure.settings import Settings
from infrastructure.triggered import TRIGGERED
from infrastructure.triggered.canary import CANARY
from infrastructure.triggered.streams import CONSUMERS
from infrastructure.triggered.triggered import Authorizer, Every

SERVICES = sorted({route.service for route in ROUTES})
NAMES_OF_CONSUMERS = tuple(name for each in CONSUMERS for name in (each.endpoint, *each.trigger.effects))
"""Under which their metrics are told: a consumer's own, and those of its effects."""
TABLES: tuple[Table, ...] = ("chat", "control", "audit")
OPERATIONS = ("BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem")
FEW_REQUESTS, MOST_PERCENT = 50, 5
"""Below so many requests in five minutes a share says nothing; an API of which so many fail is down for somebody."""
SLOW = Duration.seconds(3)
QUOTA_PERCENT = 80
REPLICATED_WITHIN = Duration.minutes(1)
FUNCTION_ERRORS, THROTTLES = 10, 10

FAILING = f"IF(requests >= {FEW_REQUESTS}, 100 * failed / requests, 0)"


class WatchStack(Stack):
    def __init__(self, scope: Construct, settings: Settings, *, api_id: str, socket_api_id: str) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-watch",
            description=f"Parley {settings.stage}: alarms of the whole, and its dashboard",
            env={"region": settings.region},
        )
        self._settings = settings
        self._api_id, self._socket_api_id = api_id, socket_api_id
        self._watch_callers()
        self._watch_functions()
        self._watch_tables()
        if settings.stream == "kinesis":
            self._watch_stream()
        self._dashboard()

    def _watch_callers(self) -> None:
        """What a client notices: failures and slowness of the API by service, of its gateways, of its authorizers."""
        failed = {"failed": self._gateway("5xx"), "requests": self._gateway("Count")}
        self._alarm(
            "Gateway",
            "api-failing",
            f"{MOST_PERCENT} % of all requests fail",
            computed(FAILING, failed, label="failing, percent"),
            MOST_PERCENT,
            periods=2,
        )
        for service in SERVICES:
            word = service.capitalize()
            errors = measured("Errors", "Sum", minutes=5, api=service)
            requests = measured("Latency", "SampleCount", minutes=5, api=service)
            self._alarm(
                f"{word}Failing",
                f"api-{service}-failing",
                f"{MOST_PERCENT} % of the requests to {service} fail",
                computed(FAILING, {"failed": errors, "requests": requests}, label="failing, percent"),
                MOST_PERCENT,
                periods=2,
            )
            self._alarm(
                f"{word}Slow",
                f"api-{service}-slow",
                f"a hundredth of the requests to {service} takes {SLOW.to_seconds()} s",
                measured("Latency", "p99", minutes=5, api=service),
                SLOW.to_milliseconds(),
                periods=3,
            )
        self._alarm(
            "Sockets",
            "sockets-failing",
            "connects or frames of the WebSocket API fail",
            computed(
                "FILL(integration, 0) + FILL(execution, 0)",
                {"integration": self._socket("IntegrationError"), "execution": self._socket("ExecutionError")},
                label="failures",
            ),
            FUNCTION_ERRORS,
            periods=2,
        )
        errors_of = {f"e{n}": self._function(name, "Errors") for n, name in enumerate(self._woken_by(Authorizer))}
        self._alarm(
            "Authorizers",
            "authorizers-failing",
            "tokens cannot be verified: who comes anew is refused with 500",
            computed(_sum(errors_of), errors_of, label="failures"),
            FUNCTION_ERRORS,
        )

    def _watch_functions(self) -> None:
        """All functions of the account in this region together, as Lambda counts them; the log groups say which."""
        whole = {name: metric_of("AWS/Lambda", name) for name in ("Errors", "Throttles")}
        self._alarm(
            "Errors",
            "functions-failing",
            "functions raise, time out or run out of memory",
            whole["Errors"],
            FUNCTION_ERRORS,
            periods=2,
        )
        self._alarm(
            "Throttles", "functions-throttled", "Lambda refuses to run functions", whole["Throttles"], THROTTLES
        )
        self._alarm(
            "Concurrency",
            "concurrency-near-quota",
            f"{QUOTA_PERCENT} % of the account's concurrent executions are in use",
            metric_of("AWS/Lambda", "ConcurrentExecutions", "Maximum"),
            self._settings.concurrency.quota * QUOTA_PERCENT / 100,
            periods=2,
        )
        runs = {
            f"r{n}": self._function(name, "Invocations", minutes=15) for n, name in enumerate(self._woken_by(Every))
        }
        self._alarm(
            "Schedule",
            "schedule-stopped",
            "a function that runs each minute or every five has not run for a quarter of an hour",
            computed(f"MIN([{', '.join(f'FILL({each}, 0)' for each in runs)}])", runs, label="least runs", minutes=15),
            1,
            below=True,
            silence_is_well=False,
        )

    def _watch_tables(self) -> None:
        throttles = {
            f"{kind.lower()}_{table}": self._table(table, f"{kind}ThrottleEvents")
            for table in TABLES
            for kind in ("Read", "Write")
        }
        self._alarm(
            "TableThrottles",
            "table-throttled",
            "DynamoDB refuses requests: a partition is hot, or an account's limit is reached",
            computed(_sum(throttles), throttles, label="throttled"),
            THROTTLES,
            periods=2,
        )
        for table in TABLES:
            errors = {
                operation.lower(): self._table(table, "SystemErrors", Operation=operation) for operation in OPERATIONS
            }
            self._alarm(
                f"{table.capitalize()}Errors",
                f"table-{table}-errors",
                f"DynamoDB fails requests to {table}",
                computed(_sum(errors), errors, label="system errors"),
                FUNCTION_ERRORS,
            )

    def _watch_stream(self) -> None:
        """From the table into the stream, and out of it; each consumer's own age is watched beside it."""
        delegated = {"DelegatedOperation": "PutRecord"}
        self._alarm(
            "ReplicationLate",
            "replication-late",
            "changes of the table reach the stream late",
            self._table("chat", "AgeOfOldestUnreplicatedRecord", "Maximum", **delegated),
            REPLICATED_WITHIN.to_milliseconds(),
            periods=2,
        )
        lost = {
            "throttled": self._table("chat", "ThrottledPutRecordCount", **delegated),
            "failed": self._table("chat", "FailedToReplicateRecordCount", **delegated),
        }
        self._alarm(
            "ReplicationFailing",
            "replication-failing",
            "the stream refuses changes of the table",
            computed(_sum(lost), lost, label="refused"),
            1,
            periods=2,
        )
        self._alarm(
            "StreamReads",
            "stream-reads-throttled",
            "consumers ask the stream for more than a shard gives",
            self._stream("ReadProvisionedThroughputExceeded"),
            THROTTLES,
            periods=3,
        )

    # The dashboard

    def _dashboard(self) -> None:
        """First what callers notice, then what it may come from, in the order of a message's way."""
        board = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=self._settings.worldwide("all"))

        def row(*graphs: tuple[str, Sequence[cloudwatch.IMetric], Sequence[cloudwatch.IMetric]]) -> None:
            width = 24 // len(graphs)
            widgets = (
                cloudwatch.GraphWidget(title=title, left=list(left), right=list(right), width=width)
                for title, left, right in graphs
            )
            board.add_widgets(*widgets)

        search = self._settings.prefix
        row(
            ("Requests, failures", [self._gateway("Count")], [self._gateway("5xx"), self._gateway("4xx")]),
            ("99 of 100 requests, by service", [measured("Latency", "p99", minutes=5, api=s) for s in SERVICES], []),
            ("Failures by service", [measured("Errors", "Sum", minutes=5, api=s) for s in SERVICES], []),
        )
        row(
            ("Sockets", [self._socket("ConnectCount"), self._socket("MessageCount")], [self._socket("ExecutionError")]),
            ("Functions", [metric_of("AWS/Lambda", n) for n in ("Errors", "Throttles")], []),
            ("Concurrent executions", [metric_of("AWS/Lambda", "ConcurrentExecutions", "Maximum")], []),
        )
        row(
            (
                "Tables",
                [self._table(t, f"Consumed{k}CapacityUnits") for t in TABLES for k in ("Read", "Write")],
                [self._table(t, f"{k}ThrottleEvents") for t in TABLES for k in ("Read", "Write")],
            ),
            (
                "How far consumers are behind",
                [measured("StreamLag", consumer=name) for name in NAMES_OF_CONSUMERS],
                [self._table("chat", "AgeOfOldestUnreplicatedRecord", "Maximum", DelegatedOperation="PutRecord")],
            ),
            (
                "Changes applied, and failed",
                [measured("Changes", "Sum", consumer=name) for name in NAMES_OF_CONSUMERS],
                [
                    measured(told, "Sum", consumer=name)
                    for told in ("FailedChanges", "RetriedChanges")
                    for name in NAMES_OF_CONSUMERS
                ],
            ),
        )
        row(
            (
                "Searches",
                [measured(n, "Sum", api="search") for n in ("Searches", "EmptySearches", "SearchCacheHits")],
                [measured("SearchLatency", "p99", api="search"), measured("SearchCircuitOpen")],
            ),
            (
                "The index",
                [measured("IndexLag")],
                [
                    measured("UnindexedDocuments"),
                    measured("DocumentsRefused", "Sum", consumer="index_documents"),
                    measured("IndexErrors", "Sum", consumer="index_documents"),
                ],
            ),
            (
                "The engine",
                [self._engine(search, n) for n in ("CPUUtilization", "JVMMemoryPressure")],
                [self._engine(search, "FreeStorageSpace", "Minimum")],
            ),
        )
        row(
            (
                "Webhooks",
                [measured(n, "Sum") for n in ("WebhookAttempts", "WebhookFailures")],
                [measured("WebhookLatency", "p99")],
            ),
            (
                "What failures of webhooks led to",
                [measured(n, "Sum") for n in ("WebhookCircuitsOpened", "WebhooksDisabled", "WebhooksGivenUp")],
                [],
            ),
            (
                "Waiting, and set aside",
                [
                    self._queue(n)
                    for n in (
                        "webhook-deliveries",
                        "media-uploads",
                        "erasures",
                        "exports",
                        "imports",
                        "truncations",
                        "retentions",
                        "announcements",
                        "effect-retries",
                    )
                ],
                [
                    self._queue(n)
                    for n in ("webhook-failures", "media-failures", "job-failures", "effect-retry-failures")
                ],
            ),
        )

    # Metrics, by names that other stacks give

    def _gateway(self, name: str) -> cloudwatch.Metric:
        return metric_of("AWS/ApiGateway", name, ApiId=self._api_id)

    def _socket(self, name: str) -> cloudwatch.Metric:
        return metric_of("AWS/ApiGateway", name, ApiId=self._socket_api_id)

    def _function(self, name: str, metric: str, *, minutes: int = 5) -> cloudwatch.Metric:
        return metric_of("AWS/Lambda", metric, minutes=minutes, FunctionName=name)

    def _table(self, table: Table, metric: str, statistic: str = "Sum", **dimensions: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/DynamoDB",
            metric_name=metric,
            statistic=statistic,
            period=Duration.minutes(5),
            dimensions_map={"TableName": table_name(self._settings.stage, table), **dimensions},
        )

    def _stream(self, metric: str) -> cloudwatch.Metric:
        return metric_of("AWS/Kinesis", metric, StreamName=change_stream_name(self._settings.stage))

    def _engine(self, domain: str, metric: str, statistic: str = "Maximum") -> cloudwatch.Metric:
        return metric_of("AWS/ES", metric, statistic, DomainName=domain, ClientId=Aws.ACCOUNT_ID)

    def _queue(self, name: str) -> cloudwatch.Metric:
        named = f"{self._settings.prefix}-{name}"
        return metric_of("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", QueueName=named)

    def _woken_by(self, kind: type[Authorizer | Every]) -> list[str]:
        """But for the canary, which not every stage has, and of whose silence its own alarm tells."""
        return [
            f"{self._settings.prefix}-{each.service}-{each.endpoint}"
            for each in TRIGGERED
            if isinstance(each.trigger, kind) and each is not CANARY
        ]

    def _alarm(
        self,
        construct_id: str,
        name: str,
        description: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        *,
        periods: int = 1,
        below: bool = False,
        silence_is_well: bool = True,
    ) -> None:
        alarm(
            self,
            construct_id,
            self._settings,
            name=name,
            description=description,
            metric=metric,
            threshold=threshold,
            periods=periods,
            below=below,
            silence_is_well=silence_is_well,
        )


def _sum(metrics: dict[str, cloudwatch.Metric]) -> str:
    """All of them, of which those that are silent are nothing."""
    return " + ".join(f"FILL({each}, 0)" for each in metrics)
