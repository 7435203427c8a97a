import pytest

from yinfeng.tables.coordinates import from_wgs84
from yinfeng.tables.positions import Placed, read_boundaries, read_positions
from yinfeng.tables.sheets import Cell


def codes(findings: tuple[Placed, ...]) -> list[tuple[str, int, str, str]]:
    return [(column, f.at, f.refusal.code, f.refusal.severity) for column, f in findings]


@pytest.mark.parametrize(
    ("longitude", "latitude", "fault"),
    [
        (112.43, "", ("latitude", "half-a-coordinate")),
        ("", 39.33, ("longitude", "half-a-coordinate")),
        (39.33, 112.43, ("longitude", "swapped-coordinate")),
        (-1.92, 52.48, ("longitude", "outside-china")),
        (112.43, "北边", ("latitude", "not-a-coordinate")),
        (37512345.0, 4356789.0, ("longitude", "not-a-coordinate")),
    ],
)
def test_a_pair_that_cannot_be_right_is_named_and_left_out(
    longitude: Cell, latitude: Cell, fault: tuple[str, str]
) -> None:
    read = read_positions([longitude], [latitude], ["wgs84"])
    assert codes(read.findings) == [(fault[0], 0, fault[1], "warning")]
    assert read.longitude.to_pylist() == [None]
    assert read.latitude.to_pylist() == [None]


def test_positions_are_converted_by_their_own_system() -> None:
    shifted = from_wgs84(112.43, 39.33, "gcj02")
    read = read_positions([112.43, shifted[0], "", "东经112.43"], [39.33, shifted[1], "", 39.33],
                          ["cgcs2000", "gcj02", None, None])  # fmt: skip
    assert read.longitude.to_pylist() == [112.43, pytest.approx(112.43, abs=1e-8), None, 112.43]
    assert read.latitude.to_pylist() == [39.33, pytest.approx(39.33, abs=1e-8), None, 39.33]
    assert codes(read.findings) == [("coordinate_system", 3, "no-coordinate-system", "warning")]


def test_boundaries_become_wkt_or_refuse_their_row() -> None:
    cells: list[Cell] = ["112 39; 112.1 39; 112.1 39.1", "", "112 39; 113 39", "39 112; 39 113; 40 113"]
    shapes, findings = read_boundaries(cells, ["wgs84"] * 4)
    assert shapes.to_pylist() == ["POLYGON ((112 39, 112.1 39, 112.1 39.1, 112 39))", None, None, None]
    assert codes(findings) == [
        ("boundary", 2, "not-a-boundary", "error"),
        ("boundary", 3, "outside-china", "warning"),
    ]
