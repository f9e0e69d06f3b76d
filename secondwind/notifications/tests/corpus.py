"""Replies as mail programs write them: each shape puts a reply above, below or beside what it answers.

Written for the project after how these programs behave; nobody's mail is in it.
"""

from collections.abc import Callable
from email.message import EmailMessage
from html import escape

ORIGINAL = (
    "bob replied in “Outer lower leg aches”\n\nMine did the same until I built the trail part up slowly.\n\n"
    "Read it where it stands:\nhttps://run.example.org/posts/2/\n\n-- \nStop these mails: https://run.example.org/stop/x/"
)
NAME, ADDRESS = "bob (Second Wind)", "noreply@run.example.org"
QUOTED = "\n".join(f"> {line}".rstrip() for line in ORIGINAL.split("\n"))
ORIGINAL_HTML = "".join(f"<p>{escape(part)}</p>" for part in ORIGINAL.split("\n\n"))
OUTLOOK = (
    f"From: {NAME} <{ADDRESS}>\nSent: Saturday, November 28, 2026 10:00 AM\nTo: alice@example.org\n"
    "Subject: Re: Outer lower leg aches\n"
)
OUTLOOK_HTML = "".join(f"{escape(line)}<br>" for line in OUTLOOK.strip().split("\n"))

# What somebody writes; short, with a list, with paragraphs and signs of other languages.
REPLIES = {
    "short": "Thank you, that helps.",
    "list": "I tried three things:\n\n- rest\n- new shoes\n- calf raises",
    "long": "Gestern 12 km, danach wieder Ziehen außen – très léger.\n\nShould I stop for a week? On hills it is worse.",
}

Shape = Callable[[str], EmailMessage]


def _both(plain: str, html: str) -> EmailMessage:
    message = EmailMessage()
    message.set_content(plain)
    message.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
    return message


def _html(html: str) -> EmailMessage:
    message = EmailMessage()
    message.set_content(
        f"<html><head><style>p{{margin:0}}</style></head><body>{html}</body></html>", subtype="html"
    )
    return message


