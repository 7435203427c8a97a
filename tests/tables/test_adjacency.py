"""Parcels that touch are found from their boundaries."""

from yinfeng.tables.adjacency import touching


def square(x: float, y: float, side: float = 0.001) -> str:
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return "POLYGON ((" + ", ".join(f"{a} {b}" for a, b in corners) + "))"


def test_parcels_that_share_a_side_touch() -> None:
    found = touching(
        {
            "A": square(112.0, 37.0),
            "B": square(112.001, 37.0),
            "corner": square(112.002, 37.001),
            "gap of half a metre": square(112.0, 37.001005),
            "road of 20 m between": square(111.9988, 37.0),
        }
    )
    assert found == {
        "A": {"B", "gap of half a metre"},
        "B": {"A"},
        "corner": frozenset(),
        "gap of half a metre": {"A"},
        "road of 20 m between": frozenset(),
    }
