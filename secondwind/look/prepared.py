"""Queries whose SQL is worked out once, for the few that every visitor's page asks.

Django works out the SQL of a query anew each time, column by column, which costs several times what the
database does: it was half of what a page of a thread cost. A function that makes such a query says so:

    @prepared
    def posts_of(thread: int, after: int, *, with_text: bool) -> QuerySet[Post]:
        return Post.objects.filter(thread=thread, number__gt=after)…

Called, it gives the rows as a list. Its positional arguments are whole numbers and texts that change from
call to call, keywords are what the shape of the query depends on. Each shape is made once in a process, with
marks in the place of the arguments, of which there may be more or fewer, and the marks are replaced from then
on; so nothing in the function may look at an argument, and no text is part of a pattern (`startswith`). What
comes out are the same objects as those of the query itself, with `only` and `select_related`.

A query of `values_list` gives its rows as tuples, without the cost of making objects.

It leans on the way Django's compiler and model iterator work together, which no document promises; its tests
compare the two.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import wraps
from typing import Any, TypeVar

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M")  # a model, or the tuple of a row
Value = int | str
V = TypeVar("V", int, str)

MOST_SHAPES = 200  # of one function
_LENGTHS = (1, 5, 20, 50, 100, 200, 300)
_FIRST_MARK = 31_000  # with those after it within what the smallest column of whole numbers holds


def padded(values: Collection[V]) -> list[V]:
    """Values for a query that asks for any of them, the last of them again and again up to one of a few
    lengths, so that few shapes are made."""
    rows = list(values)
    length = next((one for one in _LENGTHS if one >= len(rows)), -(-len(rows) // _LENGTHS[-1]) * _LENGTHS[-1])
    return rows + rows[-1:] * (length - len(rows))


class Shape:
    """A query with marks in the place of its values, as SQL and as the way from its columns to objects."""

    def __init__(self, query: QuerySet[Any], marks: Sequence[Value]) -> None:
        compiler = query.query.get_compiler(using=query.db)
        self._db = query.db
        self._sql, self._params = compiler.as_sql()
        self._slots = [(at, marks.index(one)) for at, one in enumerate(self._params) if one in marks]
        # Bounds of a slice stand in the SQL itself.
        numbers = [(at, str(one)) for at, one in enumerate(marks) if isinstance(one, int)]
        self._written = [(one, at) for at, one in numbers if one in self._sql]
        if {at for _, at in self._slots + self._written} != set(range(len(marks))):
            raise TypeError("a value of a prepared query is lost in it")
        columns, told = compiler.select, compiler.klass_info
        self._converters = list(compiler.get_converters([column[0] for column in columns]).items())
        self._are_values = bool(query.query.values_select)
        self._model = told["model"]
        self._own = slice(told["select_fields"][0], told["select_fields"][-1] + 1)
        self._names = [column[0].target.attname for column in columns[self._own]]
        self._related = get_related_populators(told, columns, query.db)  # type: ignore[call-arg]  # of 6.1
        self._annotations = list(compiler.annotation_col_map.items())

    def rows(self, values: Sequence[Value]) -> list[Any]:
        """The objects for these values."""
        sql, params = self._sql, list(self._params)
        for at, of in self._slots:
            params[at] = values[of]
        for mark, of in self._written:
            sql = sql.replace(mark, str(int(values[of])))
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        if self._are_values and not self._converters:
            return list(found)
        rows = map(self._converted, found)
        return list(map(tuple, rows) if self._are_values else self._objects(rows))

    def _converted(self, columns: Sequence[Any]) -> list[Any]:
        row = list(columns)
        for at, (converters, expression) in self._converters:
            for convert in converters:
                row[at] = convert(row[at], expression, connection)
        return row

    def _objects(self, rows: Iterable[list[Any]]) -> Iterator[Any]:
        for row in rows:
            one = self._model.from_db(self._db, self._names, row[self._own])
            for related in self._related:
                related.populate(row, one)
            for name, at in self._annotations:
                setattr(one, name, row[at])
            yield one


def prepared(make: Callable[..., QuerySet[Any, M]]) -> Callable[..., list[M]]:
    """The rows of a query whose SQL is kept, as the module says."""
    shapes: dict[tuple[Any, ...], Shape] = {}

    @wraps(make)
    def rows(*values: Value, **kind: Any) -> list[M]:
        key = (connection.vendor, *map(type, values), *kind.items())
        shape = shapes.get(key)
        if shape is None:
            numbers = range(_FIRST_MARK, _FIRST_MARK + len(values))
            marks = [str(n) if isinstance(v, str) else n for n, v in zip(numbers, values, strict=True)]
            shape = Shape(make(*marks, **kind), marks)
            if len(shapes) < MOST_SHAPES:
                shapes[key] = shape
        return shape.rows(values)

    return rows
