"""Thanks after a receipt: the donor's to keep or to show."""

import pytest
from sqlalchemy import Connection

from domain.errors import AlreadyDone, Changed, Empty, Forbidden, NotFound, NotVerified, Suspended
from domain.talking import THANKS_PHOTOS, Sent
from services import consignments, pledges, thanks
from services.consignments import Count
from storage import events, giving, needs
from storage import thanks as stored
from tests.services.company import Company, heard

BLANKET = "winter.blanket"
PHOTO = Sent("photo", "f", "u")


def truck_of(company: Company, who: str, *, signed: bool = True) -> int:
    """From a promise of 50 blankets to the hromada's signature."""
    need = company.asks((BLANKET, 50))
    pledge = company.promises(who, need, 50)
    pledges.accept(company.conn, company["Olena"], pledge.id)
    row = giving.pledge_lines_of(company.conn, pledge.id)[0]
    truck = consignments.pack(company.conn, company[who], {row.id: row.left})
    consignments.dispatch(company.conn, company[who], truck.id)
    if signed:
        goods = giving.goods(company.conn, truck.id)[0]
        counts = {goods.id: Count(50_000, 0, 0)}
        consignments.sign_receipt(company.conn, company["Olena"], truck.id, counts)
    heard(company, who)
    return truck.id


def thanked(company: Company, who: str = "Marek") -> int:
    truck = truck_of(company, who)
    return thanks.thank(company.conn, company["Olena"], truck, "Дякуємо!", "uk", [PHOTO]).id


def test_the_donor_hears_it_and_it_stays_between_the_two(company: Company, conn: Connection) -> None:
    said = thanked(company)
    assert heard(company, "Marek") == ["thanked"]
    assert heard(company, "Greta") == []
    assert needs.photos(conn, "thanks", said) == ["f"]
    found = stored.thanks(conn, said)
    assert found is not None
    assert (found.shareable, found.decided_at, found.language) == (False, None, "uk")
    assert stored.thanks_to_show(conn, 0, events.latest(conn)) == []
    assert events.broken_chains(conn) == []


def test_a_yes_is_told_of_in_the_digest_after_it_and_once(company: Company, conn: Connection) -> None:
    said = thanked(company)
    yesterday = events.latest(conn)
    thanks.decide(conn, company["Marek"], said, share=True)
    today = events.latest(conn)
    assert today == yesterday + 1
    assert [each.id for each in stored.thanks_to_show(conn, yesterday, today)] == [said]
    assert stored.thanks_to_show(conn, today, today + 99) == []
    thanks.decide(conn, company["Marek"], said, share=True)
    assert events.latest(conn) == today, "pressed twice it is told of once"
    thanks.decide(conn, company["Marek"], said, share=False)
    assert stored.thanks_to_show(conn, yesterday, today) == [], "taken back before it was told"
    thanks.decide(conn, company["Marek"], said, share=True)
    assert [each.id for each in stored.thanks_to_show(conn, yesterday, events.latest(conn))] == [said]
    assert events.broken_chains(conn) == []


def test_a_digest_asks_for_the_thanks_of_some(company: Company, conn: Connection) -> None:
    first, second = thanked(company, "Marek"), thanked(company, "Greta")
    thanks.decide(conn, company["Marek"], first, share=True)
    thanks.decide(conn, company["Greta"], second, share=True)

    def shown(*names: str, limit: int = 3) -> list[int]:
        ids = [company[name].organisation_id or 0 for name in names]
        found = stored.thanks_to_show(conn, 0, events.latest(conn), ids or None, limit)
        return [each.id for each in found]

    assert shown() == [second, first]
    assert shown("Marek") == [first]
    assert shown("Olena") == [second, first]
    assert shown("Taras", "Rūta") == []
    assert shown(limit=1) == [second]


def test_who_may_not_thank_and_when(company: Company, conn: Connection) -> None:
    truck = truck_of(company, "Marek", signed=False)
    with pytest.raises(Changed):
        thanks.thank(conn, company["Olena"], truck, "Дякуємо!", "uk")
    truck = truck_of(company, "Marek")
    refused = (("Taras", Forbidden), ("Marek", Forbidden), ("Petro", NotVerified), ("Sergei", Suspended))
    for name, error in refused:
        with pytest.raises(error):
            thanks.thank(conn, company[name], truck, "Дякуємо!", "uk")
    for text, photos in (
        (" ", []),
        ("x" * (thanks.LONGEST + 1), []),
        ("Дякуємо!", [PHOTO] * (THANKS_PHOTOS + 1)),
    ):
        with pytest.raises(Empty):
            thanks.thank(conn, company["Olena"], truck, text, "uk", photos)
    thanks.thank(conn, company["Olena"], truck, "Дякуємо!", "uk")
    with pytest.raises(AlreadyDone):
        thanks.thank(conn, company["Olena"], truck, "Ще раз!", "uk")


def test_nobody_but_the_donor_decides(company: Company, conn: Connection) -> None:
    said = thanked(company)
    for name, error in (
        ("Greta", Forbidden),
        ("Olena", Forbidden),
        ("Ihor", Forbidden),
        ("Sergei", Suspended),
    ):
        with pytest.raises(error):
            thanks.decide(conn, company[name], said, share=True)
    with pytest.raises(NotFound):
        thanks.decide(conn, company["Marek"], 404, share=True)
