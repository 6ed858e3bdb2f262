"""The hromada changes a line: only its pledgers are asked, one press answers, nobody submits anything again."""

from datetime import date

import pytest
from sqlalchemy import Connection

from domain.errors import Changed, Empty, Forbidden, Gone
from domain.model import Need, Pledge, PledgeLine
from domain.words import CloseReason, Urgency
from services import changes, consignments, needs, pledges
from storage import giving
from tests.databases import inside
from tests.services.company import TERMS, Company, heard

GENERATOR, BLANKET = "energy.generator-diesel", "winter.blanket"


@pytest.fixture
def two_lines(company: Company) -> tuple[Need, Pledge, Pledge]:
    """Generators by Marek, blankets by Greta."""
    return inside(company.conn, _two_lines, company)


def _two_lines(company: Company) -> tuple[Need, Pledge, Pledge]:
    need = company.asks((GENERATOR, 4), (BLANKET, 200))
    marek, greta = company.promises("Marek", need, 2), company.promises("Greta", need, 0, 100)
    for name in ("Olena", "Marek", "Greta"):
        heard(company, name)
    return need, marek, greta


def row_of(company: Company, pledge: Pledge) -> PledgeLine:
    """The only row of a pledge, as it stands."""
    return giving.pledge_lines_of(company.conn, pledge.id)[0]


def test_only_the_pledgers_of_the_changed_line_are_asked(
    company: Company, conn: Connection, two_lines: tuple[Need, Pledge, Pledge]
) -> None:
    need, marek, greta = two_lines
    needs.describe_line(conn, company["Olena"], company.line(need).id, spec="20 kW")
    assert heard(company, "Marek") == ["line_edited"]
    assert heard(company, "Greta") == []
    assert (row_of(company, marek).asked, row_of(company, greta).asked) == (2, None)

    changes.still_fits(conn, company["Marek"], row_of(company, marek).id, 2)
    assert row_of(company, marek).asked is None
    assert heard(company, "Olena") == ["confirmed"]
    assert company.pledge(marek) == marek  # it stands as it was


def test_a_yes_to_what_it_said_before_is_none(
    company: Company, conn: Connection, two_lines: tuple[Need, Pledge, Pledge]
) -> None:
    need, marek, _ = two_lines
    line = company.line(need)
    needs.describe_line(conn, company["Olena"], line.id, spec="20 kW")
    needs.describe_line(conn, company["Olena"], line.id, note="three phases")
    row = row_of(company, marek)
    with pytest.raises(Changed):
        changes.still_fits(conn, company["Marek"], row.id, 2)
    with pytest.raises(Forbidden):
        changes.still_fits(conn, company["Greta"], row.id, 3)
    changes.still_fits(conn, company["Marek"], row.id, 3)
    with pytest.raises(Changed):
        changes.still_fits(conn, company["Marek"], row.id, 3)


def test_what_changes_nothing_for_a_pledger_asks_nobody(
    company: Company, conn: Connection, two_lines: tuple[Need, Pledge, Pledge]
) -> None:
    need, marek, _ = two_lines
    line, olena = company.line(need), company["Olena"]
    needs.edit_need(
        conn, olena, need.id, TERMS, urgency=Urgency.CRITICAL, why="!", needed_by=date(2026, 4, 1)
    )
    needs.resize_line(conn, olena, line.id, 8000, TERMS)
    needs.resize_line(conn, olena, line.id, 2000, TERMS)
    needs.describe_line(conn, olena, line.id, used_ok=True)
    needs.describe_line(conn, olena, line.id, equivalents=line.equivalents, used_ok=True)
    assert heard(company, "Marek") == []
    assert row_of(company, marek).asked is None
    needs.describe_line(conn, olena, line.id, used_ok=False)
    needs.describe_line(conn, olena, line.id, equivalents=False)
    assert heard(company, "Marek") == ["line_edited"], (
        "both within a minute: one question about how it stands then"
    )


def test_whose_goods_are_packed_or_gone_is_not_asked(
    company: Company, conn: Connection, two_lines: tuple[Need, Pledge, Pledge]
) -> None:
    need, marek, _ = two_lines
    pledges.accept(conn, company["Olena"], marek.id)
    consignments.pack(conn, company["Marek"], {row_of(company, marek).id: 2000})
    lost = company.promises("Rūta", need, 1)
    pledges.withdraw(conn, company["Rūta"], lost.id, TERMS)
    heard(company, "Marek"), heard(company, "Rūta")
    needs.describe_line(conn, company["Olena"], company.line(need).id, spec="20 kW")
    assert heard(company, "Marek") == []
    assert heard(company, "Rūta") == []


def test_more_or_less_without_withdrawing(
    company: Company, conn: Connection, two_lines: tuple[Need, Pledge, Pledge]
) -> None:
    need, marek, _ = two_lines
    needs.describe_line(conn, company["Olena"], company.line(need).id, spec="20 kW")
    row = row_of(company, marek)
    changes.change_amount(conn, company["Marek"], row.id, 4000, TERMS)
    assert (company.line(need).open, company.line(need).promised) == (0, 4000)
    assert row_of(company, marek).asked is None
    assert heard(company, "Olena") == ["pledge_changed"]
    changes.change_amount(conn, company["Marek"], row.id, 1000, TERMS)
    assert (company.line(need).open, company.line(need).promised) == (3000, 1000)
    for wrong, refusal in ((5000, Gone), (0, Empty), (-1000, Empty)):
        savepoint = conn.begin_nested()
        with pytest.raises(refusal):
            changes.change_amount(conn, company["Marek"], row.id, wrong, TERMS)
        savepoint.rollback()
    with pytest.raises(Forbidden):
        changes.change_amount(conn, company["Greta"], row.id, 1000, TERMS)


def test_never_less_than_is_in_a_truck(
    company: Company, conn: Connection, two_lines: tuple[Need, Pledge, Pledge]
) -> None:
    _, marek, _ = two_lines
    pledges.accept(conn, company["Olena"], marek.id)
    row = row_of(company, marek)
    consignments.pack(conn, company["Marek"], {row.id: 2000})
    with pytest.raises(Changed):
        changes.change_amount(conn, company["Marek"], row.id, 1000, TERMS)


@pytest.mark.parametrize("needed", [15_000, None])
def test_a_closed_line_asks_for_nothing_more(company: Company, conn: Connection, needed: int | None) -> None:
    need = company.asks((GENERATOR, 4), (BLANKET, 200))
    needs.close_line(conn, company["Olena"], company.line(need).id, CloseReason.NOT_NEEDED)
    with pytest.raises(Changed):
        needs.resize_line(conn, company["Olena"], company.line(need).id, needed)
    assert company.line(need).open == 0, "nobody could promise it, and the need would never end"


@pytest.mark.parametrize("needed", [0, -1000])
def test_nothing_at_all_is_no_quantity(company: Company, conn: Connection, needed: int) -> None:
    need = company.asks((GENERATOR, 4))
    with pytest.raises(Empty):
        needs.resize_line(conn, company["Olena"], company.line(need).id, needed)
    assert company.need(need).live
