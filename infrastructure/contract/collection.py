"""The collection for Postman, which Bruno, Insomnia and Hoppscotch import too: every operation with its example.

Made from the OpenAPI document, in Postman's format 2.1.
"""

import json
from typing import Any

Schema = dict[str, Any]
FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
VARIABLES = {
    "base_url": ("https://api.example.com", "The API's address; `make up` and `make deploy` print it"),
    "token": ("", "A user token"),
    "server_token": ("", "A token of the tenant's back end"),
    "operator_key": ("", "The operator's key, `op_…`"),
}
BEARERS = {"token": "token", "serverToken": "server_token", "operatorKey": "operator_key"}
"""The variable that has what each security scheme asks for."""


def collection(document: Schema) -> Schema:
    """A folder for each tag, a request for each operation."""
    folders: dict[str, list[Schema]] = {tag["name"]: [] for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            folders[operation["tags"][0]].append(_request(path, method.upper(), operation, document))
    return {
        "info": {
            "name": document["info"]["title"],
            "description": document["info"]["description"],
            "schema": FORMAT,
        },
        "variable": [
            {"key": name, "value": value, "description": description}
            for name, (value, description) in VARIABLES.items()
        ],
        "item": [
            {"name": tag["name"], "description": tag["description"], "item": folders[tag["name"]]}
            for tag in document["tags"]
        ],
    }


def _request(path: str, method: str, operation: Schema, document: Schema) -> Schema:
    parameters = [_parameter(each, document) for each in operation["parameters"]]
    of_path = [each for each in parameters if each["in"] == "path"]
    query = [_pair(each) | {"disabled": "example" not in each} for each in parameters if each["in"] == "query"]
    headers = [_pair(each) | {"disabled": not each["required"]} for each in parameters if each["in"] == "header"]
    segments = [f":{part[1:-1]}" if part.startswith("{") else part for part in path.strip("/").split("/")]
    asked = "&".join(f"{each['key']}={each['value']}" for each in query if not each["disabled"])
    request: Schema = {
        "method": method,
        "description": operation["description"],
        "auth": _auth(operation["security"]),
        "header": headers,
        "url": {
            "raw": "{{base_url}}/" + "/".join(segments) + (f"?{asked}" if asked else ""),
            "host": ["{{base_url}}"],
            "path": segments,
            "query": query,
            "variable": [_pair(each) for each in of_path],
        },
    }
    if "requestBody" in operation:
        example = operation["requestBody"]["content"]["application/json"].get("example", {})
        text = json.dumps(example, indent=2, ensure_ascii=False)
        request["body"] = {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}
        request["header"] = [{"key": "Content-Type", "value": "application/json"}, *headers]
    return {"name": operation["summary"], "request": request}


def _parameter(parameter: Schema, document: Schema) -> Schema:
    if "$ref" not in parameter:
        return parameter
    shared: Schema = document["components"]["parameters"][parameter["$ref"].split("/")[-1]]
    return shared


def _pair(parameter: Schema) -> Schema:
    value = parameter.get("example", "")
    text = value if isinstance(value, str) else json.dumps(value)
    return {"key": parameter["name"], "value": text, "description": parameter["description"]}


def _auth(security: list[Schema]) -> Schema:
    if not security:
        return {"type": "noauth"}
    (scheme,) = security[0]
    return {"type": "bearer", "bearer": [{"key": "token", "value": "{{" + BEARERS[scheme] + "}}", "type": "string"}]}
