"""What other rooms may ask about members."""

from django.contrib.auth.models import AnonymousUser

from secondwind.accounts.models import Audience, User
from secondwind.accounts.pseudonyms import key_of


def member_by_name(name: str) -> User | None:
    """The member of this pseudonym, capitals or not; None when there is none, or the account is shut."""
    return User.objects.filter(username_key=key_of(name), is_active=True).first()


def visible(audience: str, owner: User, viewer: User | AnonymousUser) -> bool:
    """Whether `viewer` may see what `owner` shows to `audience`. Moderators see no more than others."""
    if audience == Audience.EVERYONE or viewer.pk == owner.pk:
        return True
    return audience == Audience.MEMBERS and viewer.is_authenticated


def has_moderator_besides(user: User) -> bool:
    """Whether somebody else could moderate if `user` went."""
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    return others.filter(is_moderator=True).exists() or others.filter(is_superuser=True).exists()
