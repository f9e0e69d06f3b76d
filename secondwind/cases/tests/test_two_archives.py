"""Two old pages among two hundred threads: each has its card and its end, finds cases like it, and not the
other."""

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from secondwind import archive, clinic
from secondwind.accounts.models import Audience
from secondwind.cases import similar
from secondwind.cases.models import Beginning, Case, Turn
from secondwind.clinic import stored
from secondwind.clinic.knowledge import load
from secondwind.forums.actions import archived, archived_rows, cases
from secondwind.forums.models import Post, Thread, ThreadCase
from secondwind.forums.pages.thread import address

HERE = Path(__file__).parent / "pages"
WRITTEN = Path(__file__).parents[3] / "accuracy" / "similar"
LEAST = 200


def written() -> Iterator[tuple[str, str]]:
    """Title and text of the accounts that were written for the project."""
    for name in ("cases", "queries", "same-words", "same-pattern"):
        for line in (WRITTEN / f"{name}.jsonl").read_text().splitlines():
            told = json.loads(line)
            if "text" in told:
                yield told["title"], told["text"]
            else:
                yield from (("A question", part) for key, part in told.items() if key != "id")


@pytest.fixture
def others(alice, forum):
    """Threads with cases, made at once."""
    accounts = [(title, text, clinic.read(text)) for title, text in written()]
    accounts = [one for one in accounts if one[2].case.places][: LEAST + 20]
    threads = Thread.objects.bulk_create(
        Thread(forum=forum, title=title[:140], author=alice, created_at=alice.date_joined,
               latest_at=alice.date_joined, next_number=2)
        for title, _, _ in accounts
    )  # fmt: skip
    Post.objects.bulk_create(
        Post(thread=thread, number=1, author=alice, body=text, html="", created_at=thread.created_at)
        for thread, (_, text, _) in zip(threads, accounts, strict=True)
    )
    made = Case.objects.bulk_create(
        Case(owner=alice, beginning=Beginning.THREAD, audience=Audience.EVERYONE, text=text, turn=turn,
             data=stored.to_json(reading.case), title=title, address=f"/threads/{thread.pk}/")
        for turn, (thread, (title, text, reading)) in enumerate(zip(threads, accounts, strict=True), 1)
    )  # fmt: skip
    ThreadCase.objects.bulk_create(
        ThreadCase(thread=thread, case=case) for thread, case in zip(threads, made, strict=True)
    )
    Turn.objects.update_or_create(pk=1, defaults={"number": len(made)})
    similar.forget()
    assert len(made) >= LEAST
    return made


@pytest.fixture
def bring(db):
    def bring_in(name):
        text = (HERE / name).read_text()
        batch = archived.begin(archived.place(), [name])
        read = archive.read(text, name)
        archived.bring_in(batch, read, [archived.Seen(name, archived_rows.digest_of(text), read.parser)])
        archived.end(batch)
        archived.follow_up(10)
        return Thread.objects.get(archived__key=archived_rows.digest_of(archive.key_of(read)))

    return bring_in


def found(viewer, thread):
    """What a thread's page lists, and all that the index finds for it."""
    (case,), turn = cases.cases_with_turn(thread)
    shown = similar.similar_to_case(viewer, case, [], turn)
    return shown, similar.shelf(turn).index.search(case.told, case.text, 20, [str(case.pk)])


def test_two_old_pages_among_two_hundred_threads(client, anonymous, others, bring):
    road, trail = bring("jive-road.txt"), bring("vanilla-trail.txt")
    pages = [unescape(client.get(address(thread)).content.decode()) for thread in (road, trail)]

    assert all('class="small-map"' in html and 'class="card index-card case-card"' in html for html in pages)
    assert "Not known how it ended: the asker's last word does not tell" in pages[0]
    assert "Improved, read by machine from the asker's last word" in pages[1]

    for thread, place, other in ((road, "knee_back_outer", trail), (trail, "leg_outer", road)):
        shown, matches = found(anonymous, thread)
        assert len(shown) == similar.SHOWN
        assert all(len(one.matching) >= load().likeness.reasons_least for one in shown)
        by_id = {str(case.pk): case for case in others}
        best = by_id[matches[0].id]
        areas = {load().regions[item.id].area for item in best.told.places}
        assert load().regions[place].area in areas
        assert other.title not in {one.thread for one in shown if one.same_pattern}
        assert not any(m.same_pattern for m in matches if m.id == str(cases.cases_of(other)[0].pk))


def test_what_replies_say_of_treatments_stands_apart(client, bring):
    html = client.get(address(bring("vanilla-trail.txt"))).content.decode()
    rows = {part.split("</dt>")[0]: part.split("</dd>")[0] for part in html.split("<dt>")[1:]}
    assert "cold bath or cold soak (helped, " in rows["Told later"]
    assert "scraping massage with tools (Graston) (helped them, " in rows["Suggested in replies"]
    assert "foam rolling" in html.split("Told later")[0]
    assert "counted nowhere" in html
