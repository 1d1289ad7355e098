"""The Python client's generated part: models of what goes over the wire, and a method for each operation.

Models come from datamodel-code-generator; a method says the path, the parameters and the types of a route, once for a
client that waits and once for one that awaits. What a client does with them is written by hand beside them.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path
from typing import Any

from infrastructure.layers import ROOT

Schema = dict[str, Any]
TOOLS = Path(sys.executable).parent
DOCUMENT = ROOT / "docs" / "openapi.json"
GENERATED = ROOT / "clients" / "python" / "parley_client" / "generated"
LINE = 120
VERBS = ("get", "put", "post", "patch", "delete")
OPTIONS = (
    "--input-file-type=openapi",
    "--output-model-type=typing.TypedDict",
    "--target-python-version=3.11",
    "--use-standard-collections",
    "--use-union-operator",
    "--use-schema-description",
    "--use-field-description",
    "--enum-field-as-literal=all",
    "--collapse-root-models",
    "--naming-strategy=primary-first",
    "--disable-timestamp",
    "--formatters=builtin",
)
SCALARS = {"string": "str", "integer": "int", "boolean": "bool", "number": "float"}
LIMITS = frozenset({"pattern", "minLength", "maxLength", "format", "examples", "additionalProperties"})
MADE = "Generated from docs/openapi.json: `make clients`."
OF_THE_CLIENT = frozenset({"X-Acting-User", "If-None-Match"})
"""Headers that no method takes: a client is made to act for a user, and what it reads is not conditional."""


def files(document: Path) -> dict[str, str]:
    """The text of each generated file, by name."""
    contract = json.loads(document.read_text())
    operations = [
        Operation(path, verb, each, contract)
        for path, of_path in contract["paths"].items()
        for verb, each in of_path.items()
        if verb in VERBS
    ]
    texts = {
        "models.py": _models(contract),
        "operations.py": _module(operations, awaits=False),
        "async_operations.py": _module(operations, awaits=True),
    }
    return {name: _formatted(text) for name, text in texts.items()}


def write() -> None:
    """Write the files that the committed document asks for."""
    for name, text in files(DOCUMENT).items():
        (GENERATED / name).write_text(text)


def _run(tool: str, *options: str, given: str | None = None) -> str:
    """What one of our own tools prints."""
    command = [str(TOOLS / tool), *options]
    return subprocess.run(command, input=given, check=True, capture_output=True, text=True).stdout  # noqa: S603


def _formatted(text: str) -> str:
    return _run("ruff", "format", "--stdin-filename", "generated.py", "-", given=text)


def _bare(said: Any) -> Any:
    """A document without the limits of values, for which the generator would make models of their own."""
    if isinstance(said, dict):
        return {name: _bare(each) for name, each in said.items() if name not in LIMITS or isinstance(each, dict)}
    return [_bare(each) for each in said] if isinstance(said, list) else said


def _models(contract: Schema) -> str:
    """A TypedDict for each schema."""
    with tempfile.TemporaryDirectory() as folder:
        document, made = Path(folder) / "openapi.json", Path(folder) / "models.py"
        document.write_text(json.dumps(_bare(contract)))
        _run("datamodel-codegen", f"--input={document}", f"--output={made}", *OPTIONS)
        text = made.read_text()
    text = re.sub(r"\A(#.*\n)+\s*", f'"""What goes over the wire. {MADE}"""\n\n', text)
    return text + "".join(_aliases(contract))


def _aliases(contract: Schema) -> Iterator[str]:
    """A name for each schema that is one of several: the generator writes them out where they are used."""
    for name, schema in contract["components"]["schemas"].items():
        if "oneOf" in schema or "anyOf" in schema:
            yield f'\n{_class(name)} = {_written_out(schema, contract)}\n"""{schema["description"]}"""\n'


def _written_out(schema: Schema, contract: Schema) -> str:
    names = [each["$ref"].rpartition("/")[2] for each in schema.get("oneOf") or schema["anyOf"]]
    parts = [contract["components"]["schemas"][name] for name in names]
    return " | ".join(
        _written_out(part, contract) if "oneOf" in part or "anyOf" in part else _class(name)
        for name, part in zip(names, parts, strict=True)
    )


@dataclass(frozen=True)
class Operation:
    """A route as a method."""

    path: str
    verb: str
    said: Schema
    contract: Schema

    @property
    def name(self) -> str:
        return str(self.said["operationId"])

    @property
    def parameters(self) -> list[Schema]:
        return [self._resolve(each) for each in self.said.get("parameters", [])]

    def _resolve(self, said: Schema) -> Schema:
        while "$ref" in said:
            at: Any = self.contract
            for part in said["$ref"].removeprefix("#/").split("/"):
                at = at[part]
            said = at
        return said

    def of_place(self, place: str) -> list[Schema]:
        return [each for each in self.parameters if each["in"] == place and each["name"] not in OF_THE_CLIENT]

    @property
    def body(self) -> str | None:
        """The model of the body; its fields are the method's."""
        for content in self.said.get("requestBody", {}).get("content", {}).values():
            return _type(content["schema"]).removesuffix(" | None")
        return None

    @property
    def answer(self) -> str:
        """What the method gives: a model, None for no content, or where a redirection leads."""
        kinds: list[str] = []
        for status, response in self.said["responses"].items():
            if status in {"302", "307"}:
                kinds.append("str")
            elif status.startswith("2"):
                content = self._resolve(response).get("content", {})
                kinds += [_type(each["schema"]) for each in content.values()] or ["None"]
        parts = [part for kind in kinds for part in kind.split(" | ")]
        return " | ".join(sorted(dict.fromkeys(parts), key=lambda part: part == "None"))

    @property
    def item(self) -> str | None:
        """What a page holds, where the answer is one that another may follow."""
        schema = self.contract["components"]["schemas"].get(_raw_name(self.said["responses"].get("200", {})), {})
        fields = schema.get("properties", {})
        if "next_cursor" not in fields or "data" not in fields or "has_more" in fields:
            return None
        return _type(fields["data"]["items"])

    def names(self) -> Iterator[str]:
        """The models that the method names."""
        yield from re.findall(r"\b[A-Z]\w+", f"{self.answer} {self.body} {self.item}".replace("None", ""))


