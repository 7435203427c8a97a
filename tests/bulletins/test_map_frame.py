import pytest

from yinfeng.bulletins.map_frame import Frame, fit_frame, metres_per_degree, round_length


@pytest.mark.parametrize(
    ("latitude", "east_km", "north_km"),
    [
        (0.0, 111.320, 110.574),
        (30.0, 96.486, 110.852),
        (45.0, 78.847, 111.132),
        (60.0, 55.800, 111.412),
    ],
)
def test_a_degree_is_as_long_as_published_for_the_ellipsoid(
    latitude: float, east_km: float, north_km: float
) -> None:
    assert metres_per_degree(latitude) == pytest.approx((1000 * east_km, 1000 * north_km), abs=0.6)


def test_the_scale_is_the_largest_round_one_that_shows_all_points() -> None:
    # 0.01 degrees north at 40 N are 1110.35 m, to be shown on 50 mm: 1:22 207.
    frame = fit_frame([(112.0, 39.995), (112.0, 40.005)], width_mm=100, height_mm=60, margin_mm=5)
    assert frame == Frame((112.0, 40.0), 25_000, 100, 60)
    east_west = fit_frame([(112.0, 40.0), (112.1, 40.0)], width_mm=100, height_mm=60, margin_mm=5)
    # 0.1 degrees east at 40 N are 8539.4 m, to be shown on 90 mm: 1:94 882.
    assert east_west.denominator == 100_000


def test_a_single_point_has_a_scale_of_its_own() -> None:
    frame = fit_frame([(112.0, 40.0)], width_mm=100, height_mm=60, margin_mm=5)
    assert (frame.denominator, frame.spot((112.0, 40.0))) == (2_000, (50.0, 30.0))


def test_a_spot_and_its_point_belong_together_with_north_up() -> None:
    frame = Frame((112.0, 40.0), 25_000, 100, 60)
    assert frame.spot((112.0, 40.005)) == pytest.approx((50.0, 30.0 - 555.17 / 25), abs=1e-3)
    assert frame.spot((112.01, 40.0)) == pytest.approx((50.0 + 853.94 / 25, 30.0), abs=1e-3)
    assert frame.point(frame.spot((112.013, 39.998))) == pytest.approx((112.013, 39.998), abs=1e-12)


@pytest.mark.parametrize(
    ("at_most", "length"),
    [(1, 1), (1.99, 1), (2, 2), (4.9, 2), (5, 5), (99, 50), (1000, 1000), (0.3, 0.2)],
)
def test_a_bar_has_a_round_length(at_most: float, length: float) -> None:
    assert round_length(at_most) == pytest.approx(length)
