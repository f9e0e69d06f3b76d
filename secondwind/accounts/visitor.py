"""What rooms want to know of who is signed in, on every page: it comes with their account, in the one query.

visitor.along("member")                        # a one-to-one row of theirs
visitor.counted("unread_count", Subquery(…))   # a value, as an attribute of the account
"""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.db.models.expressions import BaseExpression

if TYPE_CHECKING:
    from secondwind.accounts.models import User

_rows: list[str] = []
_values: dict[str, BaseExpression] = {}


def along(name: str) -> None:
    """Have the row that a one-to-one field names loaded with the account."""
    if name not in _rows:
        _rows.append(name)


def counted(name: str, value: BaseExpression) -> None:
    """Have a value of the database loaded with the account."""
    _values[name] = value


def with_all(accounts: "QuerySet[User]") -> "QuerySet[User]":
    """The same accounts with all that was asked for."""
    found = accounts.annotate(**_values)
    return found.select_related(*_rows) if _rows else found
