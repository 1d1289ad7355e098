"""The licences of what is shipped, held to a list of those that are allowed; `docs/licences.md` shows them.

They are read from what the installed packages say, which are the locked ones. What a wheel carries besides, native
libraries, says nothing that a program could read: `NATIVE` has it, and a test looks for libraries that are not there.
"""

import importlib.metadata
import re
from pathlib import Path

from infrastructure.layers import ROOT
from infrastructure.supply.shipped import Package, layer_packages, npm_clients, python_client

PAGE = ROOT / "docs" / "licences.md"
ALLOWED = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0",
        "Unlicense", "Zlib",
    }
)  # fmt: skip
"""Permissive ones, and MPL, which asks for the source of its own files alone."""
_NAMED = {
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What packages wrote before there were expressions."""
STATED = {
    "pi-heif": ("BSD-3-Clause", "its own code; a classifier names the LGPL for the libraries that it carries, below"),
    "pystemmer": ("MIT AND BSD-3-Clause", "its own code, and Snowball's"),
    "python-dateutil": ("Apache-2.0 OR BSD-3-Clause", "it says `Dual License`"),
}
"""What cannot be read from a package's own words."""

NATIVE: dict[str, dict[str, str]] = {
    "av": {
        "avcodec": "LGPL-3.0-or-later", "avdevice": "LGPL-3.0-or-later", "avfilter": "LGPL-3.0-or-later",
        "avformat": "LGPL-3.0-or-later", "avutil": "LGPL-3.0-or-later", "swresample": "LGPL-3.0-or-later",
        "swscale": "LGPL-3.0-or-later", "x264": "GPL-2.0-or-later", "x265": "GPL-2.0-or-later",
        "SvtAv1Enc": "BSD-3-Clause-Clear", "Xau": "MIT", "asound": "LGPL-2.1-or-later", "dav1d": "BSD-2-Clause",
        "drm": "MIT", "gmp": "LGPL-3.0-or-later", "gnutls": "LGPL-2.1-or-later", "hogweed": "LGPL-3.0-or-later",
        "mp3lame": "LGPL-2.0-or-later", "nettle": "LGPL-3.0-or-later", "opencore-amrnb": "Apache-2.0",
        "opencore-amrwb": "Apache-2.0", "opus": "BSD-3-Clause", "sharpyuv": "BSD-3-Clause",
        "unistring": "LGPL-3.0-or-later", "vpl": "MIT", "vpx": "BSD-3-Clause", "webp": "BSD-3-Clause",
        "webpmux": "BSD-3-Clause", "xcb": "MIT", "xcb-shape": "MIT", "xcb-shm": "MIT", "xcb-xfixes": "MIT",
    },
    "pi-heif": {"de265": "LGPL-3.0-or-later", "heif": "LGPL-3.0-or-later"},
    "pikepdf": {"jpeg": "IJG AND BSD-3-Clause", "qpdf": "Apache-2.0"},
    "pillow": {
        "Xau": "MIT", "avif": "BSD-2-Clause", "brotlicommon": "MIT", "brotlidec": "MIT", "freetype": "FTL",
        "harfbuzz": "MIT", "jpeg": "IJG AND BSD-3-Clause", "lcms2": "MIT", "lzma": "0BSD", "openjp2": "BSD-2-Clause",
        "png16": "libpng-2.0", "sharpyuv": "BSD-3-Clause", "tiff": "libtiff", "webp": "BSD-3-Clause",
        "webpdemux": "BSD-3-Clause", "webpmux": "BSD-3-Clause", "xcb": "MIT", "zstd": "BSD-3-Clause",
    },
}  # fmt: skip
"""The shared libraries in the wheels of the layers, by wheel."""
NATIVE_ALLOWED = ALLOWED | {
    "BSD-3-Clause-Clear", "FTL", "IJG AND BSD-3-Clause", "LGPL-2.0-or-later", "LGPL-2.1-or-later", "LGPL-3.0-or-later",
    "libpng-2.0", "libtiff",
}  # fmt: skip
"""Of libraries that are loaded as files of their own, so that another build can take their place, as the LGPL wants."""
ACCEPTED = {
    ("av", "x264"): "linked by libavcodec, never called: ADR 34",
    ("av", "x265"): "linked by libavcodec, never called: ADR 34",
}
"""What the list does not allow, and why it is there all the same."""
_LIBRARY = re.compile(r"lib([A-Za-z][A-Za-z0-9_+-]*?)(?:-[0-9a-f]{8})?\.so")


class NotReadable(LookupError):
    """A package says nothing of its licence that is understood: look, and state it."""


def licence_of(package: str) -> str:
    """The SPDX expression of an installed package. Raises `NotReadable`."""
    if package in STATED:
        return STATED[package][0]
    said = importlib.metadata.metadata(package)
    for expression in said.get_all("License-Expression", []):
        return str(expression)
    classifiers = [
        line.rpartition(" :: ")[2] for line in said.get_all("Classifier", []) if line.startswith("License ::")
    ]
    named = [str(each).strip() for each in said.get_all("License", [])]
    for name in (*named, *classifiers):
        if (found := _NAMED.get(name, name)) in ALLOWED:
            return str(found)
    raise NotReadable(f"{package} says {named or classifiers or 'nothing'} of its licence")


def is_allowed(expression: str, allowed: frozenset[str] = ALLOWED) -> bool:
    """Whether one of the alternatives is allowed, of which every part must be."""
    if expression in allowed:
        return True
    alternatives = [part.strip(" ()") for part in expression.split(" OR ")]
    return any(all(each.strip(" ()") in allowed for each in one.split(" AND ")) for one in alternatives)


def refused() -> list[str]:
    """What is shipped under a licence that is not allowed."""
    names = (*(each.name for each in layer_packages()), *python_client())
    found = [f"{name}: {said}" for name in names if not is_allowed(said := licence_of(name))]
    return found + [
        f"{wheel}'s lib{library}: {said}"
        for wheel, libraries in NATIVE.items()
        for library, said in libraries.items()
        if not is_allowed(said, NATIVE_ALLOWED) and (wheel, library) not in ACCEPTED
    ]


def libraries_in(wheel: str) -> set[str]:
    """The shared libraries that an installed wheel carries, as this machine's wheel has them."""
    distribution = importlib.metadata.distribution(wheel)
    files = (Path(str(file)) for file in distribution.files or ())
    return {match[1] for file in files if file.parent.name.endswith(".libs") and (match := _LIBRARY.match(file.name))}


_PAGE = """# Licences of what is shipped

Written by `make licences` from the locks and from what the packages say; `tests/unit/test_supply.py` holds it to them.
Allowed are {allowed}; of native libraries, which are files of their own, the LGPL too.

## Layers
| package | version | licence | layers |
| --- | --- | --- | --- |
{rows}

What Lambda's Python runtime brings is marked so, and is in no layer.

## Native libraries in these wheels
| wheel | libraries |
| --- | --- |
{native}

PyAV's wheel carries FFmpeg, built with `--enable-version3` and without `--enable-gpl`: it calls itself LGPL 3 or later.
It is linked with libx264 and libx265 all the same, which are GPL 2 or later, so the built layer `media` is passed on as
a work under the GPL, or not at all. Deploying to an account of one's own passes nothing on. Parley's source is not part
of that work, and an FFmpeg without encoders takes the wheel's place: ADR 34.

## Clients
| client | asks for |
| --- | --- |
| `parley-client` (Python) | {python} |
{npm}

No package of npm's is shipped with a client: React (MIT) is the app's own. What `package-lock.json` locks builds and
tests.
"""


def page() -> str:
    """`docs/licences.md`."""
    return _PAGE.format(
        allowed=", ".join(sorted(ALLOWED)),
        rows="\n".join(map(_row, layer_packages())),
        native="\n".join(f"| {wheel} | {_by_licence(libraries)} |" for wheel, libraries in sorted(NATIVE.items())),
        python=", ".join(f"{each} ({licence_of(each)})" for each in python_client()),
        npm="\n".join(f"| `{name}` (npm) | {', '.join(asked) or 'nothing'} |" for name, asked in npm_clients().items()),
    )


def _row(package: Package) -> str:
    where = "the runtime" if package.is_of_the_runtime else ", ".join(package.layers)
    return f"| {package.name} | {package.version} | {licence_of(package.name)} | {where} |"


def _by_licence(libraries: dict[str, str]) -> str:
    by: dict[str, list[str]] = {}
    for library, expression in libraries.items():
        by.setdefault(expression, []).append(library)
    return "; ".join(f"{expression}: {', '.join(sorted(names))}" for expression, names in sorted(by.items()))


def ffmpeg() -> dict[str, str]:
    """What the FFmpeg in the installed wheel says of itself: its licence and how it was configured."""
    from av import _core  # noqa: PLC0415 - it loads FFmpeg

    said = _core.library_meta["libavcodec"]
    return {"license": str(said["license"]), "configuration": str(said["configuration"])}
