"""The base page, and what holds for every template."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.templatetags.static import static
from django.utils.html import escape

ROOMS = Path(__file__).parents[2]
# Mails have no style sheet, and no policy that forbids a style of their own.
TEMPLATES = sorted(
    file
    for folder in ("templates", "jinja2")
    for file in ROOMS.glob(f"*/{folder}/**/*.html")
    if file.parent.name != "mail"
)


def test_it_begins_with_a_way_to_the_content(client):
    html = client.get("/method/").content.decode()
    body = html.split("<body")[1]

    assert 0 < body.index('href="#main"') < body.index("<header")
    assert '<main id="main" tabindex="-1">' in body


def test_it_marks_where_one_is(client):
    nav = client.get("/conditions/").content.decode().split('aria-label="Site"')[1].split("</nav>")[0]

    assert re.findall(r'href="(\S+)" aria-current="page"', nav) == ["/conditions/"]


def test_it_marks_the_part_of_the_site_that_a_page_belongs_to(client, db):
    found = {}
    for page in ("/conditions/dvt/", "/community/places/", "/my-commentary/", "/method/"):
        html = client.get(page, follow=True).content.decode()
        found[page] = re.findall(r'href="(\S+)" aria-current="true"', html.split("</header>")[0])

    assert found == {
        "/conditions/dvt/": ["/conditions/"],
        "/community/places/": ["/community/"],
        "/my-commentary/": [],
        "/method/": [],
    }


def test_its_head_says_who_is_signed_in_and_what_is_unread(django_user_model):
    member = django_user_model(username="<b>hill</b>")
    member.unread_count = 3
    context = Context({"member": member, "request": SimpleNamespace(path="/log/x/", resolver_match=None)})
    head = Template("{% site_head %}").render(context)

    assert "&lt;b&gt;hill&lt;/b&gt;" in head
    assert '<span class="unread-count">3<' in head
    assert re.findall(r'href="(\S+)" aria-current="true"', head) == ["/log/"]
    assert "Sign in" not in head


def test_files_have_the_addresses_that_django_gives_them():
    written = Template("{% static 'css/base.css' %} {% static 'a&b' as kept %}{{ kept }}")

    assert written.render(Context()) == f"{static('css/base.css')} {escape(static('a&b'))}"


def test_its_navigation_leads_only_to_what_exists(client, db):
    html = client.get("/").content.decode()

    for address in set(re.findall(r'<a[^>]+href="(/[^"#]*)', html)):
        assert client.get(address).status_code == 200


def test_every_page_carries_the_safety_line_and_the_version_of_the_knowledge(client):
    from secondwind.clinic.knowledge import load

    foot = client.get("/sources/").content.decode().split("<footer")[1]
    assert "it does not diagnose" in foot
    assert load().version in foot


def test_htmx_runs_no_code_from_pages_and_keeps_none_of_them(client):
    html = client.get("/").content.decode()

    for setting in ('"allowEval":false', '"includeIndicatorStyles":false', '"historyCacheSize":0'):
        assert setting in html


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_script_or_a_style_of_its_own(template):
    html = template.read_text()

    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", html)
    scripts = re.findall(r"<script[^>]*>", html)
    assert all(
        "src=" in script or 'type="application/ld+json"' in script for script in scripts
    )  # data is not run


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_asks_anybody_else_for_anything(template):
    assert not re.search(r'(src|href|action)="(https?:)?//', template.read_text())
