"""10,000 hostile bodies give no active content: what is shown is read back and held against a short list."""

import random
import re
from html.parser import HTMLParser

import pytest

from secondwind.writing import Picture, render

BODIES = 10_000
CHUNKS = 10

VOID = {"br", "hr", "img"}
# What may stand in a page, written apart from what the room allows: attribute → what its value must be.
ADDRESS = r"(https?://|mailto:|/(?![/\\])|#)[^\s<>\"]*"
ALLOWED: dict[str, dict[str, str]] = {
    "a": {"href": ADDRESS, "rel": "nofollow ugc noopener"},
    "img": {
        "src": r"/pictures/[A-Za-z0-9_-]+\.webp",
        "alt": r"(?s).*",
        "width": "640",
        "height": "480",
        "loading": "lazy",
        "decoding": "async",
    },
    "ol": {"start": r"\d+"},
    "div": {"class": "table-scroll", "tabindex": "0", "role": "group", "aria-label": "Table"},
    "pre": {"tabindex": "0", "role": "group", "aria-label": "Code"},
    "th": {"class": "align-(center|right)"},
    "td": {"class": "align-(center|right)"},
} | {tag: {} for tag in "p br hr h3 h4 h5 h6 em strong s ul li blockquote code table thead tbody tr".split()}

SCRIPTS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A&#x61;vascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "java\u200bscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "%6Aavascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://a.org/1",
    "//evil.org/x",
    "/\\evil.org",
    "\\\\evil.org\\x",
    "https:evil.org",
    'https://a.org/"onmouseover=alert(1)//',
    "https://user:pass@evil.org/",
    'picture:abc" onerror="alert(1)',
    "picture:https://evil.org/x.png",
    "picture://evil.org/x.png",
    "PICTURE:abc",
    "view-source:x",
    "htpps://a.org",
    "http://[::1",
    "x-javascript:alert(1)",
    "about:blank",
    "ws://evil.org",
    "",
    "#",
    "mailto:a@b.org?subject=<script>",
]
HTML = [
    "<script>alert(1)</script>",
    "<script src=//evil.org/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=`x`onerror=alert(1)>",
    '<img src="https://evil.org/p.gif">',
    "<svg onload=alert(1)>",
    "<svg><script href=data:,alert(1) />",
    "<svg><a xlink:href=javascript:alert(1)><text y=1em>x",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=//evil.org/x.swf>",
    "<style>@import '//evil.org/x.css';</style>",
    "<link rel=stylesheet href=//evil.org/x.css>",
    "<base href=//evil.org/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<form action=//evil.org><input name=password></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='https://a.org' style='position:fixed;inset:0' id=x class='button' target=_blank>x</a>",
    "<div hx-get=/accounts/erase/ hx-trigger=load data-hx-post=/x hx-on:click=alert(1)>x</div>",
    "<div id=menu name=body data-x=1 tabindex=1 role=alert aria-label=x>",
    "<h1>big</h1>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<title></title><script>alert(1)</script>",
    "<xmp><p title='</xmp><script>alert(1)</script>'>",
    "<plaintext>",
    "<template><script>alert(1)</script></template>",
    "<custom-part onclick=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "<!DOCTYPE html [<!ENTITY x 'y'>]>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<a\x00b onclick=alert(1)>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "</p></div></main><h1>",
    "<p",
    "<a href='",
    "\"'><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "{{ 7*7 }} {% debug %} ${7*7}",
]
FORMS = [
    "[{text}]({target})",
    "[{text}](<{target}>)",
    '[{text}]({target} "{text}")',
    "[{text}]({target} '{text}')",
    "![{text}]({target})",
    '![{text}](<{target}> "{text}")',
    "[![{text}]({target})]({target})",
    "![[{text}]({target})]({target})",
    "<{target}>",
    "[{text}][r]\n\n[r]: {target}\n",
    "![{text}][r]\n\n[r]: <{target}> '{text}'\n",
    '[r]\n\n[r]: {target} "{text}"\n',
    "{target}",
    "www.a.com/{text}",
    "https://a.org/{text}",
    "![{text}](picture:abc)",
    '![{text}](picture:abc "{text}")',
    "~~{text}~~",
    "**{text}*_",
    "`{text}`",
    "``{text}`",
    "\n```{text}\n{text}\n```\n",
    "\n~~~{target}\n{text}\n",
    "\n    {text}\n",
    "\n> {text}\n> > {target}\n",
    "\n# {text}\n",
    "\n{text}\n===\n",
    "\n1. {text}\n   - {target}\n",
    "\n|{text}|{target}|\n|:-:|-:|\n|{text}|{target}|\n",
    "\n{text}\n\n",
    "\\{text}\\",
    "&{text};",
]
CHARACTERS = [
    "\u202e", "\u2066", "\u2069", "\x00", "\x0b", "\x0c", "\x1b", "\u2028", "\ufeff", "\u200d", "\ud800",
    "\U000e0041", "&#x202E;", "&#0;", "&#xD800;", "&NewLine;", "&Tab;", "&quot;", "&lt;", "'", '"', "<", ">",
    "&", "`", "\\", "]", ")", "](", "[", "|", "\n", "\n\n", "\t", "\r", "a" * 40, "é", "א", "😀",
]  # fmt: skip


