"""What the reader understands of a runner's words: places, sides, days, denials, and whose they are."""

from __future__ import annotations

from datetime import date

import pytest

from secondwind.clinic.model import Case, Effect, Kind, Reading, Reply, Result, Side, Source
from secondwind.clinic.reader import read

TODAY = date(2024, 9, 20)


def reply(case: Case, kind: Kind, id: str) -> Reply | None:
    """What the case says of an item; None when it says nothing."""
    item = case.item(kind, id)
    return item.reply if item else None


def finding(text: str, id: str) -> Reply | None:
    return reply(read(text).case, Kind.FINDING, id)


def places(text: str) -> set[str]:
    return {p.id for p in read(text).case.places}


def aside(reading: Reading, why: str) -> set[str]:
    return {a.item.id for a in reading.mentioned if a.why == why}


@pytest.mark.parametrize(
    ("text", "id", "said"),
    [
        ("My left calf hurts. There is no swelling.", "sign_swell", Reply.NO),
        ("My knee is swollen with no injury, hot and stiff.", "sign_hot_red", Reply.YES),
        ("My shorts are tighter on that thigh than they were two months ago.", "rf_lump_grow", Reply.YES),
        ("It felt as if somebody had kicked me in the calf.", "onset_blow", None),
        ("The knee bent sideways the wrong way when he fell on it.", "rf_deformity", None),
        ("I dropped 9 kg this year for marathon training.", "rf_heat_confused", None),
        ("I can't walk on my heel.", "rf_no_weight", None),
        ("My hip has ached since the pregnancy.", "hx_vulnerable", None),
        ("My calf aches after a run. Never after road runs.", "time_after", Reply.YES),
        ("My calf hurts when I run, but never during easy runs.", "time_during", Reply.YES),
        ("My calf hurts. It never hurts during the run.", "time_during", Reply.NO),
        ("My knee hurts. I am training for a marathon.", "ctx_load_spike", None),
        ("My knee hurts. I doubled my mileage.", "ctx_load_spike", Reply.YES),
        ("My shin aches. On Sunday I had an easy jog on a dirt trail.", "surface_trail", None),
        ("My shin aches after an easy jog on a dirt trail.", "surface_trail", Reply.YES),
        ("My left calf hurts. There is no bruising but it is swollen.", "sign_swell", Reply.YES),
        ("My left calf hurts. There is no bruising but it is swollen.", "sign_bruise", Reply.NO),
        ("My left calf hurts. It has not bruised.", "sign_bruise", Reply.NO),
        ("My calf hurts. I was sure somebody had kicked me from behind.", "onset_pop", Reply.YES),
        ("My calf hurts. I never heard it pop.", "onset_pop", Reply.NO),
        ("My calf hurts. No pop, it crept up.", "onset_pop", Reply.NO),
        ("My Achilles hurts. There is no spring in the step at all.", "sign_weak_push", Reply.YES),
        ("My shin hurts. It is worst at three in the morning.", "time_night", Reply.YES),
        ("My shin hurts. I sleep like a log.", "time_night", Reply.NO),
        ("My knee hurts. No swelling, bruising or numbness.", "sign_bruise", Reply.NO),
        ("My knee aches. I have no numbness in the foot, the ankle is swollen.", "sign_swell", Reply.YES),
        ("I had no pain during the run, my calf hurt that night.", "time_during", Reply.NO),
        ("My knee hurts during the run.", "time_during", Reply.YES),
        ("My shin hurts after trail runs, never on road.", "surface_road", Reply.NO),
        ("My shin hurts after trail runs, never on road.", "surface_trail", Reply.YES),
        ("My knee hurts going up the stairs.", "act_stairs_up", Reply.YES),
        ("My knee hurts. Going up stairs does not hurt.", "act_stairs_up", Reply.NO),
    ],
)
def test_a_denial_reaches_as_far_as_it_is_meant(text, id, said):
    assert finding(text, id) is said


def test_two_scans_share_one_result():
    case = read("My left knee hurts. X-rays, ultrasounds were negative.").case
    for test in ("xray", "ultrasound"):
        item = case.item(Kind.TEST, test)
        assert item is not None
        assert (item.reply, item.detail) == (Reply.YES, Result.CLEAR)


