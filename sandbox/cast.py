"""Who lives in the sandbox's world: people, groups, and the one bot they talk to."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Person:
    """Somebody with a Telegram account; `caption` is the role line the page shows under the name."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    caption: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        """First and last name as one line."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Group:
    """A group or a channel; `bot_inside` says whether the bot is already there when the world begins.

    `topics` make a forum of a supergroup. In a channel the members read, and the administrators post.
    """

    id: int
    title: str
    type: str = "group"
    members: tuple[int, ...] = ()
    admins: tuple[int, ...] = ()
    bot_inside: bool = True
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class BotAccount:
    """The bot as Telegram knows it."""

    id: int = 1
    username: str = "hromada_bridge_bot"
    first_name: str = "Hromada Bridge"


@dataclass(frozen=True)
class Cast:
    """Everybody, in the order in which the page shows them."""

    people: tuple[Person, ...]
    groups: tuple[Group, ...] = ()
    bot: BotAccount = field(default_factory=BotAccount)


OLENA = Person(
    1001, "Olena", "Kovalenko", "olena_kovalenko", "uk", "Official of Pervomaiska hromada", "+380440001001"
)
MAREK = Person(1002, "Marek", "Nowak", "marek_nowak", "pl", "City of Lublin, partner", "+48810001002")
GRETA = Person(1003, "Greta", "Brandt", "greta_brandt", "de", "German association, follows", "+49300001003")
IHOR = Person(1004, "Ihor", "Bondar", "ihor_bondar", "en", "Coordinator", "+380440001004")
HEADQUARTERS = Group(-5001, "Coordination HQ", members=(IHOR.id, GRETA.id), admins=(IHOR.id,))
PARTNERS = Group(
    -1_001_000_000_002,
    "Partners' table",
    "supergroup",
    members=(MAREK.id, GRETA.id),
    admins=(MAREK.id,),
    topics=("Energy", "Winter"),
)
NEWS = Group(
    -1_001_000_000_003,
    "Bridge news",
    "channel",
    members=(IHOR.id, OLENA.id),
    admins=(IHOR.id,),
    bot_inside=False,
)

DEFAULT_CAST = Cast(people=(OLENA, MAREK, GRETA, IHOR), groups=(HEADQUARTERS, PARTNERS, NEWS))