def _raw_name(response: Schema) -> str:
    for content in response.get("content", {}).values():
        return str(content["schema"].get("$ref", "")).rpartition("/")[2]
    return ""


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return _class(schema["$ref"].rpartition("/")[2])
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return " | ".join(dict.fromkeys(_type(each) for each in schema[choice]))
    if "enum" in schema or "const" in schema:
        allowed = ", ".join(f'"{each}"' for each in schema.get("enum", [schema.get("const")]))
        return f"Literal[{allowed}]"
    if schema.get("type") == "null":
        return "None"
    if schema.get("type") == "array":
        return f"list[{_type(schema['items'])}]"
    return SCALARS[schema["type"]]


def _class(name: str) -> str:
    """As the generator of models names a schema: `Page_Ban_` is `PageBan`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _python(name: str) -> str:
    """A parameter's name: `from` is a keyword."""
    snake = name.replace("-", "_").lower()
    return f"{snake}_" if iskeyword(snake) else snake


def _module(operations: list[Operation], *, awaits: bool) -> str:
    kind = "AsyncOperations" if awaits else "Operations"
    names = sorted({name for each in operations for name in each.names() if name != "Literal"})
    pages = "AsyncIterator" if awaits else "Iterator"
    lines = [
        f'"""A method for each operation. {MADE}"""',
        "",
        "from abc import ABC, abstractmethod",
        f"from collections.abc import {pages}",
        "from typing import Any, Literal, Unpack",
        "from urllib.parse import quote",
        "",
        "from parley_client.generated.models import (",
        *(f"    {name}," for name in names),
        ")",
        "",
        "",
        f"class {kind}(ABC):",
        '    """The operations of Parley. Arguments are those of the request, answers are its JSON."""',
        "",
        "    @abstractmethod",
        f"    {'async ' if awaits else ''}def call(",
        "        self,",
        "        method: str,",
        "        path: str,",
        "        *,",
        "        query: dict[str, Any] | None = None,",
        "        body: Any = None,",
        "        if_match: int | None = None,",
        "        idempotency_key: str | None = None,",
        "    ) -> Any:",
        '        """The answer to a request, as JSON. Raises `Refused` and `Unreachable`."""',
    ]
    for each in operations:
        lines += ["", *_method(each, awaits=awaits)]
        if each.item is not None:
            lines += ["", *_iterator(each, awaits=awaits)]
    return "\n".join(lines) + "\n"


