"""The bill of materials, CycloneDX 1.6 in JSON, from the locks alone: the same locks give the same bytes.

No address of a registry, no moment: a package URL names a package wherever it is fetched from.
"""

import base64
import hashlib
import json
import uuid
from typing import Any
from urllib.parse import quote

from infrastructure.supply.licences import licence_of
from infrastructure.supply.shipped import Package, layer_packages, npm_packages

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/parley")
_ALGORITHMS = {"sha512": "SHA-512", "sha256": "SHA-256", "sha1": "SHA-1"}


def bill() -> dict[str, Any]:
    """All that the layers carry, and, as not shipped (`excluded`), what the npm lock builds and tests with."""
    components = [*map(_of_layer, layer_packages()), *_of_npm()]
    described = json.dumps(components, sort_keys=True).encode()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, hashlib.sha256(described).hexdigest())}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "parley", "bom-ref": "parley"}},
        "components": components,
        "dependencies": [{"ref": "parley", "dependsOn": [each["bom-ref"] for each in components]}],
    }


def _of_layer(package: Package) -> dict[str, Any]:
    """One hash is a component's; a lock has one for every file that may be fetched, so they are properties."""
    url = f"pkg:pypi/{package.name}@{quote(package.version)}"
    return {
        "type": "library",
        "bom-ref": url,
        "name": package.name,
        "version": package.version,
        "purl": url,
        "scope": "required",
        "licenses": [{"expression": licence_of(package.name)}],
        "properties": [
            {"name": "parley:provided-by", "value": "lambda-runtime" if package.is_of_the_runtime else "layer"},
            *({"name": "parley:layer", "value": layer} for layer in package.layers),
            *({"name": "parley:locked-sha256", "value": each} for each in package.hashes),
        ],
    }


def _of_npm() -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path, said in npm_packages().items():
        name = path.rpartition("node_modules/")[2]
        version = str(said.get("version", ""))
        url = f"pkg:npm/{quote(name, safe='/')}@{quote(version)}"
        if not version or said.get("link"):
            continue
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": url,
            "name": name,
            "version": version,
            "purl": url,
            "scope": "excluded" if said.get("dev") else "required",
        }
        if "integrity" in said:
            algorithm, _, digest = said["integrity"].partition("-")
            hashed = {"alg": _ALGORITHMS[algorithm], "content": base64.b64decode(digest).hex()}
            component["hashes"] = [hashed]
        if "license" in said:
            component["licenses"] = [{"expression": said["license"]}]
        found[url] = component
    return [found[url] for url in sorted(found)]


def written() -> str:
    return json.dumps(bill(), indent=2) + "\n"
