"""The log by weeks, by month, by day: what it shows, what it sums, what it costs, and to whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from secondwind.runlog import timeline
from secondwind.runlog.models import Run, Shoe, ShoeUse, SurfacePart

MOST_QUERIES, MOST_BYTES = 12, 150_000
MONDAY = date(2026, 3, 9)


def page_of(response):
    assert response.status_code == 200
    return response.content.decode()


def weeks_of(response):
    return [
        (week.monday, week.sums.runs, round(week.sums.distance_m), [run.pk for run in week.runs])
        for week in response.context["weeks"]
    ]


# --- Pages by time -----------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(0, 900), max_size=120).map(
        lambda days: sorted((date(2024, 1, 1) + timedelta(days=d) for d in days), reverse=True)
    ),
    st.integers(1, 20),
)
def test_going_older_meets_every_day_once_in_whole_weeks(days, most):
    seen, before = [], None
    while True:
        shown = timeline.window(days, before, most)
        if shown is None:
            break
        assert shown.first.weekday() == 0
        assert shown.last.weekday() == 6
        seen += [day for day in days if shown.first <= day <= shown.last]
        if shown.older is None:
            break
        before = shown.older
    assert seen == days


@given(
    st.lists(st.integers(0, 900), min_size=1, max_size=120).map(
        lambda days: sorted((date(2024, 1, 1) + timedelta(days=d) for d in days), reverse=True)
    ),
    st.dates(date(2023, 12, 1), date(2027, 1, 1)),
)
def test_going_newer_from_anywhere_leads_to_the_newest(days, before):
    shown = timeline.window(days, before, 7)
    for _ in range(300):
        assert shown is not None
        if shown.is_newest:
            break
        again = timeline.window(days, shown.newer, 7)
        assert again is not None
        assert again.last > shown.last
        shown = again
    assert shown is not None
    assert shown.is_newest
    assert shown.last >= days[0]


# --- The list ----------------------------------------------------------------------------------------------


def test_an_empty_log_invites(as_, alice):
    page = page_of(as_(alice).get("/log/"))
    assert "An empty notebook" in page
    assert 'href="/log/new/"' in page
    assert "Import runs" in page


def test_weeks_have_their_sums_and_the_newest_comes_first(as_, alice, a_run):
    a = a_run(alice, MONDAY, distance_m=10_000, climb_m=100)
    b = a_run(alice, MONDAY + timedelta(days=6), distance_m=20_500, elapsed_s=8000, moving_s=7200, climb_m=50)
    c = a_run(alice, MONDAY - timedelta(days=1), distance_m=5000)
    response = as_(alice).get("/log/")
    assert weeks_of(response) == [
        (MONDAY, 2, 30_500, [b.pk, a.pk]),
        (MONDAY - timedelta(days=7), 1, 5000, [c.pk]),
    ]
    page = page_of(response)
    assert "30.5 km" in page
    assert "3:00:00" in page  # an hour, and two in motion
    assert "5:51 /km" in page
    assert "35.5 km" in page  # the month


def test_miles_are_shown_to_who_wants_them(as_, make_user, a_run):
    carol = make_user("carol", units="mi")
    a_run(carol, MONDAY, distance_m=16_093.44, climb_m=304.8)
    page = page_of(as_(carol).get("/log/"))
    for words in ("10.0 mi", "6:00 /mi", "1,000 ft"):
        assert words in page
    assert " km" not in page


def test_other_sports_are_shown_and_not_counted(as_, alice, a_run):
    a_run(alice, MONDAY, distance_m=10_000)
    a_run(alice, MONDAY, sport="cross_country_skiing", distance_m=50_000)
    response = as_(alice).get("/log/")
    assert response.context["weeks"][0].sums.distance_m == 10_000
    assert len(response.context["weeks"][0].runs) == 2
    assert "cross country skiing" in page_of(response)
    chosen = as_(alice).get("/log/", {"sport": "cross_country_skiing"})
    assert chosen.context["weeks"][0].sums.distance_m == 50_000


def test_a_gap_is_said(as_, alice, a_run):
    a_run(alice, MONDAY)
    a_run(alice, MONDAY - timedelta(days=28))
    assert "3 weeks without an entry" in page_of(as_(alice).get("/log/"))


def test_a_gap_between_two_pages_is_said_on_the_older_one(as_, alice, a_run):
    for back in range(timeline.MOST):
        a_run(alice, MONDAY - timedelta(days=back % 7))
    a_run(alice, MONDAY - timedelta(weeks=5))
    newest = as_(alice).get("/log/")
    older = as_(alice).get("/log/", {"before": newest.context["shown"].older.isoformat()})
    assert [week.empty_above for week in newest.context["weeks"]] == [0, 0]
    assert [week.empty_above for week in older.context["weeks"]] == [3]


@pytest.fixture
def mixed(alice, a_run, a_shoe):
    """Four runs that differ in what a filter asks for."""
    runs = {
        "named": a_run(alice, MONDAY, name="Ridge loop"),
        "noted": a_run(alice, MONDAY, notes="over the RIDGE and back"),
        "split": a_run(alice, MONDAY, surface="road"),
        "shod": a_run(alice, MONDAY, surface="trail"),
    }
    SurfacePart.objects.create(run=runs["split"], surface="road", share=0.6)
    SurfacePart.objects.create(run=runs["split"], surface="trail", share=0.4)
    ShoeUse.objects.create(run=runs["shod"], shoe=a_shoe(alice))
    return runs


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "ridge"}, {"named", "noted"}),
        ({"q": "ridge loop"}, {"named"}),
        ({"surface": "trail"}, {"split", "shod"}),
        ({"surface": "road"}, {"split"}),
        ({"shoe": "first"}, {"shod"}),
        ({"shoe": "first", "surface": "road"}, set()),
        ({"sport": "swimming"}, {"named", "noted", "split", "shod"}),  # is not offered
        ({"shoe": "999999", "surface": "lava", "q": "\x00"}, {"named", "noted", "split", "shod"}),
    ],
)
def test_the_log_is_searched_by_words_surface_and_shoe(as_, alice, mixed, asked, found):
    if asked.get("shoe") == "first":
        asked = asked | {"shoe": str(Shoe.objects.get().pk)}
    weeks = as_(alice).get("/log/", asked).context["weeks"]
    assert {run.pk for week in weeks for run in week.runs} == {mixed[name].pk for name in found}


def test_older_pages_keep_the_filter(as_, alice):
    start = datetime(2026, 3, 9, 12, tzinfo=UTC)
    Run.objects.bulk_create(
        Run(
            owner=alice, start=start - timedelta(days=i), day=(start - timedelta(days=i)).date(), name="x & y"
        )
        for i in range(90)
    )
    page = page_of(as_(alice).get("/log/", {"q": "x &"}))
    assert "?q=x+%26&amp;before=" in page


@pytest.mark.parametrize("before", ["soon", "2026-13-40", "0001-01-01", "9999-12-31"])
def test_a_page_that_is_none_is_not_found(as_, alice, a_run, before):
    a_run(alice, MONDAY)
    assert as_(alice).get("/log/", {"before": before}).status_code == 404


def test_what_people_write_is_text_everywhere(as_, alice, a_run, a_shoe):
    evil = "<script>alert(1)</script>"
    shoe = a_shoe(alice, evil, note=evil)
    run = a_run(alice, MONDAY, name=evil, notes=evil, weather=evil)
    ShoeUse.objects.create(run=run, shoe=shoe)
    own, pair = f"/log/runs/{run.pk}", f"/log/shoes/{shoe.pk}/"
    for address in ("/log/", "/log/day/2026-03-09/", f"{own}/edit/", f"{own}/delete/", "/log/shoes/", pair):
        assert evil not in page_of(as_(alice).get(address)), address


# --- What it costs -----------------------------------------------------------------------------------------


@pytest.fixture
def five_thousand(alice):
    """Thirteen years of running, two shoes a run, surfaces split."""
    start = datetime.combine(timezone.localdate(), datetime.min.time(), UTC) + timedelta(hours=6)
    shoes = [Shoe.objects.create(owner=alice, name=f"Pair {i} of a long name") for i in range(30)]
    runs = Run.objects.bulk_create(
        Run(
            owner=alice, start=start - timedelta(hours=23 * i), day=(start - timedelta(hours=23 * i)).date(),
            distance_m=10_000 + i, elapsed_s=3600, moving_s=3500, climb_m=150, offset_s=0, rpe=5,
            name=f"Run {i} with a name of some length", notes="Notes " * 60, surface="trail" if i % 3 else "",
            best_efforts={"1000": 240, "5000": 1300}, splits=[300.0] * 10,
        )
        for i in range(5000)
    )  # fmt: skip
    ShoeUse.objects.bulk_create(
        ShoeUse(run=run, shoe=shoes[(i + j) % 30], share=0.5) for i, run in enumerate(runs) for j in range(2)
    )
    SurfacePart.objects.bulk_create(
        SurfacePart(run=run, surface=surface, share=0.5)
        for run in runs[::2] if run.surface for surface in ("trail", "road")
    )  # fmt: skip
    return runs


def test_a_log_of_five_thousand_runs_stays_within_its_budget(as_, alice, five_thousand):
    client = as_(alice)
    day = five_thousand[3000].day
    addresses = [
        "/log/", f"/log/?before={day}", "/log/?q=name&surface=trail", f"/log/{day.year}/{day.month}/",
        f"/log/day/{day}/", "/log/shoes/", f"/log/shoes/{Shoe.objects.all()[0].pk}/", "/log/new/",
        f"/log/runs/{five_thousand[0].pk}/edit/",
    ]  # fmt: skip
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200
        assert len(queries) <= MOST_QUERIES, address
        assert len(response.content) <= MOST_BYTES, (address, len(response.content))


# --- The calendar and the day ------------------------------------------------------------------------------


def test_a_month_has_a_cell_for_each_day_with_its_distance(as_, alice, a_run):
    a_run(alice, date(2026, 3, 12), distance_m=8000)
    a_run(alice, date(2026, 3, 12), distance_m=4200)
    a_run(alice, date(2026, 3, 14), sport="cycling", distance_m=60_000)
    response = as_(alice).get("/log/2026/3/")
    page = page_of(response)
    assert 'href="/log/day/2026-03-12/"' in page
    assert 'href="/log/day/2026-03-14/"' in page
    assert 'href="/log/day/2026-03-13/"' not in page
    cells = {day.day: day for week, _sums in response.context["weeks"] for day in week}
    assert len(cells) % 7 == 0
    assert cells[date(2026, 3, 12)].sums.distance_m == 12_200
    assert (cells[date(2026, 3, 14)].sums.runs, cells[date(2026, 3, 14)].others) == (0, 1)
    assert response.context["sums"].distance_m == 12_200


@pytest.mark.parametrize(
    "address", ["/log/2026/13/", "/log/2026/0/", "/log/1800/1/", "/log/9999/12/", "/log/day/x/",
                "/log/day/2026-02-30/", "/log/day/2026-2-3/"],
)  # fmt: skip
def test_a_month_or_day_that_is_none_is_not_found(as_, alice, address):
    assert as_(alice).get(address).status_code == 404


@pytest.mark.parametrize("month", ["1900/1", "9998/12"])
def test_the_first_and_the_last_month_have_no_neighbour_outside(as_, alice, month):
    assert as_(alice).get(f"/log/{month}/").status_code == 200


def test_a_day_shows_all_of_it_and_leads_to_its_neighbours(as_, alice, a_run):
    a_run(alice, date(2026, 3, 12), name="First", notes="Windy.", weather="gale", feeling=2)
    a_run(alice, date(2026, 3, 12), name="Second")
    a_run(alice, date(2026, 3, 1))
    a_run(alice, date(2026, 4, 2))
    page = page_of(as_(alice).get("/log/day/2026-03-12/"))
    for words in ("Thursday, 12 March 2026", "First", "Second", "Windy.", "gale", "It felt poor", "20.0 km"):
        assert words in page
    assert 'href="/log/day/2026-03-01/"' in page
    assert 'href="/log/day/2026-04-02/"' in page
    assert "/log/new/?day=2026-03-12" in page


# --- Whose -------------------------------------------------------------------------------------------------


def test_nobody_sees_anothers_log(as_, bob, mia, alice, a_run, a_shoe):
    ShoeUse.objects.create(run=a_run(alice, MONDAY, name="Alice's own"), shoe=a_shoe(alice, "Alice's shoe"))
    for other in (bob, mia):
        for address in (
            "/log/",
            "/log/?q=own",
            "/log/2026/3/",
            "/log/day/2026-03-09/",
            "/log/shoes/",
            "/log/new/",
        ):
            page = page_of(as_(other).get(address))
            assert "Alice" not in page
            assert "10.0 km" not in page


def test_no_cache_keeps_a_log(as_, alice):
    for address in ("/log/", "/log/2026/3/", "/log/new/", "/log/shoes/"):
        assert "no-store" in as_(alice).get(address)["Cache-Control"]
