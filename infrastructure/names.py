"""Names that a deployment's parts find each other by. Pure data: no `aws_cdk` here, importing it starts Node."""

from infrastructure.access import Table

OPERATOR_KEY = "operator-key"
"""The secret `{"sha256": "<hex>"}`: the hash of the operator's key."""

METRICS_NAMESPACE = "Parley"
"""Of the metrics that our own functions emit, as `parley.observability` names it."""

SECRET_VARIABLES = {OPERATOR_KEY: "OPERATOR_SECRET"}
"""The environment variable that carries each secret's ARN to a function."""


PUSH_PLATFORMS = {"apns": "APNS", "apns_sandbox": "APNS_SANDBOX", "fcm": "GCM"}
"""The platforms of devices, with SNS's names for them."""


def prefix(stage: str) -> str:
    """Begins every physical name, so that stages can share an account."""
    return f"parley-{stage}"


def table_name(stage: str, table: Table) -> str:
    return f"{prefix(stage)}-{table}"


def change_stream_name(stage: str) -> str:
    return f"{prefix(stage)}-changes"


def captured_pushes_name(stage: str) -> str:
    """The topic and the queue that show pushes in a stage that reaches no phone."""
    return f"{prefix(stage)}-pushes"


def platform_application_name(stage: str) -> str:
    """The platform applications of tenants that have none of their own, in a stage that reaches no phone."""
    return f"{prefix(stage)}-default"


def secret_name(stage: str, secret: str) -> str:
    return f"parley/{stage}/{secret}"