def _plain(text: str, charset: str = "utf-8", flowed: bool = False, cte: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message.set_content(text, charset=charset, cte=cte or "quoted-printable")
    if flowed:
        message.set_param("format", "flowed")
    return message


def _as_html(reply: str, tag: str = "div") -> str:
    parts = []
    for part in reply.split("\n\n"):
        lines = part.split("\n")
        if all(line.startswith("- ") for line in lines):
            parts.append("<ul>" + "".join(f"<li>{escape(line[2:])}</li>" for line in lines) + "</ul>")
        else:
            parts.append(f"<{tag}>{'<br>'.join(map(escape, lines))}</{tag}>")
    return f"<{tag}><br></{tag}>".join(parts)


def gmail(reply: str) -> EmailMessage:
    line = f"On Sat, 28 Nov 2026 at 10:00, {NAME} <{ADDRESS}> wrote:"
    html = (
        f'<div dir="ltr">{_as_html(reply)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f'{escape(line)}<br></div><blockquote class="gmail_quote">{ORIGINAL_HTML}</blockquote></div>'
    )
    return _both(f"{reply}\n\n{line}\n\n{QUOTED}\n", html)


def gmail_broken_line(reply: str) -> EmailMessage:
    return _plain(f"{reply}\n\nOn Sat, 28 Nov 2026 at 10:00, {NAME} <\n{ADDRESS}> wrote:\n\n{QUOTED}\n")


def iphone(reply: str) -> EmailMessage:
    line = f"On 28 Nov 2026, at 10:00, {NAME} <{ADDRESS}> wrote:"
    html = (
        f'{_as_html(reply)}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Sent from my iPhone</div>'
        f'<div dir="ltr"><br><blockquote type="cite">{escape(line)}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">{ORIGINAL_HTML}</div></blockquote>'
    )
    return _both(f"{reply}\n\nSent from my iPhone\n\n> {line}\n> \n{QUOTED}\n", html)


def apple_mail(reply: str) -> EmailMessage:
    return _plain(f"{reply}\n\n> On 28 Nov 2026, at 10:00, {NAME} <{ADDRESS}> wrote:\n> \n{QUOTED}\n")


def outlook(reply: str) -> EmailMessage:
    html = (
        f'<div class="WordSection1">{_as_html(reply, "p")}<div><div style="border:none;border-top:solid #E1E1E1 '
        f'1.0pt"><p><b>{OUTLOOK_HTML}</b></p></div></div>{ORIGINAL_HTML}</div>'
    )
    return _both(f"{reply}\n\n{OUTLOOK}\n{ORIGINAL}\n", html)


def outlook_web_html_only(reply: str) -> EmailMessage:
    return _html(
        f'{_as_html(reply)}<div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr">{OUTLOOK_HTML}</div>'
        f"<div>{ORIGINAL_HTML}</div>"
    )


def outlook_phone(reply: str) -> EmailMessage:
    return _plain(
        f"{reply}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n{OUTLOOK}\n{ORIGINAL}\n"
    )


def thunderbird(reply: str) -> EmailMessage:
    flowed = "\n".join(_broken(line) for line in reply.split("\n"))
    return _plain(
        f"{flowed}\n\nOn 28/11/2026 10:00, {NAME} wrote:\n{QUOTED}\n\n-- \nAlice\nRunning since 1999\n",
        flowed=True,
    )


def _broken(line: str) -> str:
    """A line as format=flowed breaks it after a few words; one that begins with a space or ">" is stuffed."""
    words = line.split(" ")
    rows = [" ".join(words[at : at + 6]) for at in range(0, len(words), 6)]
    return " \n".join(rows)


def thunderbird_below(reply: str) -> EmailMessage:
    return _plain(f"On 28/11/2026 10:00, {NAME} wrote:\n{QUOTED}\n\n{reply}\n")


def yahoo(reply: str) -> EmailMessage:
    line = f"On Saturday, November 28, 2026 at 10:00:00 AM GMT+1, {NAME} <{ADDRESS}> wrote:"
    html = (
        f'<div class="ydp1">{_as_html(reply)}</div><div id="ydp2" class="yahoo_quoted"><div>{escape(line)}</div>'
        f"{ORIGINAL_HTML}</div>"
    )
    return _both(f"{reply}\n\n    {line}  \n \n {ORIGINAL}\n", html)


def proton(reply: str) -> EmailMessage:
    html = (
        f'{_as_html(reply)}<div class="protonmail_signature_block"><div>Sent with Proton Mail secure email.</div></div>'
        f'<div class="protonmail_quote">On Saturday, November 28th, 2026 at 10:00 AM, {escape(NAME)} wrote:<br>'
        f'<blockquote class="protonmail_quote" type="cite">{ORIGINAL_HTML}</blockquote></div>'
    )
    return _html(html)


def k9_in_german(reply: str) -> EmailMessage:
    return _plain(f"{reply}\n\nAm 28. November 2026 10:00:00 MEZ schrieb {NAME} <{ADDRESS}>:\n{QUOTED}\n")


def orange_in_french(reply: str) -> EmailMessage:
    return _plain(
        f"{reply}\n\nLe 28 nov. 2026 à 10:00, {NAME} <{ADDRESS}> a écrit :\n\n{QUOTED}\n", charset="cp1252"
    )


def mutt(reply: str) -> EmailMessage:
    return _plain(f"{reply}\n\n{QUOTED}\n\n-- \nalice\n", cte="base64")


def samsung_html_only(reply: str) -> EmailMessage:
    return _html(
        f'{_as_html(reply)}<div><br></div><div id="composer_signature"></div><blockquote type="cite">'
        f"-------- Original message --------<br>{OUTLOOK_HTML}{ORIGINAL_HTML}</blockquote>"
    )


def with_attachment(reply: str) -> EmailMessage:
    """A mail in a mail in a mail: mixed, related, alternative."""
    message = gmail(reply)
    message.make_mixed()
    message.add_attachment("a note beside it", filename="note.txt")
    return message


SHAPES: tuple[Shape, ...] = (
    gmail, gmail_broken_line, iphone, apple_mail, outlook, outlook_web_html_only, outlook_phone, thunderbird,
    thunderbird_below, yahoo, proton, k9_in_german, orange_in_french, mutt, samsung_html_only, with_attachment,
)  # fmt: skip
