"""Believable rows by the million: hromadas ask, partners promise, trucks drive, and the history is sealed.

The same seed gives the same rows. What is frequent and what is rare is on purpose: some items, sectors, oblasts and
organisations are everywhere, others hardly anywhere, as in life, and that is where lists and searches get slow.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from domain import codes
from domain.catalogue import Item, catalogue
from domain.history import Link, seal
from domain.model import Organisation
from domain.places import Hromada, places
from domain.search import fold, translit
from domain.words import (
    ConsignmentState,
    EventKind,
    MemberState,
    NeedState,
    OrganisationKind,
    OrganisationState,
    PledgeState,
    Urgency,
)
from services.needs import search_words

Rows = dict[str, list[dict[str, Any]]]
Told = list[tuple[EventKind, int, dict[str, Any]]]

END = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""The newest need is posted a moment before; the oldest three years."""
SPAN = timedelta(days=3 * 365)
ZONE = "Europe/Kyiv"
PARTNERS = 400
FIRST_ACCOUNT = 1_000_000
_REASONS = (
    "Після обстрілу ліцей без світла, діти вчаться в укритті",
    "Лікарня приймає поранених щодня",
    "Переселенці з сусідніх громад живуть у школі",
    "Насосна станція пошкоджена, воду підвозять",
    "Пункт незламності працює цілодобово",
    "Зимою температура в садочку не піднімається вище дванадцяти",
)
_PLACES = ("Опорний ліцей №2", "Центральна лікарня", "Пункт незламності", "Будинок культури", "Старостат")
_RARE_WORDS = ("осцилоскоп", "байдарка", "телескоп", "гончарне коло", "вулики", "аеростат")
_STORY: dict[PledgeState, tuple[EventKind, ...]] = {
    PledgeState.HELD: (EventKind.PLEDGE_HELD,),
    PledgeState.PROMISED: (EventKind.PLEDGE_PROMISED,),
    PledgeState.ACCEPTED: (EventKind.PLEDGE_PROMISED, EventKind.PLEDGE_ACCEPTED),
    PledgeState.DISPATCHED: (
        EventKind.PLEDGE_PROMISED,
        EventKind.PLEDGE_ACCEPTED,
        EventKind.CONSIGNMENT_DISPATCHED,
    ),
    PledgeState.RECEIVED: (
        EventKind.PLEDGE_PROMISED,
        EventKind.PLEDGE_ACCEPTED,
        EventKind.CONSIGNMENT_DISPATCHED,
        EventKind.RECEIPT_SIGNED,
    ),
}
_BUCKET = {
    PledgeState.HELD: "held",
    PledgeState.PROMISED: "promised",
    PledgeState.ACCEPTED: "promised",
    PledgeState.DISPATCHED: "on_the_way",
    PledgeState.RECEIVED: "received",
}


def _zipf(count: int, power: float) -> list[float]:
    """Running weights of the first, second, third... most frequent."""
    return list(accumulate(1 / (place + 1) ** power for place in range(count)))


