import pytest
from django.db import models

from yinfeng.web.ledgers.registry import HELD, attribute, columns

FIELD = {
    "id": models.CharField,
    "ref": models.CharField,
    "text": models.TextField,
    "choice": models.CharField,
    "uscc": models.CharField,
    "code": models.CharField,
    "polygon": models.TextField,
    "quantity": models.FloatField,
    "quota_amount": models.FloatField,
    "longitude": models.FloatField,
    "latitude": models.FloatField,
    "bool": models.BooleanField,
    "date": models.DateField,
    "list": models.JSONField,
    "refs": models.JSONField,
    "codes": models.JSONField,
    "choices": models.JSONField,
    "amounts": models.JSONField,
}
"""The field that holds a type of the dictionary, unless the database holds the reference itself."""


@pytest.mark.parametrize("ledger", HELD)
def test_every_column_of_the_dictionary_has_a_field_of_its_type(ledger):
    model = HELD[ledger].model
    wrong = []
    for column in columns(ledger):
        field = model._meta.get_field(attribute(ledger, column.name))
        is_held = (
            column.type == "ref" and field.related_model is HELD[column.target].model
            if isinstance(field, models.ForeignKey)
            else type(field) is FIELD[column.type]
        )
        if not is_held:
            wrong.append((column.name, column.type, type(field).__name__))
    assert wrong == []


@pytest.mark.parametrize("ledger", HELD)
def test_every_quantity_may_be_unknown(ledger):
    model = HELD[ledger].model
    numbers = [column.name for column in columns(ledger) if FIELD[column.type] is models.FloatField]
    assert [name for name in numbers if not model._meta.get_field(name).null] == []


@pytest.mark.parametrize("ledger", HELD)
def test_what_lists_show_and_narrow_by_is_held(ledger):
    held = HELD[ledger]
    named = (held.key, held.name, held.zone, *held.facets, *held.columns, *held.own)
    fields = {field.attname for field in held.model._meta.get_fields() if hasattr(field, "attname")}
    assert {attribute(ledger, name) for name in named} - fields == set()


def test_a_reference_is_held_by_its_id():
    assert attribute("places", "zone_id") == "zone_id"
    assert attribute("places", "part_of") == "part_of_id"
    assert attribute("pins", "project_id") == "project_id"
    assert attribute("zones", "zone_id") == "zone_id"
