"""Make formats.json: how twenty locales write a date, from the Unicode CLDR data that Babel carries.

    python data/dates/make.py [FOLDER]

For each locale: the patterns of the four lengths that CLDR knows, and the names of months and weekdays that they use.
Needs Babel in the version that VERSION names; it is a dependency of the tests, not of the lessons.
"""

import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

VERSION = "2.18.0"
LOCALES = [
    "en_US",
    "en_GB",
    "cy",
    "de",
    "nl",
    "sv",
    "fr",
    "es",
    "it",
    "pt",
    "pl",
    "cs",
    "hr",
    "hu",
    "fi",
    "tr",
    "el",
    "ru",
    "ja",
    "ko",
]
STYLES = ["full", "long", "medium", "short"]
WIDTHS = {3: "abbreviated", 4: "wide"}


def names_used(locale, patterns: dict[str, str]) -> dict[str, list[str]]:
    """The lists of names that the patterns need, by the field of the pattern: "MMMM" has twelve, "EEEE" has seven.

    Months begin with January, weekdays with Monday.
    """
    fields = set()
    for pattern in patterns.values():
        fields |= set(re.findall(r"MMMM?|LLLL?|EEEE?|cccc?", re.sub(r"'[^']*'", "", pattern)))
    names = {}
    for field in sorted(fields):
        of_year = field[0] in "ML"
        context = "stand-alone" if field[0] in "Lc" else "format"
        if of_year:
            found = locale.months[context][WIDTHS[len(field)]]
            names[field] = [found[month] for month in range(1, 13)]
        else:
            found = locale.days[context][WIDTHS[len(field)]]
            names[field] = [found[day] for day in range(7)]
    return names


def table() -> str:
    """The formats as the text of a JSON file, one line per list."""
    from babel import Locale

    if version("babel") != VERSION:
        raise SystemExit(f"babel {VERSION} is needed, not {version('babel')}")
    formats = {}
    for code in LOCALES:
        locale = Locale.parse(code)
        patterns = {style: locale.date_formats[style].pattern for style in STYLES}
        formats[code] = {
            "language": locale.get_display_name("en"),
            "patterns": patterns,
            "names": names_used(locale, patterns),
        }
    text = json.dumps(formats, ensure_ascii=False, indent=1)
    return re.sub(r"\[\s+([^]]*?)\s+\]", lambda found: "[" + re.sub(r",\n\s+", ", ", found[1]) + "]", text) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    (folder / "formats.json").write_bytes(table().encode("utf-8"))