def test_a_scan_that_found_something_is_not_clear():
    item = read("My shin hurts and the MRI showed a stress fracture.").case.item(Kind.TEST, "mri")
    assert item is not None
    assert item.detail == Result.ABNORMAL


@pytest.mark.parametrize(
    "text",
    ["My ankle hurts and I'm not sure if it is swollen.", "My ankle hurts. I can't tell if it is swollen."],
)
def test_a_hedge_is_no_firm_yes(text):
    assert finding(text, "sign_swell") is Reply.UNSURE


def test_an_earlier_injury_is_mentioned_and_not_counted():
    reading = read("My heel hurts in the morning. Years ago I had shin splints.")
    assert "shin_splints" in aside(reading, "past")
    assert reply(reading.case, Kind.SUSPICION, "shin_splints") is None


def test_the_injury_of_somebody_else_is_mentioned_and_not_counted():
    reading = read("The front of my knee aches on stairs. My brother had plantar fasciitis.")
    assert "plantar_fasciitis" in aside(reading, "other")
    assert reply(reading.case, Kind.SUSPICION, "plantar_fasciitis") is None


@pytest.mark.parametrize(
    "text",
    [
        "My shin hurts. I have tried ice, rest and ibuprofen.",
        "My shin hurts. So far: ice, rest, ibuprofen.",
        "My shin hurts and I have been using ice and rest and ibuprofen.",
    ],
)
def test_every_part_of_a_list_of_treatments_is_heard(text):
    tried = {i.id for i in read(text).case.of(Kind.TREATMENT, Reply.YES)}
    assert {"ice", "rest", "nsaid"} <= tried


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("My calf is sore. Foam rolling helped a lot.", Effect.BETTER),
        ("My calf is sore. Foam rolling made it worse.", Effect.WORSE),
        ("My calf is sore. Foam rolling didn't help.", Effect.NO_CHANGE),
    ],
)
def test_what_a_treatment_did_is_heard(text, effect):
    item = read(text).case.item(Kind.TREATMENT, "foam_roll")
    assert item is not None
    assert item.detail == effect


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("My left knee hurts.", Side.LEFT),
        ("Pain in the right heel when I get up.", Side.RIGHT),
        ("Both of my shins hurt.", Side.BOTH),
        ("My calves are sore after every run.", Side.BOTH),
        ("The knee on my left leg hurts.", Side.LEFT),
        ("My knee hurts right after a run.", Side.UNKNOWN),
        ("I left work early because my knee hurts.", Side.UNKNOWN),
        ("My knee hurts.", Side.UNKNOWN),
    ],
)
def test_the_side(text, side):
    assert read(text).case.side is side


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("The side of my right hip is a nuisance. It's sore when I lie on it.", "outer_hip"),
        ("My shin hurts. It's not the inside, it's right on the front ridge.", "shin_front_bone"),
        ("Ache in my left foot, sort of top and inner side of the arch.", "arch_inner"),
        ("Took a knee in the front of my left thigh on Sunday.", "thigh_front"),
        ("Stepped off a kerb and my ankle folded.", "ankle"),
        ("Can't straighten my knee fully since it clicked out, and it's swollen.", "knee"),
        ("Deep low buttock on the left, for half a year. It comes with long strides.", "buttock_deep"),
    ],
)
def test_a_place_hurts_without_a_word_of_pain_beside_it(text, place):
    assert place in places(text)


def test_an_account_of_somebody_else_alone_is_read_as_theirs():
    told = "At mile 20 my wife was slurring and didn't know her own name."
    assert finding(told, "rf_heat_confused") is Reply.YES
    assert finding(told + " My own calf is sore.", "rf_heat_confused") is None
    assert finding("My wife is pregnant.", "hx_vulnerable") is None


