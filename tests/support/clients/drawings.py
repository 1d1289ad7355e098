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
    "prefix": b'<s:svg xmlns:s="http://www.w3.org/2000/svg" width="9" height="9"><s:rect width="9"/></s:svg>',
}
ACTIVE = {
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
