"""Areas, pasted boundaries, clusters and words: the modules that need no map."""

import math

import pytest

pytestmark = pytest.mark.browser


def ellipsoid_area_m2(south: float, north: float, wide_degrees: float) -> float:
    """Integrate the area of a box on the ellipsoid of CGCS2000: M N cos(latitude) summed over bands."""
    a, f, bands = 6378137.0, 1 / 298.257222101, 2000
    e2 = f * (2 - f)
    step = math.radians(north - south) / bands
    area = 0.0
    for band in range(bands):
        latitude = math.radians(south) + (band + 0.5) * step
        w2 = 1 - e2 * math.sin(latitude) ** 2
        area += a * a * (1 - e2) / w2**2 * math.cos(latitude) * step
    return area * math.radians(wide_degrees)


@pytest.mark.parametrize(("south", "north"), [(18.0, 18.01), (37.13, 37.14), (53.0, 53.01)])
def test_areas_are_those_of_the_ellipsoid(run, south, north):
    ring = [[111.0, south], [111.01, south], [111.01, north], [111.0, north]]
    assert run("geo.areaM2([[argument]])", ring) == pytest.approx(
        ellipsoid_area_m2(south, north, 0.01), rel=1e-6
    )


def test_a_hole_is_taken_off_the_area(run):
    outer = [[111.0, 37.0], [111.02, 37.0], [111.02, 37.02], [111.0, 37.02]]
    hole = [[111.005, 37.005], [111.005, 37.015], [111.015, 37.015], [111.015, 37.005]]
    assert run("geo.areaM2([argument]) / geo.areaM2([[argument[0]]])", [outer, hole]) == pytest.approx(
        0.75, rel=1e-3
    )


TRIANGLE = [[[[111.77, 37.13], [111.79, 37.13], [111.79, 37.145]]]]
READ = {
    "lines": "111.77 37.13\n111.79 37.13\n111.79 37.145",
    "closed lines with commas": "111.77,37.13\r\n111.79,37.13\r\n111.79,37.145\r\n111.77,37.13\r\n",
    "numbered corners, full-width": "J1，１１１.７７，37.13\nJ2\t111.79\t37.13\nJ3;111.79;37.145",
    "text with system and height": "SRID=4490;POLYGON Z((111.77 37.13 800,111.79 37.13 801,\n "
    "111.79 37.145 802,111.77 37.13 800))",
    "a feature": '{"type":"Feature","properties":{},"geometry":{"type":"Polygon",'
    '"coordinates":[[[111.77,37.13],[111.79,37.13],[111.79,37.145],[111.77,37.13]]]}}',
}


@pytest.mark.parametrize("text", READ.values(), ids=READ.keys())
def test_boundaries_are_read_from(run, text):
    assert run("coordinates.readShape(argument, words.wordsFor('zh'))", text) == {
        "parts": TRIANGLE,
        "faults": [],
    }


FAULTS = {
    "metres": ("37512345.1 4123456.2\n111.77 37.13", [1]),
    "swapped": ("37.13 111.77\n37.14 111.77\n111.79 37.13", [1, 2]),
    "degrees": ("111°46′12″ 37°7′", [1]),
    "range": ("211.77 37.13", [1]),
    "twoNumbers": ("111.77 37.13 5\n经度 纬度", [1, 2]),
    "tooFew": ("111.77 37.13\n111.79 37.13", None),
    "json": ('{"type": "Polygon", "coordinates": [[[111', None),
    "jsonKind": ('{"type": "Point", "coordinates": [111, 37]}', None),
    "wktKind": ("LINESTRING (111 37, 112 38)", [1]),
    "wktForm": ("POLYGON ((111 37, 112 38", None),
    "srid": ("SRID=4547;POLYGON ((1 2, 3 4, 5 6))", [1]),
}


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_read_is_named_by_line(run, kind, lang):
    text, lines = FAULTS[kind]
    answer = run("coordinates.readShape(argument[0], words.wordsFor(argument[1]))", [text, lang])
    sentence = run(
        "(({ fault }) => typeof fault[argument[1]] === 'string' ? fault[argument[1]] : fault[argument[1]](2))"
        "(words.wordsFor(argument[0]))",
        [lang, kind],
    )
    whole = {"zh": "全文：", "en": "The whole text: "}[lang]
    named = {"zh": "第 {} 行", "en": "Line {} "}[lang]
    starts = [named.format(line) for line in lines] if lines else [whole]
    assert answer["parts"] == []
    assert len(answer["faults"]) == len(starts)
    for fault, start in zip(answer["faults"], starts, strict=True):
        assert fault.startswith(start)
    assert answer["faults"][0].endswith(sentence)


def test_both_languages_have_the_same_words(run):
    keys = """(function list(table, path) {
      return Object.entries(table).flatMap(([key, word]) =>
        typeof word === "object" ? list(word, `${path}${key}.`) : [`${path}${key} ${typeof word}`]);
    })(words.wordsFor(argument), "").sort()"""
    assert run(keys, "zh-hans") == run(keys, "en")


def test_clusters_hold_every_small_place_once_and_part_as_the_map_comes_nearer(run):
    script = """(({ features }) => {
      const places = features.map(data.placeOf);
      const sizes = (level) => data.clustersAt(places, level).map((cluster) => cluster.places.length);
      return [8, 13, 16].map(sizes);
    })(await (await fetch("/places.geojson?n=12")).json())"""
    far, middle, near = run(script)
    assert far == [12]
    assert sum(middle) == 3
    assert near == [1, 1, 1]