def body(chance: random.Random) -> str:
    """A body of one to eight pieces, now and then torn or turned about."""
    text = "".join(piece(chance) for _ in range(chance.randint(1, 8)))
    if chance.random() < 0.3:
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(CHARACTERS) + text[at:]
    if chance.random() < 0.1:
        text = text[chance.randrange(len(text) + 1) :]
    return text


def piece(chance: random.Random, depth: int = 0) -> str:
    kind = chance.random()
    if kind < 0.15:
        return chance.choice(CHARACTERS)
    if kind < 0.4 or depth == 3:
        return chance.choice(HTML)
    inner = piece(chance, depth + 1) if chance.random() < 0.6 else "words"
    return chance.choice(FORMS).replace("{text}", inner).replace("{target}", chance.choice(SCRIPTS))


class Reader(HTMLParser):
    """Reads a page back and raises on anything that is not on the list."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in ALLOWED[tag], (tag, name)
            assert re.fullmatch(ALLOWED[tag][name], value or ""), (tag, name, value)
        assert len({name for name, _ in attrs}) == len(attrs)
        if tag == "a":
            assert "a" not in self.open
            assert dict(attrs).get("rel")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        assert not set(data) & set("\x00\u202d\u202e\x1b")

    def handle_comment(self, data):
        raise AssertionError(f"comment {data}")

    def handle_decl(self, decl):
        raise AssertionError(f"declaration {decl}")

    def handle_pi(self, data):
        raise AssertionError(f"instruction {data}")

    def unknown_decl(self, data):
        raise AssertionError(f"declaration {data}")


def read_back(html: str) -> None:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    # In what nh3 writes, a "<" begins a tag and nothing else.
    assert all(re.match(r"</?[a-z][a-z0-9]*[ >]", html[at.start() :]) for at in re.finditer("<", html))


def show(source: str) -> str:
    return render(source, picture=lambda key: Picture(f"/pictures/{key}.webp", 640, 480))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_hostile_bodies_give_no_active_content(chunk):
    chance = random.Random(chunk)
    for _ in range(BODIES // CHUNKS):
        source = body(chance)
        html = show(source)
        try:
            read_back(html)
        except AssertionError as fault:
            raise AssertionError(f"{fault}\n{source!r}\n{html}") from fault


@pytest.mark.parametrize("target", SCRIPTS)
def test_no_form_of_link_leads_where_it_must_not(target):
    for form in FORMS:
        read_back(show(form.replace("{text}", "x").replace("{target}", target)))


@pytest.mark.parametrize("html", HTML)
def test_html_is_shown_as_it_was_written(html):
    shown = show("words " + html)
    read_back(shown)
    assert not re.search(r"<(?!/?(p|a|br|em|strong|code|s)\b)", shown)


def test_the_reader_of_these_tests_would_see_active_content():
    for page in (
        '<p onclick="x">a</p>',
        '<a href="javascript:x" rel="nofollow ugc noopener">a</a>',
        "<script>x</script>",
        '<img src="https://evil.org/x.webp">',
        "<!-- x -->",
        "<p>",
    ):
        with pytest.raises(AssertionError):
            read_back(page)