def test_the_writer_speaks_again_behind_somebody_else():
    case = read("My brother had cancer; my problem is a tight calf.").case
    assert {p.id for p in case.places} == {"calf"}
    assert reply(case, Kind.FINDING, "rf_weight_cancer") is None


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        (
            "I've got a sore right heel. My left knee hurts as well. The foot is stiff and the shin aches.",
            {"heel": "right", "foot": "unknown", "shin": "unknown", "knee": "left"},
        ),
        (
            "Right heel and left knee pain, sore calves too.",
            {"heel": "right", "knee": "left", "calf": "both"},
        ),
        ("My right heel hurts, so does the left knee.", {"heel": "right", "knee": "left"}),
        ("My left knee and calf hurt.", {"knee": "left", "calf": "left"}),
        (
            "The left leg was sore and its calf cramped. My right knee hurts.",
            {"calf": "left", "knee": "right"},
        ),
    ],
)
def test_no_place_gets_the_side_of_another(text, sides):
    told = {p.id: p.detail for c in read(text).complaints for p in c.places}
    assert {place: told.get(place) for place in sides} == sides
    for case in read(text).complaints:
        assert not {"left", "right"} <= {p.detail for p in case.places}, "two sides are two complaints"


def test_complaints_of_two_sides_are_told_apart():
    first, second = read(
        "My left knee hurts at the front going down stairs. My right heel is also sore in the morning."
    ).complaints
    assert first.side is Side.LEFT
    assert second.side is Side.RIGHT
    assert {p.id for p in second.places} == {"heel"}
    assert reply(first, Kind.FINDING, "act_stairs_down") is Reply.YES
    assert reply(second, Kind.FINDING, "act_stairs_down") is None


def test_places_that_lie_together_are_one_complaint():
    text = "The outside of my left calf hurts and so does the back of my left knee."
    assert len(read(text).complaints) == 1


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("My knee has been hurting for about a month.", 30),
        ("My knee has been hurting for three weeks.", 21),
        ("My knee started hurting 10 days ago.", 10),
        ("My knee started hurting yesterday.", 1),
        ("My knee started to hurt two or four weeks ago.", 21),
        ("My knee has been hurting since May.", (TODAY - date(2024, 5, 15)).days),
        ("My knee has been hurting since November.", (TODAY - date(2023, 11, 15)).days),
        ("My knee has been hurting since Monday.", 4),
        ("Two Saturdays ago my knee started to hurt.", 12),
        ("Two and a half months in and the knee still hurts.", 75),
        ("My husband had knee pain for two years. My heel hurts in the mornings.", None),
        ("My knee hurts.", None),
        ("I am 42 years old and my knee hurts.", None),
    ],
)
def test_days_since_it_began(text, days):
    assert read(text, today=TODAY).case.duration_days == days


def test_since_may_is_not_guessed_without_a_date():
    assert read("My knee has been hurting since May.").case.duration_days is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("The outside of my calf hurts.", "calf_outer"),
        ("The bony knob below the knee is sore.", "fibular_head"),
        ("The outside of my lower leg hurts, from the ankle bone up 8 inches.", "leg_outer_lower"),
        ("The arch of my foot aches.", "arch"),
        ("It hurts under my kneecap.", "knee_cap"),
        ("My achilles is sore.", "achilles"),
        ("My butt cheek aches when I run.", "buttock"),
        ("My big toe joint hurts.", "big_toe_joint"),
        ("It hurts in the crease at the top of my leg.", "groin_front"),
        ("The top of my leg hurts at the front.", "groin_front"),
        ("Pain at the top of my thigh.", "thigh"),
    ],
)
def test_body_words_as_runners_write_them(text, place):
    assert place in places(text)


def test_a_place_that_is_fine_is_denied():
    case = read("The outside of my left ankle hurts but my knee is fine.").case
    assert reply(case, Kind.PLACE, "knee") is Reply.NO
    assert "knee" not in {p.id for p in case.places}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("My achillies hurts.", "My achilles hurts."),
        ("My hamsting hurts.", "My hamstring hurts."),
        ("My ankel is swolen.", "My ankle is swollen."),
        ("My calf is sweling.", "My calf is swelling."),
    ],
)
def test_a_misspelt_word_is_read_as_meant(wrong, right):
    def said(text: str) -> list[tuple[Kind, str, Reply]]:
        return [(i.kind, i.id, i.reply) for i in read(text).case.items]

    assert said(wrong) == said(right) != []


SPANS = [
    "My left Achilles’ tendon hurts… no swelling – none. X‑ray was CLEAR.",
    "🏃 My knee hurts.\r\n\r\n\tIt’s on the outside; ice, rest and ibuprofen did nothing!",
    "<p>My right calf is sore</p> see https://example.org/knee and tell me. İt hurts on stairs.",
    "my shin hurts\n\n- worse downhill\n- fine on flat\n\nMy brother had a stress fracture.",
]


