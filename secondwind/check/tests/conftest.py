"""A visitor who fills in the forms of the pages as a browser without JavaScript does."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict

Fields = list[tuple[str, str]]

TRAIL = (
    "The outsides of both lower legs ache, from the ankle bone up about eight inches. It comes the day after "
    "a trail run and is worst when I push off with the forefoot. It never happens after road runs, and it is "
    "the same in three different pairs of shoes. I roll it with a foam roller."
)
BREATHLESS = "My left calf is swollen after the long run, and I have chest pain and am short of breath."
SWOLLEN_CALF = "My left calf is clearly swollen, warm and aching since the long run."


@dataclass
class Form:
    method: str
    action: str
    fields: Fields = field(default_factory=list)


@dataclass
class Button:
    form: Form
    action: str
    name: str
    value: str
    text: str = ""


class Forms(HTMLParser):
    """The forms of a page: the fields they would send, and the buttons that send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.by_id: dict[str, Form] = {}
        self.buttons: list[Button] = []
        self.form: Form | None = None
        self.area: list[str] | None = None
        self.area_name = ""
        self.pressed: Button | None = None
        self._waiting: list[tuple[str, Button]] = []
        self.feed(html)
        for id, button in self._waiting:
            button.form = self.by_id[id]
            button.action = button.action or button.form.action

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(given.get("method", "get"), given.get("action", ""))
            self.by_id[given.get("id", f"form-{len(self.by_id)}")] = self.form
        elif tag == "button" and given.get("type") != "button":
            self._button(given)
        elif tag == "input" and self.form:
            kind = given.get("type", "text")
            if kind not in {"radio", "checkbox"} or "checked" in given:
                self.form.fields.append((given.get("name", ""), given.get("value", "")))
        elif tag == "textarea":
            self.area, self.area_name = [], given["name"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "button":
            self.pressed = None
        elif tag == "textarea" and self.form and self.area is not None:
            self.form.fields.append((self.area_name, "".join(self.area)))
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.append(data)
        elif self.pressed:
            self.pressed.text += data

    def _button(self, given: dict[str, str]) -> None:
        form = self.form or Form("", "")
        action = given.get("formaction") or form.action
        button = Button(form, action, given.get("name", ""), given.get("value", ""))
        if "form" in given:
            self._waiting.append((given["form"], button))
        self.buttons.append(button)
        self.pressed = button


class Visitor:
    """Opens pages, fills in fields and presses buttons; `html` is the page now open."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.response: Any = HttpResponse()
        self.addresses: list[str] = []

    @property
    def html(self) -> str:
        return str(self.response.content.decode())

    @property
    def forms(self) -> Forms:
        return Forms(self.html)

    def open(self, address: str) -> "Visitor":
        self.addresses.append(address)
        self.response = self.client.get(address)
        return self

    def press(self, label: str, nth: int = 0, **fields: str | list[str]) -> "Visitor":
        """Press the nth button whose text begins with the label, after putting `fields` into its form."""
        button = [b for b in self.forms.buttons if " ".join(b.text.split()).startswith(label)][nth]
        sent = MultiValueDict[str, str]()
        for name, value in button.form.fields:
            sent.appendlist(name, value)
        for name, values in fields.items():
            sent.setlist(name, [values] if isinstance(values, str) else list(values))
        if button.name:
            sent.appendlist(button.name, button.value)
        self.addresses.append(button.action)
        self.response = self.client.post(button.action, {name: sent.getlist(name) for name in sent})
        return self

    def tells(self, text: str, **fields: Any) -> "Visitor":
        """The first page, filled in and sent."""
        return self.open("/").press("See what I understand", text=text, **fields)

    def screened(self, text: str, **fields: Any) -> "Visitor":
        """As far as the answer, with no danger sign beside those in the words."""
        return self.tells(text, **fields).press("That is right, go on").press("None of these")


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


@pytest.fixture
def trail() -> str:
    """A trail runner's account without any danger sign."""
    return TRAIL


@pytest.fixture
def breathless() -> str:
    """An account with a sign that cannot wait."""
    return BREATHLESS


@pytest.fixture
def swollen_calf() -> str:
    """An account with a sign that must be seen today."""
    return SWOLLEN_CALF


@pytest.fixture
def posted() -> Any:
    """Form fields as Django hands them to a view."""

    def make(fields: Iterable[tuple[str, str]]) -> QueryDict:
        query = QueryDict(mutable=True)
        for name, value in fields:
            query.appendlist(name, value)
        return query

    return make


@pytest.fixture(autouse=True)
def cases_of_the_site(db: None) -> None:
    """The answer looks for similar cases."""
