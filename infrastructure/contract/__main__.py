"""Write every document of the API: `python -m infrastructure.contract docs` (`make openapi`)."""

import sys
from pathlib import Path

from infrastructure import openapi
from infrastructure.contract import asyncapi, collection, llms


def documents() -> dict[str, str]:
    """The documents by file name, all made from the code."""
    described = openapi.document()
    return {
        "openapi.json": openapi.render(described),
        "asyncapi.json": openapi.render(asyncapi.document()),
        "postman.json": openapi.render(collection.collection(described)),
        "llms.txt": llms.text(described),
    }


def main(folder: Path) -> None:
    for name, text in documents().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
