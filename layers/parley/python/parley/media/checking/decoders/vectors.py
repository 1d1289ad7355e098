"""SVG: drawings, not programs. One that could run or load something is refused.

Read by an XML parser against lists of what draws. What a browser gives no meaning (elements and attributes of an
editor's own namespace) stays; HTML's and MathML's elements do not. A drawing with something that no list knows is
delivered as bytes: nobody has seen that it runs nothing, nor that it does.
"""

import io
import re
from xml.parsers import expat

from parley.media.checking.decoders.styles import draws, is_inside, plain_address
from parley.media.checking.sandbox import Findings, NoPreview, Refused

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_ENTITIES, MAX_ENTITY = 64, 256
SVG, XLINK, XML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace"
_RUN_BY_BROWSERS = frozenset(
    {
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/1998/Math/MathML",
        "http://www.w3.org/2001/xml-events",
        "http://www.w3.org/1999/XSL/Transform",
        "http://www.w3.org/2001/XInclude",
        "http://www.mozilla.org/xbl",
        "http://www.mozilla.org/keymaster/gatekeeper/there.is.only.xul",
    }
)
_ELEMENTS_NAMES = """
    svg g defs symbol use title desc metadata switch a view style image path rect circle ellipse line polyline
    polygon text tspan tref textPath altGlyph altGlyphDef altGlyphItem glyphRef font font-face font-face-src
    font-face-name font-face-format glyph missing-glyph hkern vkern marker linearGradient radialGradient
    mesh meshgradient meshrow meshpatch hatch hatchpath solidcolor solidColor stop pattern clipPath mask filter feBlend
    feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
    feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode
    feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence color-profile cursor
    flowRoot flowRegion flowPara flowSpan flowDiv flowLine animate animateColor animateMotion animateTransform set
    mpath discard tbreak page textArea
"""
_ELEMENTS = frozenset(_ELEMENTS_NAMES.split())
_RUNNING_NAMES = """
    script foreignobject handler listener iframe frame frameset embed object applet audio video source track canvas
    link meta base form input button select textarea html head body img template slot portal animation prefetch
    font-face-uri
"""
_RUNNING = frozenset(_RUNNING_NAMES.split())
"""What runs or loads something somewhere, in any case."""
_ANIMATIONS = frozenset({"animate", "animateColor", "animateMotion", "animateTransform", "set"})
_NOT_ANIMATED = re.compile(r"(?:.*:)?(?:href|src|style|on.*)", re.IGNORECASE)
_LINK = re.compile(
    r"(?:https?|ftps?|mailto|tel|sms|geo|sips?|xmpp|callto|skype|whatsapp|tg|urn|doi):|[^:/?#]*(?:[/?#]|\Z)",
    re.IGNORECASE,
)
"""Where a link may lead that is followed by hand: pages, whatever opens no program in this one."""
_TEXTS_NAMES = """
    id class lang role title name type version baseProfile result in in2 unicode glyph-name systemLanguage d points
    requiredFeatures requiredExtensions viewBox preserveAspectRatio begin end keyTimes keySplines keyPoints target
    content contentScriptType contentStyleType media rel attributeName tabindex label alt description comment
    font-family
"""
_TEXTS = frozenset(_TEXTS_NAMES.split())
"""Attributes whose values are no CSS."""
_PUBLIC = "-//W3C//"
_SYSTEM = re.compile(r"https?://www\.w3\.org/")
"""Definitions that every parser knows, and browsers never load."""


class _Drawing:
    """The state of one reading."""

    def __init__(self) -> None:
        self.root: str | None = None
        self.is_known = True
        self._styles: list[str] = []
        self._depth = self._style_depth = self._entities = 0

    def doctype(self, _name: str, system: str | None, public: str | None, _subset: bool) -> None:  # noqa: FBT001 - expat's
        is_known = (public or "").startswith(_PUBLIC) or (not public and _SYSTEM.match(system or ""))
        if (system or public) and not is_known:
            raise Refused("active_content")

    def entity(self, _name: str, parameter: bool, value: str | None, *_: object) -> None:  # noqa: FBT001 - expat's
        """Abbreviations, as Illustrator writes for namespaces, are fine; what grows or reads elsewhere is not."""
        self._entities += 1
        plain = value is not None and len(value) <= MAX_ENTITY and not set("&%<") & set(value)
        if parameter or not plain or self._entities > MAX_ENTITIES:
            raise Refused("active_content")

    def instruction(self, target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise Refused("active_content")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        space, _, local = name.rpartition(" ")
        if self.root is None:
            self.root = local
        if self._style_depth:
            raise Refused("active_content")  # what a style sheet is then made of, browsers do not agree on
        if space in _RUN_BY_BROWSERS:
            raise Refused("active_content")
        _check_base(attributes.get(f"{XML} base"))
        if space not in {SVG, ""}:
            return
        if local not in _ELEMENTS:
            if local.lower() in _RUNNING:
                raise Refused("active_content")
            self.is_known = False
        if local == "style":
            self._style_depth = self._depth
        for attribute, value in attributes.items():
            if not _is_known(local, attribute, value):
                self.is_known = False

    def end(self, _name: str) -> None:
        if self._style_depth == self._depth:
            if not draws("".join(self._styles)):
                self.is_known = False
            self._styles, self._style_depth = [], 0
        self._depth -= 1

    def text(self, data: str) -> None:
        if self._style_depth:
            self._styles.append(data)


def inspect_svg(file: io.RawIOBase) -> Findings:
    """Read the whole drawing. Raises `Refused` for what could run or load something, `NoPreview` for a broken one."""
    source = file.read(MAX_FILE_BYTES + 1) or b""
    if len(source) > MAX_FILE_BYTES:
        raise NoPreview("image_too_large")
    drawing = _Drawing()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = drawing.doctype
    parser.EntityDeclHandler = drawing.entity
    parser.ProcessingInstructionHandler = drawing.instruction
    parser.StartElementHandler = drawing.start
    parser.EndElementHandler = drawing.end
    parser.CharacterDataHandler = drawing.text
    try:
        parser.Parse(source.lstrip(b" \t\r\n"), True)
    except (expat.ExpatError, ValueError, LookupError):
        raise NoPreview("undecodable") from None
    if drawing.root != "svg":
        raise Refused("type_mismatch")
    if not drawing.is_known:
        raise NoPreview("undecodable")
    return {}, {}


def _check_base(address: str | None) -> None:
    if address is not None and not is_inside(address):
        raise Refused("active_content")


def _is_known(element: str, name: str, value: str) -> bool:
    """Whether an attribute is known to draw only, or means nothing. Raises `Refused` for one that is active."""
    space, _, local = name.rpartition(" ")
    if space not in {"", XLINK}:
        return True
    lowered = local.lower()
    if lowered == "href":
        if not (is_inside(value) or (element == "a" and _LINK.match(plain_address(value)))):
            raise Refused("active_content")
        return True
    if space == XLINK:
        return True
    if lowered.startswith("on") or lowered in {"src", "srcset", "srcdoc", "action", "formaction", "ping"}:
        raise Refused("active_content")
    if element in _ANIMATIONS and local == "attributeName" and _NOT_ANIMATED.fullmatch(value.strip()):
        raise Refused("active_content")
    if local in _TEXTS or lowered.startswith(("data-", "aria-")):
        return True
    values = value.split(";") if local == "values" else [value]  # an animation's are apart before they are read
    known = [draws(each) for each in values]
    return all(known)
