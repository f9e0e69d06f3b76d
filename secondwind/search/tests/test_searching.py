"""Finding texts by their words, on whichever database the site uses."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondwind.search import index, rebuild, shown, sources, words
from secondwind.search.backends import backend
from secondwind.search.document import Text
from secondwind.search.facets import between, days
from secondwind.search.models import Document, Word
from secondwind.search.searching import Filters, search
from secondwind.search.snippets import snippet


def refs(text: str, **filters: object) -> list[int]:
    return [hit.ref for hit in search(text, Filters(**filters)).hits]  # type: ignore[arg-type]


def test_a_text_is_found_by_its_words_at_once_and_not_when_it_is_gone(write):
    write("It hurts on the outside of the knee when I run downhill.")
    assert refs("knees downhill") == [1]
    assert refs("swimming") == []

    write("Now it is the hip.", ref=1)
    assert refs("downhill") == []
    assert refs("hip") == [1]

    index.remove("note", [1])
    assert refs("hip") == []


def test_a_row_that_is_deleted_by_any_way_leaves_no_words(write):
    write("Something about bunions.")
    Document.objects.all().delete()
    assert not backend().count_words()


def test_in_a_long_text_no_word_is_mended_one_by_one(write, django_assert_max_num_queries):
    write("The peroneal tendon is sore.")
    strange = " ".join("xq" + a + b + "z" for a in "abcdefghij" for b in "abcdefghij")
    with django_assert_max_num_queries(10):
        assert search(strange + " peroneal", Filters()).hits


def test_the_title_counts_more_than_the_text_and_a_rare_word_more_than_a_common_one(write):
    write("My heel.", title="A question about shoes")
    write("New shoes and I am glad of them.", title="My heel")
    for _ in range(8):
        write("About shoes, shoes and again shoes.")
    write("Something about the cuboid.")
    words.count()
    assert refs("heel")[0] == 2
    assert search("cuboid shoes").some_words
    assert refs("cuboid shoes")[0] == 11


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("PF", "Four months of plantar fasciitis."),
        ("plantar fasciitis", "My PF is back."),
        ("ITBS", "Iliotibial band syndrome since May."),
        ("peroneal", "The fibularis is sore."),
        ("fibularis", "Sore peroneals."),
        ("shin splints", "MTSS, said the physio."),
        ("posterior tibial tendonitis", "PTTP for a year."),
        ("achillies", "The achilles tendon."),
        ("底筋", "左足の足底筋膜炎です"),
        ("炎", "左足の足底筋膜炎です"),
        ("Knöchel", "Der knochel schmerzt."),
    ],
)
def test_other_names_other_scripts_and_accents_find_it(write, asked, written):
    write("Nothing of the sort.")
    write(written)
    assert refs(asked) == [2]


def test_a_pair_of_signs_apart_is_not_the_word(write):
    write("足の底と筋の膜")
    assert refs("足底筋膜") == []


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("soleous", "soleus"),
        ("hamstirng", "hamstring"),
        ("metatarsl", "metatarsal"),
        ("illiotibial", "iliotibial"),
        ("patelofemural", "patellofemoral"),
    ],
)
def test_a_misspelt_word_is_mended_by_what_others_wrote(write, asked, meant):
    write(f"It is the {meant}, they said.")
    found = search(f"{asked} pain")
    assert [hit.ref for hit in found.hits] == [1]
    assert meant in found.query.mended or meant in found.query.also


def test_a_word_that_somebody_wrote_is_kept_and_a_frequent_one_offered(write):
    for _ in range(20):
        write("Calcaneus, calcaneus.")
    write("My calcaneous.")
    words.count()
    found = search("calcaneous")
    assert [hit.ref for hit in found.hits] == [21]
    assert found.query.offered == "calcaneus"
    assert search("calcaneous", mend=False).query.offered == ""


def test_what_nobody_wrote_and_nothing_is_near_finds_nothing(write):
    write("My knee.")
    found = search("xylophone")
    assert (found.hits, found.query.mended, found.query.offered) == ([], "", "")


def test_texts_of_a_group_are_one_hit_with_the_best_of_them(write):
    write("My calf is tight.", title="Calf")
    write("Rest the calf: a calf needs days, and the calf raises later.", group=1, leads=False)
    write("Thanks.", group=1, leads=False)
    [hit] = search("calf raises").hits
    assert (hit.group, hit.ref, hit.texts) == (1, 2, 1)


def test_of_equal_words_the_one_that_says_it_more_and_in_fewer_others_comes_first(write):
    write("The calf, the calf and again the calf, and nothing else.")
    write("The calf, and then a long story of " + "shoes and hills and weather " * 20)
    write("The calf, and nothing else of all that was asked.")
    assert refs("calf") == [1, 3, 2]


def test_what_is_gone_since_it_was_found_is_not_shown_and_not_counted(write, kept):
    for number in range(60):
        write(f"Bunions {number}.")
    hits = search("bunions").hits
    for hit in hits[:3]:
        del kept[hit.ref]
    seen, count = shown.seen(AnonymousUser(), hits, 20)
    assert seen == list(hits[3:23])
    assert count == 57


def test_where_the_last_one_is_gone_nothing_more_is_promised(write, kept):
    for number in range(21):
        write(f"Bunions {number}.")
    hits = search("bunions").hits
    del kept[hits[20].ref]
    assert shown.seen(AnonymousUser(), hits, 20) == (list(hits[:20]), 20)


def test_filters_narrow_what_is_found(write, django_user_model):
    ann = django_user_model.objects.create_user("ann", "ann@example.org")
    write("My knee.", place=1, regions=("knee_cap",), side="left", is_answered=True)
    write("My knee.", place=2, regions=("knee",), side="right", author_id=ann.pk)
    write("My knee.", place=2, side="both", written_at=datetime(2019, 12, 31, 23, tzinfo=UTC))
    assert sorted(refs("knee")) == [1, 2, 3]
    assert refs("knee", place=1) == [1]
    assert refs("knee", author=ann.pk) == [2]
    assert refs("knee", answered=True) == [1]
    assert sorted(refs("knee", answered=False)) == [2, 3]
    assert sorted(refs("knee", area="knee")) == [1, 2]
    assert refs("knee", region="knee_cap") == [1]
    assert sorted(refs("knee", region="knee")) == [1, 2]
    assert sorted(refs("knee", side="left")) == [1, 3]
    assert refs("knee", until=date(2019, 12, 31)) == [3]
    assert sorted(refs("knee", since=date(2020, 1, 1))) == [1, 2]
    assert refs("knee", since=date(2027, 1, 1), until=date(2026, 1, 1)) == []
    assert refs("", place=2) == [2, 3]
    assert refs("knee", place=2, side="right", area="foot") == []


def test_what_members_alone_may_read_is_for_who_is_signed_in(write):
    write("A word in confidence.", audience="members")
    assert refs("confidence") == []
    assert [hit.ref for hit in search("confidence", signed_in=True).hits] == [1]


def test_a_thousand_matches_do_not_hide_the_one_with_the_word_in_its_title(write, monkeypatch):
    monkeypatch.setattr("secondwind.search.backends.asked.MOST_RANKED", 10)
    write("It is about it.", title="Gaiters")
    for _ in range(40):
        write("I wear gaiters.")
    assert refs("gaiters")[0] == 1


def test_of_more_matches_than_were_counted_the_newest_are_ranked(write, monkeypatch):
    monkeypatch.setattr("secondwind.search.backends.asked.MOST_RANKED", 10)
    for _ in range(20):
        write("I wear gaiters.")
    Word.objects.filter(token="gaiter").update(documents=1)  # as of last night

    assert refs("gaiters") == list(range(20, 10, -1))


HOSTILE = [
    '"', "'", "' OR 1=1 --", '" OR "', "a AND", "NOT", "(", ")", "NEAR(a b)", "title:", "facets : x",
    "@everyone", "~mtss", "*", "kn*", "^knee", "-knee", "knee:*", "a & !b", "\\", "\\'", "%", "_", "\0",
    "\ud800", "{a b} : c", "knee" * 50_000, "knee " * 20_000, "\n", "<script>alert(1)</script>", "𝓀𝓃ℯℯ",
    "ﬁbula", "+", "\u202eknee",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_looks_like_a_command_is_text(write, text):
    write("Somewhere a knee hurts.")
    write(text, title=text[:100])
    search(text)
    assert refs("somewhere") == [1]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_text_can_be_asked_and_what_was_written_is_found(write, text):
    write(f"Heel {text}", ref=1)
    found = search(text)
    assert not found.query.parts or [hit.ref for hit in found.hits] == [1]
    assert refs("heel") == [1]


def test_a_snippet_shows_the_words_in_their_place():
    text = "Nothing here. " * 40 + "Then my <b>shin</b> splints came back. " + "And so on. " * 40
    runs = snippet(text, {"~mtss", "shin", "splint"})
    assert "".join(run.text for run in runs if run.is_match).startswith("shin")
    shown = "".join(run.text for run in runs)
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 300
    assert shown.strip("… ") in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("So my plantar and fascia are sore.", []),  # two words, and no name of anything
        ("The fascia, that is the plantar one.", []),
        (
            "Plantar and the fasciitis again.",
            ["Plantar and the fasciitis"],
        ),  # only words without a meaning between
        ("It is my PF, not my knee. PF!", ["PF", "PF"]),
    ],
)
def test_a_name_of_several_words_is_marked_whole(text, shown):
    runs = snippet(text, {"~plantar_fasciopathy"})
    assert [run.text for run in runs if run.is_match] == shown


@given(
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
)
def test_days_of_a_span_and_no_others_are_found(first, last, day):
    tokens = between(first, last)
    assert len(tokens) <= 150
    written = days(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    assert bool(set(tokens) & set(written)) == (first <= day <= last)


def test_a_text_of_very_many_long_words_is_found_by_its_first_and_by_its_filters(write):
    """An old page may hold anything: PostgreSQL refuses a vector of more than a mebibyte."""
    write("bunions " + " ".join(f"{number:06}{'ж' * 56}" for number in range(20_000)), place=7)
    assert refs("bunions", place=7) == [1]
    assert refs(f"000001{'ж' * 56}") == [1]
    assert refs("bunions", place=8) == []


def test_a_rebuild_puts_in_what_is_missing_and_takes_out_what_is_gone(write, kept):
    for number in range(12):
        write(f"Note {number} about bunions.")
    Document.objects.filter(ref__lte=4).delete()
    del kept[9]
    assert rebuild.catch_up() == 5
    assert sorted(refs("bunions")) == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12]
    assert rebuild.catch_up() == 0


def test_a_rebuild_writes_a_little_at_a_time(write, notes, kept):
    """Whoever posts meanwhile waits for fifty texts at most, and what is done stays done."""
    for _ in range(120):
        write("About bunions.")
    rebuild.stale()

    def texts(refs: Collection[int]) -> list[Text]:
        if 101 in refs:
            raise KeyboardInterrupt
        return [kept[ref] for ref in refs]

    sources.register(replace(notes, texts=texts))
    with pytest.raises(KeyboardInterrupt):
        rebuild.catch_up()
    sources.register(notes)
    assert Document.objects.filter(version="").count() == 20
    assert rebuild.catch_up() == 20


def test_a_rebuild_that_dies_goes_on_where_it_was(write, notes, monkeypatch):
    monkeypatch.setattr(rebuild, "BATCH", 3)
    for _ in range(9):
        write("About bunions.")
    rebuild.stale()
    assert len(refs("bunions")) == 9

    def dies(kind: str, done: int, changed: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild.catch_up(dies)
    assert rebuild.catch_up() == 3


def test_words_are_counted_and_forgotten(write, monkeypatch):
    monkeypatch.setattr(words, "AT_ONCE", 1)  # so that there are several portions of them
    write("Bunions and corns.")
    write("Bunions alone.")
    words.count()
    assert Word.objects.get(shown="bunions").documents == 2
    index.remove("note", [1])
    words.count()
    assert Word.objects.get(shown="bunions").documents == 1
    assert not Word.objects.filter(shown="corns").exists()


def test_what_holds_for_a_group_follows_its_leader(write):
    write("My knee.", title="Knee", place=1)
    for _ in range(5):
        write("Knee rest.", group=1, leads=False, place=1)
    write("My knee.", ref=1, title="Knee", place=2, is_answered=True)
    assert index.follow_leader("note", 1, most=3)
    assert not index.follow_leader("note", 1, most=3)
    [hit] = search("knee", Filters(place=2, answered=True)).hits
    assert hit.texts == 6
    assert refs("knee", place=1) == []


def test_leaving_takes_the_name_off(write, django_user_model):
    ann = django_user_model.objects.create_user("ann", "ann@example.org")
    write("My knee.", author_id=ann.pk)
    index.forget_author(ann, True)
    assert refs("knee", author=ann.pk) == []
    assert refs("knee") == [1]
    assert Document.objects.get().author is None
