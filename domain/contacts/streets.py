"""What a street looks like in the languages of the house, and the spot on a map."""

import re

_UP = r"[A-ZА-ЯІЇЄҐЁÀ-ÖØ-ÞĄĆĘŁŃÓŚŹŻČŠŽ]"
_LOW = r"[a-zа-яіїєґёß-öø-ÿąćęłńóśźżčšž'’ʼ\-]"
_NAME = rf"(?:{_UP}{_LOW}+|(?:{_UP}\.\s?){{1,2}}{_UP}{_LOW}+)"
_UNIT = (
    r"(?!\d|[.,]\d|\s?[-–]\s?(?:\d+\s?)?[^\W\d_]{2,}|\s{0,2}(?i:шт|штук|кг|г\b|м\b|м[²³2³]|мм|см|км|л\b|вт|квт|ква|в\b|а\b|т\b|год|осіб|люд|сім|пар|"
    r"компл|уп\b|pcs|pieces|szt|sztuk|stk|stück|kg|m\b|m[²³2]|mm|cm|km|l\b|ltr|lit|w\b|kw|kva|v\b|a\b|set|pair|par\b|paar|os[oó]b|people|"
    r"famil|rodzin|personen|mensch|led\b|uhr|mal\b|x\s?\d|[%°€$]))"
)
_HOUSE = rf"(?:№\s?|nr\.?\s?|no\.?\s?|буд(?:\.|инок)?\s?)?\d{{1,4}}(?:\s?[/\-]\s?\d{{1,3}})?(?:[-\s]?[а-яіїєґa-zА-ЯІЇЄҐA-Z](?![^\W\d_]))?{_UNIT}"
_ORDINAL = r"\d{1,3}(?:-?(?:го|ї|а|ої|та|річчя|x|ти|th|nd|rd|st)|\.)?\s"
_TITLE = r"(?:(?i:імені|ім|академік|генерал|полковник|капітан|лейтенант|гетьман|княз|св|проф|архітектор|маршалк?|gen|ks|św|prof|dr|sankt|st|gener|hetm|kapit)\w*\.?\s)?"

_UK_WORD = r"(?i:вулиц(?:я|і|ю|ею)|вул|улиц[аыеу]|ул|провул(?:ок|ку|ком)|пров|переул(?:ок|ке|ка)|бульвар[уі]?|бульв|б-р|набережн(?:а|ій|ої|у)|наб|узвіз|узвоз|узвозі|проспект[уіе]?|просп|пр-т|пр-кт|пр|тупик|шосе|майдан|проїзд|вулич?ка|vulytsi[ai]|vul|prov|prosp|bulv)"
_UK_FULL = r"(?i:вулиц(?:я|і|ю|ею)|вул\.|улиц[аыеу]|ул\.|провул(?:ок|ку|ком)|пров\.|переул(?:ок|ке|ка)|бульвар[уі]?|бульв\.|б-р|набережн(?:а|ій|ої|у)|просп\.|проспект[уіе]?|пр-т|пр-кт|vulytsi[ai]|vul\.)"
_PL_WORD = r"(?i:ul|ulic[aęyą]|al|alej[aięą]|aleje|os|osiedl[eu]|pl|plac|placu|rondo|bulwar)"

