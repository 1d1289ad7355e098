"""At every deploy: make the templates, indices and aliases that are missing."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from parley.search import housekeeping


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer a custom resource of CloudFormation; a deletion leaves the indices alone."""
    if event.get("RequestType") != "Delete":
        housekeeping.set_up()
    return {"PhysicalResourceId": "search-indices"}