@dataclass
class Generator:
    """Rows of every table, in the order in which they may be inserted."""

    needs: int
    seed: int = 7
    digests: int = 0
    """Private chats with a daily digest that is due at END."""
    _next: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        hromadas = list(places().hromadas)
        self.chance.shuffle(hromadas)
        self.hromadas: list[Hromada] = hromadas
        self._often = _zipf(len(hromadas), 0.7)
        self._partners_often = _zipf(PARTNERS, 0.8)
        sectors = [sector.code for sector in catalogue().sectors]
        self.sectors = sectors
        self._sector_often = [*_zipf(len(sectors) - 1, 1.2)]
        self._sector_often.append(
            self._sector_often[-1] * (1 + 2e-5)
        )  # the last one is nearly never asked for
        self._items = {code: catalogue().in_sector(code) for code in sectors}
        self._item_words = {item.code: self._words_of(item) for item in catalogue().items}
        self._home_words = [search_words(self._hromada(at), [], None, None) for at in range(len(hromadas))]

    def _id(self, table: str) -> int:
        self._next[table] += 1
        return self._next[table]

    def _hromada(self, at: int) -> Organisation:
        each, begun = self.hromadas[at], END - SPAN
        return Organisation(
            at + 1,
            OrganisationKind.HROMADA,
            OrganisationState.VERIFIED,
            each.title("uk"),
            "UA",
            None,
            each.code,
            None,
            at + 1,
            begun,
        )

    @staticmethod
    def _words_of(item: Item) -> str:
        return fold(" ".join([*item.names.values(), *item.synonyms]))

    # --- who takes part ---

    def people(self) -> Rows:
        """An official for every hromada, somebody for every partner, each with a private chat."""
        rows: Rows = defaultdict(list)
        begun = END - SPAN
        for at in range(len(self.hromadas)):
            self._person(rows, begun, self._hromada(at))
        for at in range(PARTNERS):
            number = len(self.hromadas) + at + 1
            kind = self.chance.choice([OrganisationKind.MUNICIPALITY, OrganisationKind.NGO])
            country = self.chance.choice(["PL", "DE", "LT", "FR", "NO"])
            name, verified = f"Partner {at + 1}", OrganisationState.VERIFIED
            self._person(
                rows,
                begun,
                Organisation(number, kind, verified, name, country, None, None, None, number, begun),
            )
        return rows

    def _person(self, rows: Rows, at: datetime, organisation: Organisation) -> None:
        number = organisation.id
        rows["people"].append(
            {
                "id": number,
                "account": FIRST_ACCOUNT + number,
                "name": f"Person {number}",
                "language": "uk",
                "acting_for": number,
                "created_at": at,
            }
        )
        rows["organisations"].append(
            {name: getattr(organisation, name) for name in organisation.__dataclass_fields__}
        )
        rows["members"].append(
            {
                "id": number,
                "person_id": number,
                "organisation_id": number,
                "state": MemberState.VERIFIED,
                "asked_at": at,
            }
        )
        rows["chats"].append(
            {"id": FIRST_ACCOUNT + number, "kind": "private", "person_id": number, "seen_at": at}
        )

    def subscribers(self, batch: int = 5000) -> Iterator[Rows]:
        """Chats that have their digest at eight, all due at END."""
        for first in range(0, self.digests, batch):
            rows: Rows = defaultdict(list)
            for at in range(first, min(first + batch, self.digests)):
                chat_id = -1_000_000_000 - at
                rows["chats"].append({"id": chat_id, "kind": "group", "language": "uk", "seen_at": END})
                rows["subscriptions"].append(
                    {
                        "id": at + 1,
                        "chat_id": chat_id,
                        "kind": "digest",
                        "hour": 8,
                        "zone": ZONE,
                        "next_run_at": END,
                        "watermark": 0,
                        "created_by": 1,
                    }
                )
            yield rows

    # --- what they do ---

    def batches(self, size: int = 5000) -> Iterator[Rows]:
        """All needs with what became of them, oldest first."""
        for first in range(0, self.needs, size):
            rows: Rows = defaultdict(list)
            for at in range(first, min(first + size, self.needs)):
                self._need(rows, at)
            yield rows

    def _need(self, rows: Rows, at: int) -> None:
        chance = self.chance
        need_id = self._id("needs")
        posted = END - SPAN + SPAN * ((at + 0.5) / self.needs)
        home = chance.choices(range(len(self.hromadas)), cum_weights=self._often)[0]
        urgency = chance.choices(list(Urgency), (2, 5, 3))[0]
        state = self._state(at)
        place, why = chance.choice(_PLACES), chance.choice(_REASONS)
        lines, words = self._lines(need_id)
        fold_why = fold(f"{place} {translit(place)} {why}")
        rows["needs"].append(
            {
                "id": need_id,
                "code": codes.encode(need_id),
                "organisation_id": home + 1,
                "oblast": self.hromadas[home].oblast,
                "state": state,
                "urgency": urgency,
                "place": place,
                "people_served": chance.randrange(20, 5000),
                "why": why,
                "language": "uk",
                "posted_by": home + 1,
                "posted_at": posted,
                "confirm_by": posted + timedelta(days=7)
                if state is not NeedState.OPEN
                else END + timedelta(1),
                "asked_at": posted + timedelta(days=7) if state is NeedState.STALE else None,
                "closed_at": None
                if state in (NeedState.OPEN, NeedState.STALE)
                else posted + timedelta(days=20),
                "search": " ".join(dict.fromkeys(f"{self._home_words[home]} {words} {fold_why}".split())),
            }
        )
        told: Told = [(EventKind.NEED_POSTED, home + 1, {"lines": len(lines)})]
        told += self._giving(rows, need_id, home, state, posted, lines)
        rows["lines"] += lines
        self._history(rows, need_id, posted, told)

    def _state(self, at: int) -> NeedState:
        """Most of the old ones are over; of the last months most are open."""
        age = 1 - at / self.needs
        is_open = 0.75 if age < 0.2 else 0.2
        return self.chance.choices(
            [
                NeedState.OPEN,
                NeedState.STALE,
                NeedState.FULFILLED,
                NeedState.CLOSED_SHORT,
                NeedState.CANCELLED,
            ],
            (is_open, 0.03, (0.97 - is_open) * 0.8, (0.97 - is_open) * 0.1, (0.97 - is_open) * 0.1),
        )[0]

    def _lines(self, need_id: int) -> tuple[list[dict[str, Any]], str]:
        chance, words = self.chance, []
        lines: list[dict[str, Any]] = []
        for position in range(chance.choices((1, 2, 3, 5, 12), (40, 25, 20, 12, 3))[0]):
            sector = chance.choices(self.sectors, cum_weights=self._sector_often)[0]
            item = chance.choice(self._items[sector])
            rare = chance.choice(_RARE_WORDS) if chance.random() < 2e-4 else None
            needed = chance.randrange(1, 200) * 1000
            words.append(self._item_words[item.code] if rare is None else f"{rare} {fold(translit(rare))}")
            lines.append(
                {
                    "id": self._id("lines"),
                    "need_id": need_id,
                    "position": position,
                    "sector": sector,
                    "item": None if rare else item.code,
                    "name": rare,
                    "unit": item.units[0],
                    "needed": needed,
                    "open": needed,
                    **dict.fromkeys(("held", "promised", "on_the_way", "received", "waived"), 0),
                }
            )
        return lines, " ".join(words)

    def _giving(
        self,
        rows: Rows,
        need_id: int,
        home: int,
        state: NeedState,
        posted: datetime,
        lines: list[dict[str, Any]],
    ) -> Told:
        """A partner gives all of some lines, or of all; who closes early waives the rest."""
        chance = self.chance
        if state is NeedState.FULFILLED:
            given, stage = lines, PledgeState.RECEIVED
        elif state is NeedState.OPEN and chance.random() < 0.35:
            given = lines if chance.random() < 0.5 else lines[:1]
            stage = chance.choices(list(_BUCKET), (10, 30, 30, 20, 10))[0]
        else:
            given, stage = [], PledgeState.PROMISED
        for line in lines if state in (NeedState.CLOSED_SHORT, NeedState.CANCELLED) else ():
            line["open"], line["waived"] = 0, line["needed"]
        if not given:
            return []
        giver = len(self.hromadas) + chance.choices(range(PARTNERS), cum_weights=self._partners_often)[0] + 1
        moved = posted + timedelta(days=chance.random() * 10)
        pledge_id = self._pledge(rows, need_id, giver, stage, moved)
        packed = stage in (PledgeState.DISPATCHED, PledgeState.RECEIVED)
        truck = self._truck(rows, home, giver, stage, moved) if packed else 0
        for line in given:
            quantity = line["open"]
            line["open"], line[_BUCKET[stage]] = 0, quantity
            row = {
                "id": self._id("pledge_lines"),
                "pledge_id": pledge_id,
                "line_id": line["id"],
                "quantity": quantity,
                "packed": quantity if packed else 0,
            }
            rows["pledge_lines"].append(row)
            if packed:
                there = stage is PledgeState.RECEIVED
                rows["consignment_lines"].append(
                    {
                        "id": self._id("consignment_lines"),
                        "consignment_id": truck,
                        "pledge_line_id": row["id"],
                        "quantity": quantity,
                        "good": quantity if there else None,
                        "damaged": 0 if there else None,
                        "missing": 0 if there else None,
                    }
                )
        told: Told = [(kind, giver, {"pledge": pledge_id}) for kind in _STORY[stage]]
        return [*told, (EventKind.NEED_FULFILLED, home + 1, {})] if state is NeedState.FULFILLED else told

    def _pledge(self, rows: Rows, need_id: int, giver: int, state: PledgeState, moved: datetime) -> int:
        pledge_id = self._id("pledges")
        rows["pledges"].append(
            {
                "id": pledge_id,
                "code": codes.encode(pledge_id),
                "need_id": need_id,
                "organisation_id": giver,
                "person_id": giver,
                "state": state,
                "holds_until": END + timedelta(days=2) if state is PledgeState.HELD else None,
                "created_at": moved,
                "moved_at": moved,
            }
        )
        return pledge_id

    def _truck(self, rows: Rows, home: int, giver: int, stage: PledgeState, moved: datetime) -> int:
        truck = self._id("consignments")
        there = stage is PledgeState.RECEIVED
        rows["consignments"].append(
            {
                "id": truck,
                "code": codes.encode(truck),
                "organisation_id": giver,
                "hromada_id": home + 1,
                "person_id": giver,
                "state": ConsignmentState.RECEIVED if there else ConsignmentState.ON_THE_WAY,
                "eta": (moved + timedelta(days=5)).date() if there else END.date() + timedelta(days=3),
                "created_at": moved,
                "dispatched_at": moved,
                "received_at": moved + timedelta(days=6) if there else None,
                "signed_by": home + 1 if there else None,
            }
        )
        return truck

    def _history(
        self,
        rows: Rows,
        need_id: int,
        posted: datetime,
        told: Told,
    ) -> None:
        """A chain that verifies."""
        previous, chain = "", f"need:{need_id}"
        for seq, (kind, who, data) in enumerate(told, 1):
            at = posted + timedelta(hours=seq)
            previous = seal(previous, Link(chain, seq, kind.value, who, who, at, data))
            rows["events"].append(
                {
                    "id": self._id("events"),
                    "chain": chain,
                    "seq": seq,
                    "kind": kind,
                    "need_id": need_id,
                    "person_id": who,
                    "organisation_id": who,
                    "at": at,
                    "data": json.dumps(data),
                    "hash": previous,
                }
            )
