"""Pages in Jinja2: the same base page, and nothing unescaped or left out unseen."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from jinja2 import UndefinedError

DJANGO = (
    '{% extends "base.html" %}{% block title %}{{ name }}{% endblock %}'
    "{% block styles %}<link>{% endblock %}{% block main %}<p>{{ name }}</p>{% endblock %}"
)
JINJA = DJANGO.replace("base.html", "base.jinja")


def written(engine, template, **context):
    request = context["request"]
    return engines[engine].from_string(template).render(context, request)


def visit(rf, user=None, said=(), **cookies):
    request = rf.get("/community/")
    request.user = user or AnonymousUser()
    request.COOKIES |= cookies
    request.resolver_match = None
    request._messages = list(said)
    return request


def same_on_both(**context):
    pages = []
    for of in (("django", DJANGO), ("jinja2", JINJA)):
        page = written(*of, **context).replace(">", "> ").replace("<", " <")
        pages.append(page.split())
    assert pages[0] == pages[1]
    return " ".join(pages[0])


def test_they_have_the_base_page_of_all_others(rf):
    page = same_on_both(request=visit(rf), name="a <b> & c")

    assert "<p> a &lt;b&gt; &amp; c </p>" in page
    assert "Sign in" in page
    assert "site-notices" not in page


def test_they_say_who_is_signed_in_and_what_the_site_has_to_tell_them(rf, django_user_model, settings):
    member = django_user_model(username="hill", theme="dark")
    member.unread_count = 2
    request = visit(rf, member, ["It is <kept>."], **{settings.SESSION_COOKIE_NAME: "one"})
    page = same_on_both(request=request, name="x")

    assert 'data-theme="dark"' in page
    assert "Your cases" in page
    assert "It is &lt;kept&gt;." in page


def test_a_name_that_is_not_there_is_an_error(rf):
    with pytest.raises(UndefinedError):
        written("jinja2", "{% if nme %}{% endif %}", request=visit(rf), name="x")


def test_they_show_a_part_of_djangos_with_what_they_know(rf):
    template = '{{ part("look/_notices.html", messages=[name]) }}'

    assert "a &lt;b&gt;" in written("jinja2", template, request=visit(rf), name="a <b>")
