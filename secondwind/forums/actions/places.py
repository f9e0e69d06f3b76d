"""Spaces, forums and ready-made reasons: those a new site begins with."""

from typing import Any

from django.db import transaction

from secondwind.forums.models import CannedReply, Forum, Space

# (space, [(forum, address, what it is for)]): what Cool Running's forums were about, as a beginning.
FIRST: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "Health",
        (
            (
                "Injuries",
                "injuries",
                "What hurts, since when, and what helped. Danger signs come first here.",
            ),
            (
                "Coming back",
                "coming-back",
                "The way back to running after an injury, an operation or a baby.",
            ),
        ),
    ),
    (
        "Running",
        (
            ("Training", "training", "Plans, paces, long runs, strength, and days off."),
            ("Beginners", "beginners", "First weeks, first five kilometres, and every question about them."),
            ("Trail and hills", "trail", "Running off the road, up and down."),
            ("Races", "races", "Before, during and after a race."),
            ("Shoes and gear", "shoes-and-gear", "Shoes, watches, clothes, and what they are worth."),
        ),
    ),
    (
        "Around it",
        (
            ("Off topic", "off-topic", "Everything that is not running."),
            ("About this site", "about-this-site", "Questions and wishes about the site itself."),
        ),
    ),
)

# (title, words): what moderators of such a forum have to say again and again.
FIRST_REASONS = (
    ("Advertising", "This reads as an advertisement. What helped you is welcome, what you sell is not."),
    ("Advice that could harm", "A danger sign was told here. Advice to run on, or to wait, could do harm."),
    ("Names somebody", "This tells of another person’s health with their name. Leave out who it was."),
    ("Posted twice", "The same text stands in another place. Replies gather better in one."),
    ("Tone", "Answer the question and leave the person alone."),
    ("Wrong forum", "This is about something else than this forum, so it went where others look for it."),
)


@transaction.atomic
def make_first(**_: Any) -> None:
    """Make the first forums and reasons when there is no space; a site that has its own is left alone."""
    if Space.objects.exists():
        return
    for position, (name, forums) in enumerate(FIRST):
        space = Space.objects.create(name=name, position=position)
        Forum.objects.bulk_create(
            Forum(space=space, name=forum, slug=slug, about=about, position=at)
            for at, (forum, slug, about) in enumerate(forums)
        )
    if not CannedReply.objects.exists():
        CannedReply.objects.bulk_create(CannedReply(title=title, body=body) for title, body in FIRST_REASONS)
