import pyarrow as pa
import pytest

from yinfeng.tables.rows import Rows

TABLE = pa.table({"id": ["b", "a"], "name": ["乙", None], "m.raw": ["1", "2"], "row": [2, 3]})


def test_rows_are_those_of_the_table_by_id_without_the_raw_texts() -> None:
    rows = Rows.of(TABLE, "id")
    assert list(rows) == ["b", "a"]
    assert rows == {"b": {"id": "b", "name": "乙", "row": 2}, "a": {"id": "a", "name": None, "row": 3}}
    assert rows["b"].get("m.raw") is None


def test_rows_go_by_row_number_where_there_is_no_key() -> None:
    assert list(Rows.of(TABLE, "row")) == ["2", "3"]


def test_there_is_no_row_under_another_id() -> None:
    rows = Rows.of(TABLE, "id")
    assert rows.get("c", {}) == {}
    with pytest.raises(KeyError):
        rows["a"]["no such column"]