_PATTERNS = (
    # вул. Шевченка; вулиця Героїв України, 5
    rf"(?<!\w){_UK_FULL}\s{{0,2}}[«\"„]?(?:{_ORDINAL})?{_TITLE}{_NAME}(?:\s{_NAME}){{0,2}}[»\"“]?(?:,?\s{{0,2}}{_HOUSE})?",
    # пр. Миру 15; вул. шевченка 5; ВУЛ. МИРУ 3
    rf"(?<!\w){_UK_WORD}(?:\.\s{{0,2}}|\s{{1,2}})[«\"„]?(?:{_ORDINAL})?{_TITLE}[^\W\d_][\w'’ʼ\-.]+(?:\s[^\W\d_][\w'’ʼ\-]+){{0,2}}[»\"“]?,?\s{{0,2}}{_HOUSE}",
    # пл. Ринок 5
    rf"(?<!\w)(?i:пл\.|площ[аіу])\s?{_NAME}(?:\s{_NAME})?,?\s{{0,2}}{_HOUSE}",
    # Київська вулиця, 5; Соборний просп. 12
    rf"(?<!\w){_NAME}(?:\s{_NAME})?\s(?i:вул\.?|вулиця|просп\.?|проспект|провулок|пров\.?|бульвар|шосе|узвіз|набережна),?\s{{0,2}}{_HOUSE}",
    # буд. 5, кв. 12
    r"(?<!\w)(?i:буд|будинок|д|дом)\.?\s?№?\s?\d{1,4}[а-яa-z]?\s?,?\s?(?i:кв|квартира|корп|корпус|під|під'їзд|підʼїзд|підїзд)\b\.?\s?\d{1,4}",
    # ul. Piękna; ulica 3 Maja 5
    rf"(?<!\w)(?i:ul\.|ulic[aęyą])\s{{0,2}}(?:{_ORDINAL})?{_TITLE}{_NAME}(?:\s{_NAME}){{0,2}}(?:,?\s{{0,2}}{_HOUSE})?",
    # al. Jerozolimskie 45; os. Słoneczne 12/4; pl. Wolności 3; ul. piękna 5
    rf"(?<![\w\d])(?<!\d\s){_PL_WORD}\.?\s{{1,2}}(?:{_ORDINAL})?{_TITLE}(?:{_NAME}(?:\s{_NAME}){{0,2}}|(?<=ul\.\s){_LOW}{{3,}}),?\s{{0,2}}{_HOUSE}",
    # Hauptstraße 5; Berliner Str. 12a; Feuerwehrweg 3; Straße des 17. Juni 135
    rf"(?<!\w){_UP}[\w\-]*(?:stra(?:ß|ss)e|(?<=[a-zäöüß])str\.?|gasse|allee|damm|ufer)n?\s{{0,2}}{_HOUSE}",
    rf"(?<!\w){_UP}[\w\-]*(?i:-stra(?:ß|ss)e|-str\.|-weg|-platz|-allee|-gasse|-ring|-ufer|-damm)\s{{0,2}}{_HOUSE}",
    rf"(?<!\w)(?:{_NAME}\s){{1,2}}(?:Stra(?:ß|ss)e|Str\.|Weg|Platz|Allee|Gasse|Damm|Ufer|Ring)\s{{0,2}}{_HOUSE}",
    rf"(?<!\w)Stra(?:ß|ss)e\s(?:des|der)\s(?:\d{{1,2}}\.\s)?{_NAME}(?:\s{_HOUSE})?",
    r"(?<!\w)(?!(?i:spiel|arbeits|stell|park|sitz|schlaf|bau|lager|schul|sport|wasch|liege|camping|bolz|flug|steck|speicher|um|geh|rad|trans|rettungs|"
    r"flucht|feld|wald|transport|lauf|kriech|luft|strom|zu|kabel|bus|anschluss|holz)\w{0,4}(?:weg|platz)\b)"
    rf"{_UP}[a-zäöüß]+(?:weg|platz)\s{{1,2}}{_HOUSE}",
    rf"(?<!\w)(?:Am|An der|An den|Auf dem|Im|In der|Zum|Zur|Unter den)\s{_NAME}\s\d{{1,3}}[a-z]?,?\s\d{{5}}\s{_UP}",
    # 12 Baker Street; Shevchenko St., 5
    rf"(?<![\w.,])\d{{1,4}}[a-zA-Z]?,?\s(?:{_NAME}\s){{1,3}}(?i:street|st\.?|road|rd\.?|avenue|ave\.?|lane|boulevard|blvd\.?|square)\b"
    r"(?!\s(?i:light|lamp|lantern|sign|sweep|clean|furniture|food|mark|paint|roller|barrier|vehicle|wheel|bike|map|repair|salt)\w*)",
    rf"(?<!\w)(?:{_NAME}\s){{1,3}}(?i:street|str?\.|road|rd\.|avenue|ave\.?|lane|boulevard|blvd\.?|square),?\s{{0,2}}{_HOUSE}",
    r"(?<![\w.,])\d{1,4}[a-zA-Z]?,?\s[a-z]+\s(?:street|avenue|boulevard|lane)(?=\s*(?:[,.;!?\n]|$))",
    # Schillerstraße; Baker Street
    rf"(?<!\w){_UP}[a-zäöüß]{{3,}}stra(?:ß|ss)e(?!\w)",
    rf"(?<!\w)(?:{_NAME}\s){{1,2}}(?:Street|Avenue|Boulevard)(?!\w)(?!\s(?i:light|lamp|lantern|sign|sweep|clean|furniture|food|mark|led|vehicle|map)\w*)",
    r"(?<!\w)(?i:apt|apartment)\.?\s?(?:№|no\.?)?\s?\d{1,4}",
    # the spot on a map
    r"(?<!\d)\d{1,3}\s?°\s?\d{1,2}\s?['′’]\s?\d{0,2}",
    r"(?<![\d.])[-+]?\d{1,2}\.\d{4,}\s?[,;]?\s{1,2}[-+]?\d{1,3}\.\d{4,}(?!\d)|(?<![\d.])[-+]?\d{1,2}\.\d{4,},[-+]?\d{1,3}\.\d{4,}(?!\d)",
    r"(?i:https?://)?(?i:maps\.app\.goo\.gl|goo\.gl/maps|(?:www\.)?google\.[a-z.]{2,6}/maps|maps\.google\.[a-z.]{2,6}|(?:www\.)?openstreetmap\.org|what3words\.com|w3w\.co|maps\.apple\.com|waze\.com)/\S+",
)
STREET = tuple(map(re.compile, _PATTERNS))
