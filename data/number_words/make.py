"""Make numbers.tsv: number words in English, Welsh and German, as num2words writes them.

    python data/number_words/make.py [FOLDER]

All whole numbers below 10,000, and 1,000 longer ones below 100,000, drawn once with a fixed seed. Needs num2words in
the version that VERSION names; it is a dependency of the tests, not of the lessons.
"""

import random
import sys
from importlib.metadata import version
from pathlib import Path

VERSION = "0.5.14"
LANGUAGES = {"english": "en", "welsh": "cy", "german": "de"}
LONGER = 1000


def numbers() -> list[int]:
    """The numbers of the table: all below 10,000, then the longer ones, in ascending order."""
    longer = random.Random(19).sample(range(10_000, 100_000), LONGER)
    return [*range(10_000), *sorted(longer)]


def table() -> str:
    """The table as text: a header, then one line per number, columns separated by tabs."""
    from num2words import num2words

    if version("num2words") != VERSION:
        raise SystemExit(f"num2words {VERSION} is needed, not {version('num2words')}")
    lines = ["\t".join(["number", *LANGUAGES])]
    for number in numbers():
        lines.append("\t".join([str(number), *(num2words(number, lang=code) for code in LANGUAGES.values())]))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    (folder / "numbers.tsv").write_bytes(table().encode("utf-8"))
