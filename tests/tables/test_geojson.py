import json

from yinfeng.tables.geojson import Located, feature_collection


def test_an_outline_stands_before_a_point_and_a_point_before_nothing():
    square = "POLYGON ((0 0, 2 0, 2 2, 0 0))"
    things = [
        Located({"key": "A", "name": '"<甲>'}, square, 1.0, 1.0),
        Located({"key": "B"}, "", 112.4312345, 37.5),
        Located({"key": "C"}, None, None, 37.5),
        Located({"key": "D"}, "POLYGON ((", 1.5, 2.5),
    ]
    told = json.loads(feature_collection(things))
    assert [feature["properties"] for feature in told["features"]] == [dict(one.properties) for one in things]
    assert [feature["geometry"] for feature in told["features"]] == [
        {"type": "Polygon", "coordinates": [[[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 0.0]]]},
        {"type": "Point", "coordinates": [112.4312345, 37.5]},
        None,
        {"type": "Point", "coordinates": [1.5, 2.5]},
    ]
    assert "next" not in told


def test_the_rest_is_named():
    assert json.loads(feature_collection([], next_address="?page=2")) == {
        "type": "FeatureCollection",
        "features": [],
        "next": "?page=2",
    }
