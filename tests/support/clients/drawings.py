"""SVG files: what draws, and what could run or load something."""


def svg(inside: str, before: str = "") -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'{before}<svg {names} width="40" height="30">{inside}</svg>'.encode()


GRADIENT = '<defs><linearGradient id="g"><stop stop-color="red"/></linearGradient></defs>'
DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
ILLUSTRATOR = (
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" '
    '[<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">]>\n'
)
DRAWINGS = {
    "doctype": svg("<rect width='9' height='9'/>", '<?xml version="1.0"?>\n<!-- made by hand -->\n' + DOCTYPE),
    "illustrator": svg('<g xmlns:i="&ns_ai;" i:layer="yes"><path d="M0 0h9v9z"/></g>', ILLUSTRATOR),
    "quoted reference": svg(GRADIENT + "<rect fill='url(\"#g\")' width='9' height='9'/>"),
    "reference": svg(GRADIENT + '<rect fill="url(#g)" style="stroke:url( \'#g\' )" width="9" height="9"/>'),
    "utf-16": ('<?xml version="1.0" encoding="UTF-16"?>' + svg("<circle r='9'/>").decode()).encode("utf-16"),
    "style": svg("<style><![CDATA[ .a:hover > b { fill: rgb(1,2,3); /* url(//x) */ } @media print { a{} } ]]></style>"),
    "editor": svg(
        '<metadata/><g xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:label="a(b)@c:d"><i:x y="z"/></g>'
    ),
    "animation": svg('<rect width="9" height="9"><animate attributeName="x" values="0;9" dur="1s"/></rect>'),
    "link": svg('<a xlink:href="https://example.com/"><text y="9" aria-label="f(x): y">hi</text></a>'),
    "picture": svg('<image width="9" height="9" href="data:image/png;base64,iVBORw0KGgo="/>'),
    "links by hand": svg('<a href="tel:+4930"><text y="9">a</text></a><a href="page.html"><text y="9">b</text></a>'),
    "names": svg('<g label="Layer (1): a@b" alt="f(x)"><text y="9" font-family="Arial (Body)">a</text></g>'),
    "namespace of a style": svg("<style>@namespace s url(http://www.w3.org/2000/svg); s|a { fill: red }</style>"),
    "older styles": svg("<style>@-moz-keyframes a{} a:-webkit-any(b){fill:-webkit-linear-gradient(red,blue)}</style>"),
    "address in a string": svg('<style>a{content:"url(https://example.com) /*"} /* " url(//x) */ b{fill:red}</style>'),
    "pictures of other types": svg(
        '<image width="9" height="9" href="data:image/tiff;base64,SUkqAA=="/>'
        '<image width="9" height="9" href="data:;base64,iVBORw0KGgo="/>'
    ),
    "definition by its address": svg("", '<!DOCTYPE svg SYSTEM "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'),
    "long before it begins": svg("<rect width='9' height='9'/>", f'<?xml version="1.0"?><!-- {"by hand " * 1200} -->'),
    "prefix": b'<s:svg xmlns:s="http://www.w3.org/2000/svg" width="9" height="9"><s:rect width="9"/></s:svg>',
}
OUTSIDE = "url(https://example.com/a.svg)"
_HIDDEN = {
    "a string that looks like a comment": f'a{{--a:"/*";fill:{OUTSIDE};--b:"*/"}}',
    "an address that looks like a comment": f"a{{mask:url(#a/*);fill:{OUTSIDE};b:url(*/)}}",
    "an escape of a line's end": f'a{{b:"\\&#13;&#10;";fill:{OUTSIDE};c:""}}',
    "a string that ends with its line": f'a{{b:"&#13;;fill:{OUTSIDE};c:"}}',
    "an escape in hex": f'a{{b:"\\41&#10;";fill:{OUTSIDE};c:""}}',
    "an address with an escape": f'a{{b:url(#a\\)"x) ; fill:{OUTSIDE} ;"}}',
    "a hash that looks like an address": f'a{{b:#url(#a/*) " */ ;fill:{OUTSIDE}; "}}',
    "what ends with the file": f"a{{fill:{OUTSIDE[:-1]}",
}
"""Style sheets that a reader takes for harmless which splits them otherwise than browsers do."""
ACTIVE = {
    **{name: svg(f"<style>{style}</style>") for name, style in _HIDDEN.items()},
    "a value that is split before it is read": svg(
        f"<rect><animate attributeName='fill' values='\"; {OUTSIDE} ; \"'/></rect>"
    ),
    "space that is none in an address": svg('<use href="&#160;#a"/>'),
    "base on an editor's element": svg('<x:g xmlns:x="urn:x" xml:base="https://example.com/"><use href="#a"/></x:g>'),
    "ping": svg('<a href="#a" ping="https://example.com/"><text>a</text></a>'),
    "image": svg("<rect style=\"mask:image('https://example.com/a.png')\"/>"),
    "script of xul": svg(
        '<x:script xmlns:x="http://www.mozilla.org/keymaster/gatekeeper/there.is.only.xul">alert(1)</x:script>'
    ),
    "script": svg("<script>alert(1)</script>"),
    "script of html": svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>'),
    "handler": svg('<rect onload="alert(1)"/>'),
    "link": svg('<a xlink:href=" java&#10;script:alert(1)"/>'),
    "page": svg("<foreignObject/>"),
    "page in a link": svg('<a href="data:text/html,hi"/>'),
    "picture from elsewhere": svg('<image href="https://example.com/a.png"/>'),
    "drawing in a picture": svg('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>'),
    "use from elsewhere": svg('<use href="https://example.com/a.svg#a"/>'),
    "fill from elsewhere": svg('<rect fill="url(https://example.com/a.svg#g)"/>'),
    "fill, quoted": svg("<rect fill='url( \"https://example.com/a.svg#g\" )'/>"),
    "fill, escaped": svg('<rect fill="u\\72 l(https://example.com/a)"/>'),
    "style imports": svg("<style>@import 'https://example.com'</style>"),
    "style imports behind an element": svg("<style><g/>@import url(https://example.com/a.css);</style>"),
    "style imports, escaped": svg("<style>@\\69mport 'https://example.com/a.css';</style>"),
    "style imports behind a comment": svg("<style>/**/@im\\port 'https://example.com/a.css';</style>"),
    "image set": svg("<style>a{background:image-set('https://example.com/a.png' 1x)}</style>"),
    "cross fade": svg('<rect style="mask-image:-webkit-cross-fade(url(#a), url(//example.com), 50%)"/>'),
    "font": svg("<style>@font-face{src:url(//example.com/a.woff)}</style>"),
    "set href": svg('<a><set attributeName="xlink:href" to="javascript:alert(1)"/></a>'),
    "animated handler": svg('<set attributeName="onclick" to="alert(1)"/>'),
    "base": svg('<g xml:base="https://example.com/"><use href="#a"/></g>'),
    "entities": svg("&b;", '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'),
    "outside entity": svg("&b;", '<!DOCTYPE svg [<!ENTITY b SYSTEM "file:///etc/passwd">]>'),
    "other doctype": svg("", '<!DOCTYPE svg SYSTEM "https://example.com/a.dtd">'),
    "style sheet": svg("", '<?xml-stylesheet href="https://example.com/a.css"?>'),
    "utf-16": svg("<script>alert(1)</script>").decode().encode("utf-16"),
    "iframe": svg('<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://example.com"/>'),
}