@pytest.mark.parametrize("text", SPANS)
def test_every_item_keeps_the_words_it_came_from(text):
    reading = read(text)
    items = [i for c in reading.complaints for i in c.items] + [a.item for a in reading.mentioned]
    origins = [o for i in items for o in i.origins if o.source is Source.WORDS and o.words]
    assert origins
    for origin in origins:
        assert text[origin.start : origin.end] == origin.words


@pytest.mark.parametrize(
    "text",
    [
        "My knee hurts when I run down hills. What could it be?",
        "Sharp pain in my left heel every morning for three weeks.",
        "My daughter, 13, has a sore bump below the kneecap after training.",
    ],
)
def test_an_account_of_an_injury(text):
    assert read(text).is_injury


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Which watch should I buy for my first marathon?",
        "I ran ten miles this morning in the rain and the new shoes felt great.",
        "What do you eat before a long run? I like porridge and a banana.",
        "Which shoes are wide enough? My toes go a bit numb in the gym, but that's about it.",
        "Is my plan sane? The legs are quiet, bar the odd tight hamstring after speedwork.",
    ],
)
def test_a_text_that_is_no_account_of_an_injury(text):
    assert not read(text).is_injury


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("My heel hurts with the first steps in the morning, eases after a few minutes.", "time_first_steps"),
        ("My heel hurts with the first steps in the morning and eases after a few minutes.", "time_morning"),
        ("My knee aches on stairs and eases once I walk.", "act_stairs_up"),
        ("It hurts at the start of the run and improves after a mile.", "time_start"),
        ("My heel is sore. Pain in the morning, better with rest.", "time_morning"),
    ],
)
def test_what_eases_it_later_does_not_deny_when_it_hurts(text, finding):
    assert read(text).case.replies[finding] is Reply.YES


@pytest.mark.parametrize(
    ("text", "id", "said"),
    [
        # a no inside the phrase is what it says, not a denial of it
        ("Since Monday the front of my foot won't come up.", "sign_weak_footlift", Reply.YES),
        ("The foot does not drop.", "sign_weak_footlift", Reply.NO),
        # a word with its own "on the flat" says nothing of what stands before the comma
        ("My knee aches on the stairs, fine on the flat.", "act_stairs_down", Reply.YES),
        ("My calf is fine unless I sprint.", "act_fast", Reply.YES),
        # what is asked of others is not told of oneself
        ("My hip aches on long runs. Did you have to stop running?", "time_stops_run", None),
    ],
)
def test_what_turns_a_phrase(text, id, said):
    assert finding(text, id) is said


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Thighs in bits since the race, and what I pass is the colour of stout.", "rf_dark_urine"),
        ("Brown, that is what my wee was after the ultra.", "rf_dark_urine"),
        ("He argued with a marshal at mile 25 and walked the wrong way.", "rf_heat_confused"),
        ("I woke up on the verge with people over me.", "rf_faint_exercise"),
        ("A heavy feeling behind my breastbone on the climb.", "rf_breath_chest"),
        ("Something let go above the kneecap and there is a dip above the cap.", "palp_gap"),
        ("The little lad screams if I change his trousers and will not walk.", "rf_no_weight"),
    ],
)
def test_a_danger_sign_in_words_of_no_textbook(text, sign):
    assert finding(text, sign) is Reply.YES


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Collapsed on the sofa, happy, after a long day. Quads sore.", "rf_faint_exercise"),
        ("We ran in 30 degrees and my hamstring is a bit tight.", "rf_fever"),
        ("Stung by a wasp on my arm. My knee hurts on stairs.", "rf_spread_red"),
        ("41F. My foot is sore after my heat session.", "rf_fever"),
    ],
)
def test_what_only_sounds_like_a_danger_sign(text, sign):
    assert finding(text, sign) is not Reply.YES


@pytest.mark.parametrize("text", ["She is 15 and her back hurts.", "He's nine and his hip hurts."])
def test_the_age_of_the_one_it_is_about(text):
    assert read(text).case.age in (9, 15)
