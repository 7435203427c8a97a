"""DuckDB: an equi-join on the group, filters, and the largest of each project by its own aggregate."""

import tempfile

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.ours import Top
from benchmarks.peers.join_tables import AT_LEAST, AT_MOST, SHIFT, Tables, pairs_of
from yinfeng.core.matching.value import DAYS_PER_MONTH

THREADS = 2
_FILTERS = " AND ".join(
    [
        *(f"e.need_{c} <= o.has_{c}" for c in AT_LEAST),
        *(f"e.need_{c} >= o.has_{c}" for c in AT_MOST),
    ]
)
_WORTH = """CAST(round_even((o.idle_bundled + o.idle_years * {area}) * o.reuse_yuan, 0) AS BIGINT)
    - CAST(round_even(o.space_yuan * greatest(0, {area} - e.wish), 0) AS BIGINT)"""
_QUERY = f"""
WITH met AS (
  SELECT e.project, e.base, e.monthly, e.ready_on, o.from_on, o.code,
         CASE WHEN e.lo <= o.free AND o.free <= e.hi AND o.free > 0
              THEN {_WORTH.format(area="o.free")} END AS whole,
         CASE WHEN o.divisible AND greatest(e.lo, o.share) <= least(e.hi, o.free)
              THEN {_WORTH.format(area="greatest(e.lo, o.share)")} END AS least_share,
         CASE WHEN o.divisible AND greatest(e.lo, o.share) <= least(e.hi, o.free)
              THEN {_WORTH.format(area="least(greatest(e.wish, o.share), e.hi, o.free)")} END AS wished_share
  FROM exploded e JOIN offers o ON e.grp = o.grp
  WHERE {_FILTERS}
    AND ((e.lo <= o.free AND o.free <= e.hi AND o.free > 0)
         OR (o.divisible AND greatest(e.lo, o.share) <= least(e.hi, o.free)))
), valued AS (
  SELECT project, code,
         base + greatest(whole, least_share, wished_share)
         - CAST(round_even(round_even(greatest(0, from_on - ready_on) / {DAYS_PER_MONTH!r}, 0)
                           * $share * monthly, 0) AS BIGINT) AS value
  FROM met
)
SELECT project, unnest(max(value * {SHIFT} + ({SHIFT} - 1 - code), $most)) AS key
FROM valued WHERE value > 0 GROUP BY project
"""


def top(held: Tables, asked: pa.Table, share_month: float, most: int) -> Top:
    """Give each project its pairs of greatest value.

    asked: `exploded`. share_month: of the yearly yield that is lost for a month of waiting.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as database:
        database.execute(f"SET threads = {THREADS}")
        database.execute(f"SET temp_directory = '{folder}'")
        database.execute("SET preserve_insertion_order = false")
        database.register("exploded", asked)
        database.register("offers", held.offers)
        found = database.execute(_QUERY, {"share": share_month, "most": most}).fetchnumpy()
    return pairs_of(np.asarray(found["project"], dtype=np.int64), np.asarray(found["key"], dtype=np.int64))
