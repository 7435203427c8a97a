from yinfeng.tables.outlines import lie_in

HOOK = ((0, 0), (10, 0), (10, 10), (8, 10), (8, 2), (0, 2), (0, 0))


def square(x, y):
    return f"POLYGON (({x} {y}, {x + 1} {y}, {x + 1} {y + 1}, {x} {y + 1}, {x} {y}))"


def test_an_outline_lies_where_its_middle_does():
    assert lie_in([square(0.2, 1.2), square(8.5, 9.2), square(4, 4), square(7.4, 5)], HOOK) == [
        True,
        True,
        False,
        False,
    ]


def test_what_is_no_outline_lies_nowhere():
    assert lie_in(["POLYGON ((", "", square(0, 0)], HOOK) == [False, False, True]
    assert lie_in([], HOOK) == []
