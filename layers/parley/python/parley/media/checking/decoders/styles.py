"""CSS in drawings, token by token as browsers split it (CSS Syntax 3): nothing may load from elsewhere.

A reader that ends a string, a comment or an address elsewhere than a browser does takes for text what a browser runs.
"""

import re

from parley.media.checking.sandbox import Refused

_NEWLINE = re.compile(r"\r\n|[\r\f]")
_ESCAPED = r"\\(?:[0-9a-fA-F]{1,6}+[ \t\n]?+|[^0-9a-fA-F\n])"
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n]?|(\n)|(.))", re.DOTALL)
_DOUBLE = rf'"(?:[^"\\\n]|{_ESCAPED}|\\\n)*+'
_SINGLE = rf"'(?:[^'\\\n]|{_ESCAPED}|\\\n)*+"
_NAME = rf"(?:[\w-]|[^\x00-\x7f]|{_ESCAPED})++"
_TOKEN = re.compile(
    rf"""(?P<comment>/\*.*?(?:\*/|\Z))
    |(?P<string>{_DOUBLE}"?|{_SINGLE}'?)
    |(?P<hash>\#{_NAME})
    |(?P<name>@?{_NAME})(?P<call>\(|[ \t\n]*:)?
    |(?P<other>[\x00-!$%&()*+,.:;<=>?\[\]^`{{|}}~]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"[^(@\\:]*")
_URL = re.compile(
    rf"""[ \t\n]*(?:({_DOUBLE})"|({_SINGLE})'|((?:[^"'()\\\s\x00-\x1f\x7f]|{_ESCAPED})*+))[ \t\n]*\)""", re.DOTALL
)
_AT_RULES_NAMES = """
    @media @font-face @keyframes @-webkit-keyframes @-moz-keyframes @-o-keyframes @-ms-keyframes @supports @charset
    @layer @page @container @property @scope @starting-style @counter-style @color-profile @namespace @viewport
    @-ms-viewport @font-feature-values @font-palette-values @styleset @stylistic @swash @ornaments @annotation
    @character-variant
"""
_AT_RULES = frozenset(_AT_RULES_NAMES.split())
_FUNCTIONS_NAMES = """
    rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark contrast-color icc-color device-cmyk calc
    min max clamp round mod rem sin cos tan asin acos atan atan2 pow sqrt hypot log exp abs sign var env attr matrix
    matrix3d translate translatex translatey translatez translate3d rotate rotatex rotatey rotatez rotate3d scale
    scalex scaley scalez scale3d skew skewx skewy perspective blur brightness contrast drop-shadow grayscale
    hue-rotate invert opacity saturate sepia cubic-bezier steps linear frames polygon circle ellipse inset path
    shape rect xywh ray counter counters format tech local minmax repeat fit-content not is where has matches any
    -webkit-any -moz-any nth-child nth-last-child nth-of-type nth-last-of-type nth-col nth-last-col lang dir host
    host-context slotted part state and or only -webkit-gradient url selector style layer supports palette-mix
    stylistic styleset swash ornaments annotation character-variant symbols accesskey wallclock alpha
"""
_FUNCTIONS = frozenset(_FUNCTIONS_NAMES.split()) | {
    f"{prefix}{kind}-gradient"
    for prefix in ("", "-webkit-", "-moz-", "-o-", "-ms-")
    for kind in ("linear", "radial", "conic", "repeating-linear", "repeating-radial", "repeating-conic")
}
_LOADING_NAMES = """
    image-set -webkit-image-set image src cross-fade -webkit-cross-fade element -moz-element paint expression
    @import @-moz-document
"""
_LOADING = frozenset(_LOADING_NAMES.split())
"""What takes an address without `url`, runs a program, or reads another sheet."""
_RUNNING = frozenset({"behavior", "-ms-behavior", "-moz-binding"})
_LAST_CHARACTER = 0x10FFFF
_CONTROLS = "".join(map(chr, range(33)))
"""What the parser of addresses takes away around one."""
_DATA = re.compile(
    r"data:(?:image/(?:png|apng|jpe?g|pjpeg|gif|webp|avif|bmp|x-ms-bmp|tiff?|x-icon|vnd\.microsoft\.icon)"
    r"|(?:font|application)/(?:x-)?(?:font-)?"
    r"(?:woff2?|ttf|otf|truetype|opentype|sfnt|collection|vnd\.ms-(?:opentype|fontobject)|octet-stream))?\s*[;,]",
    re.IGNORECASE,
)


def plain_address(address: str) -> str:
    """An address as browsers read it."""
    return re.sub(r"[\t\n\r]", "", address.strip(_CONTROLS))


def is_inside(address: str) -> bool:
    """Whether an address names something in the document itself: a fragment, or a picture that it carries."""
    plain = plain_address(address)
    return plain == "" or plain.startswith("#") or _DATA.match(plain) is not None


def draws(style: str) -> bool:
    """Whether all of a style sheet, a declaration or a value is known to draw only.

    Raises `Refused` for what could load from elsewhere or run.
    """
    if _PLAIN.fullmatch(style):
        return True
    text = _NEWLINE.sub("\n", style)
    position, is_known, names_space = 0, True, False
    while match := _TOKEN.match(text, position):
        position = match.end()
        if match["name"] is None:
            names_space = names_space and not {";", "{"} & set(match["other"] or "")
            continue
        name, call = _unescaped(match["name"]).lower(), match["call"] or ""
        if name in _RUNNING and call.endswith(":"):
            raise Refused("active_content")
        if name in _LOADING and (call == "(" or name.startswith("@")):
            raise Refused("active_content")
        if (name, call) == ("url", "("):
            position = _end_of_address(text, position, is_name=names_space)
        names_space = names_space or name == "@namespace"
        is_known = is_known and _is_known(name, call)
    return is_known


def _end_of_address(text: str, position: int, *, is_name: bool) -> int:
    """Where `url(…)` ends. Raises `Refused` for one that leads elsewhere; a namespace's is only its name."""
    address = _URL.match(text, position)
    if address is None:
        raise Refused("active_content")
    said = next((each for each in address.groups() if each), "")
    if not is_name and not is_inside(_unescaped(said[1:] if said[:1] in {'"', "'"} else said)):
        raise Refused("active_content")
    return address.end()


def _is_known(name: str, call: str) -> bool:
    """Whether a name stands for something that draws: as a rule, a function or a property."""
    if name.startswith("@"):
        return name in _AT_RULES
    return call != "(" or name in _FUNCTIONS


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[1]:
            code = int(match[1], 16)
            return chr(code) if 0 < code <= _LAST_CHARACTER else "\ufffd"
        return match[3] or ""

    return _ESCAPE.sub(character, text)
