"""Queries that are asked again and again, put together once: each time only the values in them are others.

A page asks twenty, the same ones each time, and to put them together took Django a third of the page's time: see
docs/decisions/quick-pages.md.
"""

import inspect
import json
from collections.abc import Callable, Iterable
from copy import copy
from functools import lru_cache, update_wrapper
from typing import Any, ClassVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    Expression,
    F,
    Field,
    Func,
    IntegerField,
    QuerySet,
    UUIDField,
)
from django.db.models.sql.compiler import SQLCompiler

__all__ = ["Key", "Keys", "Moment", "Number", "Text", "Texts", "Unique", "Uniques", "number_of", "prepared"]


class Given(Expression):
    """Stands in a queryset for a value that is given when it is asked."""

    field: ClassVar[Field[Any, Any]]
    is_many: ClassVar[bool] = False

    def __init__(self, name: str) -> None:
        super().__init__(output_field=self.field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        if not self.is_many:
            return "%s", [self]
        # One value whatever their number, so that the words of the query stay the same.
        if connection.vendor == "postgresql":
            return f"(SELECT unnest(%s::{self.field.db_type(connection)}[]))", [self]
        return "(SELECT value FROM json_each(%s))", [self]

    def adapted(self, value: Any, connection: Any) -> Any:
        """As the database takes it. Raises `ValueError` for None: nothing equals that, whoever asks for it asks another query."""
        if not self.is_many:
            if value is None:
                raise ValueError(f"{self.name} is None")
            return self.field.get_db_prep_value(value, connection)
        values = [self.field.get_db_prep_value(each, connection) for each in value if each is not None]
        return values if connection.vendor == "postgresql" else json.dumps(values)


class Key(Given):
    """The key of a row, as an int."""

    field = BigIntegerField()


class Number(Given):
    field = BigIntegerField()


class Text(Given):
    field = CharField()


class Unique(Given):
    """A UUID."""

    field = UUIDField()


class Moment(Given):
    """A moment, with its time zone."""

    field = DateTimeField()


class Keys(Given):
    """Keys of rows, for `__in`, in any iterable. None among them is passed over."""

    field = BigIntegerField()
    is_many = True


class Texts(Given):
    field = CharField()
    is_many = True


class Uniques(Given):
    field = UUIDField()
    is_many = True


def number_of(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The number of these rows as the one value of the one row: a `count()` that can be prepared."""
    return rows.order_by().values_list(Func(F("pk"), function="COUNT", output_field=IntegerField()), flat=True)


def prepared(build: Callable[..., QuerySet[Any]]) -> "Prepared":
    """Make a function that returns a queryset into one that returns its rows as a list.

    The positional parameters are values, each annotated with its kind (`Key`, `Keys`, `Moment`, ...): the function gets a
    placeholder for each, to filter by. Keyword-only parameters change the query itself; it is put together once for each
    combination of them. What a queryset can: rows of a model, `select_related`, `only`, annotations, `values_list`. It has no
    `prefetch_related`.

        @prepared
        def _links(profiles: Keys) -> QuerySet[ProfileLink]:
            return ProfileLink.objects.filter(profile__in=profiles).values_list("profile_id", "url")

        for profile_id, url in _links([1, 2, 3]): ...
    """
    return Prepared(build)


class Prepared:
    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._values = [
            parameter.annotation(name)
            for name, parameter in inspect.signature(build).parameters.items()
            if parameter.kind is not parameter.KEYWORD_ONLY
        ]
        # Whoever asks for page after page makes a statement of each; the ones that are used stay.
        self._statement = lru_cache(maxsize=64)(self._put_together)
        update_wrapper(self, build)

    def __call__(self, *values: Any, **shape: Any) -> list[Any]:
        """The rows for these values, given in the order of the parameters."""
        connection = connections[DEFAULT_DB_ALIAS]
        statement = self._statement(connection.vendor, **shape)
        given = {each.name: each.adapted(value, connection) for each, value in zip(self._values, values, strict=True)}
        return statement.rows(given, connection)

    def _put_together(self, _vendor: str, **shape: Any) -> "_Statement":
        return _Statement(self._build(*self._values, **shape), connections[DEFAULT_DB_ALIAS])

    def first(self, *values: Any, **shape: Any) -> Any:
        """The first row, or None when there is none."""
        return next(iter(self(*values, **shape)), None)


class _Statement:
    """A queryset in the words of one kind of database. It is shared by all threads; what is one's own is copied."""

    def __init__(self, queryset: Any, connection: Any) -> None:
        if queryset._prefetch_related_lookups:
            raise ValueError("A prepared query prefetches nothing.")
        self._rows_of: Callable[[Any], Iterable[Any]] = queryset._iterable_class
        compiler = queryset.query.get_compiler(connection=connection)
        self._sql, parameters = compiler.as_sql()
        self._parameters = tuple(parameters)
        self._compiler = copy(compiler)
        self._compiler.__class__ = type("Prepared", (_AsPrepared, type(compiler)), {})
        self._compiler.converters = compiler.get_converters([column for column, *_ in compiler.select])
        # A connection belongs to a thread, and a compiler to a connection. What converts values only reads its time zone.
        self._compiler.connection = None

    def rows(self, given: dict[str, Any], connection: Any) -> list[Any]:
        compiler = copy(self._compiler)
        compiler.connection = connection
        compiler.using = connection.alias
        filled = tuple(given[each.name] if isinstance(each, Given) else each for each in self._parameters)
        compiler.prepared = (self._sql, filled)
        return list(self._rows_of(_Asked(compiler)))


class _AsPrepared:
    """A compiler that has done its work."""

    prepared: tuple[str, tuple[Any, ...]]
    converters: dict[int, Any]

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        return self.prepared

    def get_converters(self, *_: Any) -> dict[int, Any]:
        return self.converters

    def has_composite_fields(self, *_: Any) -> bool:
        return False


class _Asked:
    """What Django's iterables of rows need to know of a queryset."""

    _known_related_objects: ClassVar[dict[Any, Any]] = {}
    db = DEFAULT_DB_ALIAS

    def __init__(self, compiler: Any) -> None:
        self._compiler = compiler

    @property
    def query(self) -> "_Asked":
        return self

    def get_compiler(self, *_: Any, **__: Any) -> Any:
        return self._compiler
