"""Which names members may take: readable, and not to be mistaken for somebody else's or for the site's own.

After Unicode Standard Annex 39 (security mechanisms), in the parts that matter for short names: compatibility
forms are folded (NFKC), the letters come from one script, and a name in another script must not look like a
Latin one throughout.
"""

import re
import unicodedata
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SHORTEST, LONGEST = 3, 30
RULE = _("3 to 30 letters, digits, dots, hyphens and underscores. Everybody sees it, and it stays as it is.")

# Names that would speak for the site or for nobody, whatever dots and dashes stand between.
RESERVED = frozenset(
    "account admin administrator anonymous everybody everyone former formermember help member mod moderation "
    "moderator moderators nobody official operator owner postmaster root secondwind secondwindteam security "
    "settings site staff support system team webmaster you".split()
)

_MARKS = "._-"
# Scripts that one name of East Asia mixes by right: the first words of their letters' Unicode names.
_MIXED_BY_RIGHT = (
    frozenset({"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"CJK", "HANGUL"}),
    frozenset({"CJK", "BOPOMOFO"}),
)
# Letters of Cyrillic and Greek that are drawn like a Latin one in common faces.
_LOOK_LATIN = frozenset("аеорсухѕіјԁһԛԝьгпвнкмтзАВЕКМНОРСТХУЅІЈԌαικνορτυχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")


def normal_form(name: str) -> str:
    """The name as it is kept: without white space around it, compatibility forms folded."""
    return unicodedata.normalize("NFKC", name.strip())


def key_of(name: str) -> str:
    """What two names share that differ only in capitals or in compatibility forms."""
    return normal_form(normal_form(name).casefold())


def validate_pseudonym(name: str) -> None:
    """Raise ValidationError, with a sentence, unless `name` may be a member's."""
    for is_wrong, sentence in _FAULTS:
        if is_wrong(name):
            raise ValidationError(sentence, code="pseudonym")


def _wrong_length(name: str) -> bool:
    return not SHORTEST <= len(name) <= LONGEST


def _wrong_sign(name: str) -> bool:
    return name != normal_form(name) or not all(_may_stand(sign) for sign in name)


def _may_stand(sign: str) -> bool:
    if sign.isascii():
        return sign.isalnum() or sign in _MARKS
    return unicodedata.category(sign) in {"Ll", "Lu", "Lt", "Lo", "Lm", "Mn", "Mc"}


def _wrong_ends(name: str) -> bool:
    return not (name[0].isalnum() and (name[-1].isalnum() or unicodedata.combining(name[-1])))


def _piles_up(name: str) -> bool:
    """Whether marks stand on one another, or dots and dashes side by side."""
    kinds = ["sign" if sign in _MARKS else unicodedata.category(sign) for sign in name]
    return any(one == next_ and one in {"sign", "Mn"} for one, next_ in pairwise(kinds))


def _mixes_scripts(name: str) -> bool:
    scripts = {unicodedata.name(sign, "NONE").split()[0] for sign in name if sign.isalpha()}
    return len(scripts) > 1 and not any(scripts <= family for family in _MIXED_BY_RIGHT)


def _looks_latin(name: str) -> bool:
    letters = {sign for sign in name if sign.isalpha()}
    return bool(letters) and letters <= _LOOK_LATIN


def _is_reserved(name: str) -> bool:
    return re.sub(r"[._-]", "", name.casefold()) in RESERVED


_FAULTS = (
    (_wrong_length, _("A pseudonym has 3 to 30 signs.")),
    (_wrong_sign, _("Use letters, the digits 0 to 9, dots, hyphens and underscores only; no spaces.")),
    (_wrong_ends, _("Begin and end with a letter or a digit.")),
    (_piles_up, _("Put no two dots, hyphens, underscores or accents beside each other.")),
    (_mixes_scripts, _("Use the letters of one alphabet: a mixture can be mistaken for another name.")),
    (_looks_latin, _("These letters look like others of the Latin alphabet. Please choose another name.")),
    (_is_reserved, _("This name is kept for the site itself. Please choose another.")),
)
