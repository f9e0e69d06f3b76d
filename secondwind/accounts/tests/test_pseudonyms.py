"""Which names may be taken."""

import pytest
from django.core.exceptions import ValidationError

from secondwind.accounts.pseudonyms import key_of, normal_form, validate_pseudonym


@pytest.mark.parametrize(
    "name",
    [
        "Hilltop",
        "run_4.life",
        "a-b",
        "Žofie",
        "Бегун",
        "Δρομέας",
        "走る人",
        "ランナー",
        "धावक",
        "달리기",
        "x" * 30,
    ],
)
def test_a_readable_name_may_be_taken(name):
    validate_pseudonym(name)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("ab", "3 to 30"),
        ("x" * 31, "3 to 30"),
        ("hill top", "no spaces"),
        ("hill/top", "no spaces"),
        ("hill\u200dtop", "no spaces"),
        ("hill\u202etop", "no spaces"),
        ("run٣٤", "no spaces"),
        ("ｈｉｌｌ", "no spaces"),
        (".hilltop", "Begin and end"),
        ("hilltop-", "Begin and end"),
        ("hill..top", "no two dots"),
        ("zx\u0338\u0338zo", "no two dots"),
        ("hilltoр", "one alphabet"),
        ("Ηilltop", "one alphabet"),
        ("асе", "look like others"),
        ("ΑΝΝΑ", "look like others"),
        ("Admin", "kept for the site"),
        ("former.member", "kept for the site"),
        ("second-wind", "kept for the site"),
        ("Moderator", "kept for the site"),
    ],
)
def test_a_name_that_could_be_mistaken_is_refused_with_the_reason(name, fault):
    with pytest.raises(ValidationError, match=fault):
        validate_pseudonym(name)


def test_compatibility_forms_are_folded():
    assert normal_form(" ｈｉｌｌｔｏｐ ") == "hilltop"
    assert key_of("ＨillTop") == key_of("hilltop")
    assert key_of("STRASSE") == key_of("straße")
