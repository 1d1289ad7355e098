"""`python -m infrastructure.local.pages DIRECTORY PORT`: serve the pages of the stack whose files are in DIRECTORY."""

import argparse
from pathlib import Path

from infrastructure.local.pages import FOLDER
from infrastructure.local.pages.demo import BackEnd
from infrastructure.local.pages.server import Server


def main() -> None:
    parser = argparse.ArgumentParser(description="The local stack's pages")
    parser.add_argument("directory", type=Path)
    parser.add_argument("port", type=int)
    asked = parser.parse_args()
    Server(asked.port, FOLDER, BackEnd(asked.directory)).serve_forever()


if __name__ == "__main__":
    main()
