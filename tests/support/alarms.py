"""CloudWatch's judgement of an alarm over made data: statistics, metric math, periods, and what is missing.

Only what Parley's alarms use: arithmetic, comparisons, FILL, IF, MIN, MAX, METRICS().
"""

import ast
import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Datum = float | None
OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}


@dataclass(frozen=True)
class Read:
    """A metric that an alarm reads: what CloudWatch knows it by, its statistic and period."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    seconds: int

    @property
    def about(self) -> dict[str, str]:
        return dict(self.dimensions)


@dataclass(frozen=True)
class Alarm:
    """An alarm as its template has it."""

    properties: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.properties["AlarmName"])

    @property
    def reads(self) -> dict[str, Read]:
        """Its metrics, by the names that its expression gives them."""
        if "Metrics" not in self.properties:
            given = self.properties
            statistic = given.get("Statistic") or given["ExtendedStatistic"]
            return {"m": _read(given, statistic, given["Period"])}
        stats = {each["Id"]: each["MetricStat"] for each in self.properties["Metrics"] if "MetricStat" in each}
        return {name: _read(each["Metric"], each["Stat"], each["Period"]) for name, each in stats.items()}

    @property
    def expression(self) -> str:
        found = [each["Expression"] for each in self.properties.get("Metrics", ()) if "Expression" in each]
        return str(found[0]) if found else "m"

    def fires(self, data: Callable[[Read], Sequence[Datum]]) -> bool:
        """Whether it fires after these periods, of which the last is the newest."""
        needed = int(self.properties["EvaluationPeriods"])
        series = {name: list(data(read))[-needed:] for name, read in self.reads.items()}
        breached = [self._breaches({name: values[at] for name, values in series.items()}) for at in range(needed)]
        return all(breached)

    def _breaches(self, values: Mapping[str, Datum]) -> bool:
        value = evaluate(self.expression, values)
        if value is None:
            return bool(self.properties["TreatMissingData"] == "breaching")
        return BREACHES[self.properties["ComparisonOperator"]](value, self.properties["Threshold"])


def _read(metric: Mapping[str, Any], statistic: str, seconds: int) -> Read:
    dimensions = {each["Name"]: _text(each["Value"]) for each in metric.get("Dimensions", ())}
    return Read(metric["Namespace"], metric["MetricName"], tuple(sorted(dimensions.items())), statistic, seconds)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def evaluate(expression: str, values: Mapping[str, Datum]) -> Datum:
    """A metric math expression for one period; a metric without a datum makes what is computed from it missing."""
    renamed = re.sub(r"\bIF\(", "IF_(", expression)
    found: Datum = _value(ast.parse(renamed, mode="eval").body, values)
    return found


def _value(node: ast.AST, values: Mapping[str, Datum]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _apply(OPERATORS[type(op)], _value(left, values), _value(right, values))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _apply(OPERATORS[type(op)], _value(left, values), _value(right, values))
        case ast.List(elts=elements):
            return [_value(each, values) for each in elements]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, values)
    raise NotImplementedError(ast.dump(node))


def _apply(operation: Callable[[Any, Any], Any], left: Datum, right: Datum) -> Any:
    if left is None or right is None or (operation is operator.truediv and right == 0):
        return None
    return operation(left, right)


def _call(name: str, arguments: Sequence[ast.AST], values: Mapping[str, Datum]) -> Any:
    if name == "METRICS":
        return list(values.values())
    if name == "IF_":
        condition = _value(arguments[0], values)
        return None if condition is None else _value(arguments[1 if condition else 2], values)
    given = [_value(each, values) for each in arguments]
    if name == "FILL":
        return given[1] if given[0] is None else given[0]
    known = [each for each in given[0] if each is not None]
    return {"MIN": min, "MAX": max}[name](known) if known else None


def alarms(resources: Mapping[str, Mapping[str, Any]]) -> Iterator[Alarm]:
    for properties in resources.values():
        yield Alarm(properties)
