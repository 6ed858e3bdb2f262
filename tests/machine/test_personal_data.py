"""The register of personal data says something of every column there is, and nothing of one that is not."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import storage.schema
from domain.personal_data import REGISTER, Whose
from handlers.screens.mydata import TITLES
from storage.base import metadata
from storage.schema import listed

for module in pkgutil.iter_modules(storage.schema.__path__):
    importlib.import_module(f"storage.schema.{module.name}")
TABLES = {**metadata.tables, **listed.listed.metadata.tables}


def test_every_table_is_in_the_register() -> None:
    assert set(REGISTER) == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_exactly_one_class(name: str) -> None:
    classed = REGISTER[name].columns
    assert sorted(classed) == sorted(column.name for column in TABLES[name].columns)


@pytest.mark.parametrize("name", REGISTER)
def test_what_is_personal_is_somebodys(name: str) -> None:
    holding = REGISTER[name]
    known = {*holding.people.split(), holding.chat, holding.part_of[0], "declined"}
    assert set(holding.own.values()) | set(holding.papers.values()) <= known
    assert not holding.own or holding.people or holding.whose is not Whose.NAMED


@pytest.mark.parametrize("name", REGISTER)
def test_whatever_points_at_a_person_is_named_as_such(name: str) -> None:
    pointing = {
        column.name
        for column in TABLES[name].columns
        if any(key.column.table.name == "people" for key in column.foreign_keys)
    }
    assert pointing <= set(REGISTER[name].people.split())


@pytest.mark.parametrize("name", REGISTER)
def test_every_text_column_was_thought_about(name: str) -> None:
    """Columns of free length are where people's words end; those classed as facts are listed here, one by one."""
    facts = {
        "chats": {"kind", "title", "quiet_zone"},
        "drafts": set(),
        "subscriptions": {"zone", "sectors", "filters"},
        "events": {"data"},
        "inbox": {"error"},
        "outbox": {"error"},
        "translations": {"error"},
        "places": {"params"},
    }
    long = {
        column.name
        for column in TABLES[name].columns
        if str(column.type) == "TEXT" and column.name in REGISTER[name].facts.split()
    }
    assert long <= facts.get(name, set())


def test_the_pages_call_every_table_as_the_register_does() -> None:
    titled = {name: holding.title for name, holding in REGISTER.items() if holding.title}
    assert titled.pop("barred")
    assert titled.pop("inline_cards")
    assert titled == TITLES


def test_the_document_says_every_age() -> None:
    text = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
    ages = {age for holding in REGISTER.values() for age in holding.age.split(", ") if age}
    assert [age for age in [*ages, "OPERATOR_CONTACT"] if age not in text] == []
