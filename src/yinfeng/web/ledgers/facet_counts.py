"""How many rows each value of each facet would leave, counted by the database in one query."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import Count, QuerySet

from yinfeng.web.ledgers.queries import Filter
from yinfeng.web.ledgers.ranges import BLANK
from yinfeng.web.ledgers.registry import HELD, attribute

_TOTAL = -1


def facet_counts(ledger: str, rows: "QuerySet[Any]", asked: Filter) -> tuple[int, dict[str, Counter[str]]]:
    """Give how many rows match, and for each facet its values with the rows they would leave.

    rows: those that match but for the facets chosen (`queries.before_facets`); asked: with the lower zones.
    Values are as addresses write them. Rows are first counted by every combination of values that occurs, by
    an index alone where one has them; then each facet sums the combinations that miss no choice but its own.
    """
    names = HELD[ledger].facets
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    fields = [HELD[ledger].model._meta.get_field(attribute(ledger, name)) for name in names]
    grouped = rows.order_by().values_list(*(field.attname for field in fields)).annotate(n=Count("*"))
    try:
        groups, params = grouped.query.get_compiler(using=rows.db).as_sql()
    except EmptyResultSet:
        return 0, counts
    values = [f"v{at}" for at in range(len(names))]
    misses = {}
    for at, name in enumerate(names):
        if name in asked.chosen:
            misses[at], more = _misses(values[at], fields[at], asked.chosen[name])
            params = (*params, *more)
    flags = "".join(f", {sql} AS m{at}" for at, sql in misses.items())
    missed = " + ".join(f"m{at}" for at in misses) or "0"
    sums = [f"SELECT {_TOTAL}, '', SUM(n) FROM flagged WHERE {missed} = 0"]
    for at, field in enumerate(fields):
        own, value = f"m{at}" if at in misses else "0", _written(values[at], field)
        sums.append(f"SELECT {at}, {value}, SUM(n) FROM flagged WHERE {missed} = {own} GROUP BY 2")
    query = (
        f"WITH grouped ({', '.join(values)}, n) AS ({groups}), "
        f"flagged AS (SELECT grouped.*{flags} FROM grouped) {' UNION ALL '.join(sums)}"
    )
    total = 0
    with connections[rows.db].cursor() as cursor:
        cursor.execute(query, params)
        for at, value, n in cursor.fetchall():
            if at == _TOTAL:
                total = int(n or 0)
            else:
                counts[names[at]][value or BLANK] = int(n)
    return total, counts


def _misses(value: str, field: Any, chosen: Sequence[str]) -> tuple[str, list[Any]]:
    """Give what is 1 where a value is none of those chosen, else 0, and its parameters."""
    is_flag = isinstance(field, models.BooleanField)
    known = [one == "yes" if is_flag else one for one in chosen if one != BLANK]
    wanted = [f"{value} IN ({', '.join(['%s'] * len(known))})"] if known else []
    if BLANK in chosen:
        wanted.append(f"{value} IS NULL" if is_flag else f"COALESCE({value}, '') = ''")
    return f"CASE WHEN {' OR '.join(wanted)} THEN 0 ELSE 1 END", known


def _written(value: str, field: Any) -> str:
    """Give what writes a value as addresses do, but for the unknown, which is empty."""
    if isinstance(field, models.BooleanField):
        return f"CASE WHEN {value} IS NULL THEN '' WHEN {value} THEN 'yes' ELSE 'no' END"
    return f"COALESCE({value}, '')"
