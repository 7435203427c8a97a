"""Polars: the same equi-join on the group in blocks of projects, streaming."""

from itertools import pairwise

import numpy as np
import polars as pl
import pyarrow as pa

from benchmarks.ours import Top
from benchmarks.peers.join_tables import AT_LEAST, AT_MOST, SHIFT, Tables, pairs_of
from yinfeng.core.matching.value import DAYS_PER_MONTH

BLOCK = 5_000
"""Projects at a time: all at once take more memory than there is, and time."""


def top(held: Tables, exploded: pa.Table, share_month: float, most: int) -> Top:
    """Give each project its pairs of greatest value.

    share_month: of the yearly yield that is lost for a month of waiting.
    """
    asked = pl.from_arrow(exploded)
    offers = pl.from_arrow(held.offers).lazy()
    blocks = np.arange(0, len(held.zones) + BLOCK, BLOCK)
    starts = np.searchsorted(asked["project"].to_numpy(), blocks).tolist()
    parts = [
        _top(asked.slice(first, last - first).lazy(), offers, share_month, most)
        for first, last in pairwise(starts)
        if last > first
    ]
    if not parts:
        parts = [_top(asked.lazy(), offers, share_month, most)]
    found = pl.concat(parts)
    return pairs_of(found["project"].cast(pl.Int64).to_numpy(), found["key"].to_numpy())


def _top(asked: pl.LazyFrame, offers: pl.LazyFrame, share_month: float, most: int) -> pl.DataFrame:
    whole = pl.col("free").is_between(pl.col("lo"), pl.col("hi")) & (pl.col("free") > 0)
    least_share = pl.max_horizontal("lo", "share")
    room = pl.min_horizontal("hi", "free")
    shared = pl.col("divisible") & (least_share <= room)
    wished_share = pl.min_horizontal(pl.max_horizontal("wish", "share"), room)
    best = pl.max_horizontal(
        pl.when(whole).then(_worth(pl.col("free"))),
        pl.when(shared).then(_worth(least_share)),
        pl.when(shared).then(_worth(wished_share)),
    )
    waited = (pl.col("from_on") - pl.col("ready_on")).clip(lower_bound=0) / DAYS_PER_MONTH
    lost = _rounded(waited.round(mode="half_to_even") * share_month * pl.col("monthly"))
    return (
        asked.join(offers, on="grp")
        .filter(
            *(pl.col(f"need_{c}") <= pl.col(f"has_{c}") for c in AT_LEAST),
            *(pl.col(f"need_{c}") >= pl.col(f"has_{c}") for c in AT_MOST),
            whole | shared,
        )
        .select("project", "code", (pl.col("base") + best - lost).alias("value"))
        .filter(pl.col("value") > 0)
        .select("project", (pl.col("value") * SHIFT + (SHIFT - 1 - pl.col("code"))).alias("key"))
        .group_by("project")
        .agg(pl.col("key").top_k(most))
        .explode("key")
        .collect(engine="streaming")
    )


def _worth(area: pl.Expr) -> pl.Expr:
    reuse = _rounded((pl.col("idle_bundled") + pl.col("idle_years") * area) * pl.col("reuse_yuan"))
    return reuse - _rounded(pl.col("space_yuan") * (area - pl.col("wish")).clip(lower_bound=0))


def _rounded(values: pl.Expr) -> pl.Expr:
    return values.round(mode="half_to_even").cast(pl.Int64)
