"""Samples of every picture, in every language and both themes, for whoever changes how they look.

python -m papers FOLDER
"""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from babel.numbers import format_decimal, format_percent

from papers import charts, oblasts, qr
from papers.themes import DARK, LIGHT, Theme

LANGUAGES = ("uk", "en", "pl", "de")
_SAID = {
    "title": "Чого бракує | What is missing | Czego brakuje | Was fehlt",
    "of": "Уся Україна, 25 листопада 2026 | All of Ukraine, 25 November 2026 | Cała Ukraina, 25 listopada 2026"
    " | Ganze Ukraine, 25. November 2026",
    "missing": "бракує | missing | brakuje | fehlt",
    "promised": "обіцяно | promised | obiecane | zugesagt",
    "received": "отримано | received | otrzymane | erhalten",
    "needed": "потрібно | needed | potrzeba | benötigt",
    "energy": "Енергетика | Energy | Energia | Energie",
    "water": "Вода і каналізація | Water and sewage | Woda i kanalizacja | Wasser und Abwasser",
    "rehab": "Реабілітація і доступність | Rehabilitation and access | Rehabilitacja i dostępność | Reha und Barrierefreiheit",
    "rescue": "Порятунок і пожежна охорона | Rescue and fire | Ratownictwo i straż pożarna | Rettung und Feuerwehr",
    "culture": "Культура і дозвілля | Culture and leisure | Kultura i czas wolny | Kultur und Freizeit",
    "path": "Шлях потреб: від публікації до отримання | The path of needs, from posted to received"
    " | Droga potrzeb: od ogłoszenia do odbioru | Der Weg der Bedarfe: vom Aufruf bis zum Empfang",
    "posted": "опубліковано | posted | ogłoszone | veröffentlicht",
    "part": "обіцяно частково | promised in part | obiecane częściowo | teilweise zugesagt",
    "full": "обіцяно повністю | fully promised | obiecane w całości | vollständig zugesagt",
    "way": "у дорозі | on the way | w drodze | unterwegs",
    "map": "Де чекають на допомогу | Where help is awaited | Gdzie czekają na pomoc | Wo auf Hilfe gewartet wird",
    "critical": "критичні | critical | krytyczne | kritisch",
    "urgent": "термінові | urgent | pilne | dringend",
    "normal": "звичайні | normal | zwykłe | normal",
    "nothing": "усе обіцяно | all promised | wszystko obiecane | alles zugesagt",
    "UA01": "Автономна Республіка Крим | Autonomous Republic of Crimea | Autonomiczna Republika Krymu"
    " | Autonome Republik Krim",
    "UA26": "Івано-Франківська область | Ivano-Frankivsk Oblast | obwód iwanofrankiwski | Gebiet Iwano-Frankiwsk",
    "UA48": "Миколаївська область | Mykolaiv Oblast | obwód mikołajowski | Gebiet Mykolajiw",
    "UA63": "Харківська область | Kharkiv Oblast | obwód charkowski | Gebiet Charkiw",
    "UA65": "Херсонська область | Kherson Oblast | obwód chersoński | Gebiet Cherson",
    "UA74": "Чернігівська область | Chernihiv Oblast | obwód czernihowski | Gebiet Tschernihiw",
    "UA80": "Київ | Kyiv | Kijów | Kyjiw",
    "UA85": "Севастополь | Sevastopol | Sewastopol | Sewastopol",
    "card": "Первомайська громада: генератор, ковдри | Pervomaiska hromada: generator, blankets"
    " | Hromada Pervomaiska: agregat, koce | Hromada Pervomaiska: Generator, Decken",
}
_SECTORS = {
    "energy": (42, 9, 4),
    "water": (1_250, 310, 700),
    "rehab": (36, 0, 36),
    "rescue": (7, 0, 0),
    "culture": (10_000, 9_000, 999),
}
_UNMET = {
    "UA01": (0, 0, 2), "UA26": (0, 1, 9), "UA48": (4, 12, 7), "UA63": (11, 24, 31), "UA65": (17, 8, 3),
    "UA74": (0, 6, 2), "UA80": (1, 3, 0), "UA85": (0, 1, 0),
}  # fmt: skip


def main(folder: Path) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for theme in (LIGHT, DARK):
            for name, png in samples(language, theme):
                (folder / f"{name}-{language}-{theme.name}.png").write_bytes(png)


def samples(language: str, theme: Theme) -> Iterator[tuple[str, bytes]]:
    """Each picture by its name."""
    said = {key: words.split(" | ")[LANGUAGES.index(language)] for key, words in _SAID.items()}
    number, percent = partial(format_decimal, locale=language), partial(format_percent, locale=language)
    sectors = [charts.Sector(said[key], *amounts) for key, amounts in _SECTORS.items()]
    words = {key: said[key] for key in ("title", "missing", "promised", "received", "needed")}
    stages = zip(("posted", "part", "full", "way", "received"), (120, 80, 52, 31, 22), strict=True)
    unmet = [oblasts.Oblast(code, said[code], *counts) for code, counts in _UNMET.items()]
    urgencies = {key: said[key] for key in ("critical", "urgent", "normal", "nothing")}
    made = {
        "sectors": charts.sectors(sectors, charts.SectorWords(subtitle=said["of"], **words), number, theme),
        "path": charts.path(
            [charts.Stage(said[key], count) for key, count in stages],
            charts.PathWords(said["path"], said["of"]),
            number,
            percent,
            theme,
        ),
        "map": oblasts.unmet(
            unmet, oblasts.MapWords(said["map"], subtitle=said["of"], **urgencies), number, theme
        ),
        "qr": qr.qr("https://t.me/hromada_bridge_bot?start=n_7KQ2XM", "7KQ2XM", said["card"], theme),
    }
    return ((name, png) for name, png in made.items() if png)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
