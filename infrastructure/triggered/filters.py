"""Filters of changes as the patterns of an event source mapping. No `aws_cdk` here: importing it starts Node."""

import json
from collections.abc import Iterator
from typing import Any

from infrastructure.triggered.triggered import Changes


def patterns(changes: Changes, *, field: str) -> Iterator[str]:
    """Filter patterns on DynamoDB's record in a field of the source's, which Lambda decodes from base64 for them."""
    for each in changes.passing:
        image: dict[str, Any] = {"entity": {"S": sorted(each.entities)}}
        image |= {name: {"S": sorted(values)} for name, values in each.having}
        shown = "OldImage" if each.operations == ("REMOVE",) else "NewImage"
        pattern: dict[str, Any] = {"dynamodb": {shown: image}}
        if each.operations != ("INSERT", "MODIFY"):  # what has a new image, as a removal has not
            pattern["eventName"] = list(each.operations)
        yield json.dumps({field: pattern})


def passes(changes: Changes, record: dict[str, Any]) -> bool:
    """Whether Lambda hands over a record of these changes: what the patterns name is there, with one of its values."""
    return any(_matches(json.loads(pattern)["data"], record) for pattern in patterns(changes, field="data"))


def _matches(pattern: Any, value: Any) -> bool:
    if isinstance(pattern, dict):
        return all(name in value and _matches(asked, value[name]) for name, asked in pattern.items())
    return value in pattern
