"""`python -m infrastructure.docs FOLDER`: build the documentation into a folder; see the package's docstring."""

import sys
from pathlib import Path

from infrastructure.docs.build import BuildFailed, build


def main(folder: Path) -> int:
    try:
        made = build(folder)
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"{'Built' if made else 'Nothing changed since'} {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
