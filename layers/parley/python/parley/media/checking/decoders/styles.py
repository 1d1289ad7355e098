"""CSS in drawings, token by token: only what is known to draw passes; nothing may load from elsewhere."""

import re

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f])?|(\r\n|[\n\r\f])|(.))", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)
    |(?P<name>@?(?:[\w-]|\\(?:[0-9a-fA-F]{1,6}\s?|.))+)(?P<call>\(|\s*:)?
    |(?P<other>[^\w@\\"'-]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"[^(@\\:]*")
_URL = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^"'()\s]*))\s*\)""", re.DOTALL)
_AT_RULES = frozenset(
    [
        "@media",
        "@font-face",
        "@keyframes",
        "@-webkit-keyframes",
        "@supports",
        "@charset",
        "@layer",
        "@page",
        "@container",
        "@property",
        "@scope",
        "@starting-style",
        "@counter-style",
        "@color-profile",
    ]
)
_FUNCTIONS_NAMES = """
    rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark icc-color device-cmyk calc min max clamp
    round mod rem sin cos tan asin acos atan atan2 pow sqrt hypot log exp abs sign var env attr matrix matrix3d
    translate translatex translatey translatez translate3d rotate rotatex rotatey rotatez rotate3d scale scalex
    scaley scalez scale3d skew skewx skewy perspective blur brightness contrast drop-shadow grayscale hue-rotate
    invert opacity saturate sepia linear-gradient radial-gradient conic-gradient repeating-linear-gradient
    repeating-radial-gradient repeating-conic-gradient cubic-bezier steps linear frames polygon circle ellipse inset
    path rect xywh ray counter counters format tech local minmax repeat fit-content not is where has matches
    nth-child nth-last-child nth-of-type nth-last-of-type lang dir host and or only -webkit-gradient url selector
    style layer supports
"""
_FUNCTIONS = frozenset(_FUNCTIONS_NAMES.split())
_LAST_CHARACTER = 0x10FFFF
_RUNNING = frozenset({"behavior", "-moz-binding"})
_DATA = re.compile(
    r"data:(?:image/(?:png|jpe?g|gif|webp|avif|bmp)|(?:font|application)/(?:x-)?(?:font-)?"
    r"(?:woff2?|ttf|otf|truetype|opentype|sfnt|vnd\.ms-opentype|octet-stream))\s*[;,]",
    re.IGNORECASE,
)


def is_inside(address: str) -> bool:
    """Whether an address names something in the document itself: a fragment, or a picture that it carries."""
    stripped = address.strip()
    return stripped == "" or stripped.startswith("#") or _DATA.match(re.sub(r"[\t\n\r]", "", stripped)) is not None


def draws(style: str) -> bool:
    """Whether a style sheet, a declaration or a value only draws."""
    if _PLAIN.fullmatch(style):
        return True
    text = _COMMENT.sub(" ", style)
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            return False
        position = match.end()
        if match["name"] is None:
            continue
        name, call = _unescaped(match["name"]).lower(), match["call"] or ""
        if not _is_known(name, call):
            return False
        if (name, call) == ("url", "("):
            address = _URL.match(text, position)
            if address is None or not is_inside(_unescaped(next((each for each in address.groups() if each), ""))):
                return False
            position = address.end()
    return True


def _is_known(name: str, call: str) -> bool:
    """Whether a name stands for something that draws: as a rule, a function or a property."""
    if name.startswith("@"):
        return name in _AT_RULES
    if call == "(":
        return name in _FUNCTIONS
    return not call or name not in _RUNNING


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[1]:
            code = int(match[1], 16)
            return chr(code) if 0 < code <= _LAST_CHARACTER else "\ufffd"
        return match[3] or ""

    return _ESCAPE.sub(character, text)