def _arguments(each: Operation) -> tuple[list[str], list[str]]:
    """The positional arguments of a method, and those by name."""
    positional = [f"{_python(one['name'])}: str" for one in each.of_place("path")]
    named: list[str] = []
    for one in each.of_place("query"):
        said = _type(one["schema"]).removesuffix(" | None")
        named.append(f"{_python(one['name'])}: {said}" + ("" if one.get("required") else " | None = None"))
    named.sort(key=lambda argument: "=" in argument)
    headers = {one["name"] for one in each.of_place("header")}
    if "If-Match" in headers:
        named.append("if_match: int | None = None")
    if "Idempotency-Key" in headers:
        named.append("idempotency_key: str | None = None")
    return positional, named


def _signature(name: str, each: Operation, gives: str, *, awaits: bool, leave: str = "") -> list[str]:
    positional, named = _arguments(each)
    named = [argument for argument in named if not leave or not argument.startswith(leave)]
    arguments = ["self", *positional, *(["*", *named] if named else [])]
    if each.body is not None:
        arguments.append(f"**body: Unpack[{each.body}]")
    return [f"    {'async ' if awaits else ''}def {name}({', '.join(arguments)}) -> {gives}:"]


def _docstring(each: Operation) -> list[str]:
    summary, said = each.said["summary"].rstrip("."), " ".join(each.said.get("description", "").split())
    first = f'        """{summary}.'
    if not said or said.rstrip(".") == summary:
        return [f'{first}"""']
    return [first, "", *_wrapped(said), '        """']


def _wrapped(text: str) -> Iterator[str]:
    line = "       "
    for word in text.replace("\\", "\\\\").split():
        if len(line) + 1 + len(word) > LINE:
            yield line
            line = "       "
        line += f" {word}"
    yield line


def _method(each: Operation, *, awaits: bool) -> list[str]:
    path = re.sub(r"\{(\w+)\}", lambda match: f"{{quote({match[1]}, safe='')}}", each.path)
    words = [f'"{each.verb.upper()}"', f'f"{path}"' if "{" in path else f'"{path}"']
    if queries := [one["name"] for one in each.of_place("query")]:
        words.append("query={" + ", ".join(f'"{name}": {_python(name)}' for name in queries) + "}")
    if each.body is not None:
        words.append("body=body")
    headers = {one["name"] for one in each.of_place("header")}
    words += [f"{_python(name)}={_python(name)}" for name in ("If-Match", "Idempotency-Key") if name in headers]
    waits = "await " if awaits else ""
    call = f"{waits}self.call({', '.join(words)})"
    gives = (
        [f"        {call}"]
        if each.answer == "None"
        else [f"        answer: {each.answer} = {call}", "        return answer"]
    )
    return [*_signature(each.name, each, each.answer, awaits=awaits), *_docstring(each), *gives]


def _iterator(each: Operation, *, awaits: bool) -> list[str]:
    """What is on a page and on those that follow."""
    positional, named = _arguments(each)
    passed = [argument.partition(":")[0] for argument in positional]
    passed += [f"{name}={name}" for name in (argument.partition(":")[0] for argument in named) if name != "cursor"]
    kind = "AsyncIterator" if awaits else "Iterator"
    waits = "await " if awaits else ""
    name = "iterate_" + each.name.removeprefix("list_")
    return [
        *_signature(name, each, f"{kind}[{each.item}]", awaits=awaits, leave="cursor:"),
        f'        """All that `{each.name}` lists, page by page."""',
        "        cursor: str | None = None",
        "        while True:",
        f"            page = {waits}self.{each.name}({', '.join([*passed, 'cursor=cursor'])})",
        '            for each in page["data"]:',
        "                yield each",
        '            cursor = page["next_cursor"]',
        "            if cursor is None:",
        "                return",
    ]


if __name__ == "__main__":
    write()
