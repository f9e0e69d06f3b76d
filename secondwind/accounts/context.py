"""What every template knows about its visitor."""

from django.http import HttpRequest

from secondwind.accounts.models import User
from secondwind.look.caching import is_personal


def signed_in(request: HttpRequest) -> User | None:
    """Who is signed in; None for everybody else, and then without a look into the session."""
    user = getattr(request, "user", None)
    if user is None or not is_personal(request):
        return None
    return user if isinstance(user, User) and user.is_authenticated else None


def visitor(request: HttpRequest) -> dict[str, User | None]:
    """A context processor: `member` is who is signed in, None for everybody else."""
    return {"member": signed_in(request)}
