"""Make letters.npz: the capital letters of 22 printed faces that come with Matplotlib, 32×32 pixels each.

    python data/letters/make.py            writes letters.npz next to this file
    python data/letters/make.py --check    says whether letters.npz holds what would be made now

Each letter is drawn large, its ink scaled so that the letter H of its face is 16 pixels high, and centered by the box
around its ink. Another version of FreeType may change a gray value here and there, so the file is committed and this
script is run only to make it anew.
"""

import hashlib
import sys
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.ft2font import FT2Font
from PIL import Image

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIDE, HEIGHT = 32, 16  # pixels of a picture, and of the letter H
LARGE = 400  # points at which a letter is drawn before it is made small

# The family, and its faces: font file and name. Whole families are held out for the test.
FAMILIES = {
    "DejaVu Sans": ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique"],
    "DejaVu Sans Mono": [
        "DejaVuSansMono",
        "DejaVuSansMono-Bold",
        "DejaVuSansMono-Oblique",
        "DejaVuSansMono-BoldOblique",
    ],
    "DejaVu Serif": ["DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic"],
    "STIX": ["STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"],
    "Computer Modern": ["cmr10", "cmb10", "cmti10", "cmmi10", "cmss10", "cmtt10"],
}


def drawn(font, letter):
    """The ink of a letter at LARGE points: float, cut to its box."""
    font.set_text(letter)
    font.draw_glyphs_to_bitmap(antialiased=True)
    ink = np.asarray(font.get_image(), dtype=np.float64) / 255
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def small(ink, factor):
    """The ink scaled by the factor, each pixel the mean of what it covers, in the middle of a picture."""
    height, width = (max(1, round(length * factor)) for length in ink.shape)
    picture = Image.fromarray((255 * ink).astype(np.uint8)).resize((width, height), Image.Resampling.BOX)
    if max(height, width) > SIDE:
        raise ValueError(f"a letter of {height}×{width} pixels does not fit {SIDE}×{SIDE}")
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    canvas[top : top + height, left : left + width] = np.asarray(picture)
    return canvas


def make():
    """Return the arrays of letters.npz by name."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    images, labels, faces, families = [], [], [], []
    for family, names in FAMILIES.items():
        for name in names:
            font = FT2Font(str(folder / f"{name}.ttf"))
            font.set_size(LARGE, 72)
            factor = HEIGHT / len(drawn(font, "H"))
            for number, letter in enumerate(LETTERS):
                images.append(small(drawn(font, letter), factor))
                labels.append(number)
                faces.append(name)
                families.append(family)
    return {
        "images": np.stack(images),
        "labels": np.array(labels, np.uint8),
        "faces": np.array(faces),
        "families": np.array(families),
    }


if __name__ == "__main__":
    path = Path(__file__).with_name("letters.npz")
    made = make()
    if "--check" in sys.argv:
        with np.load(path) as kept:
            differences = np.abs(kept["images"].astype(int) - made["images"].astype(int))
            same = all(np.array_equal(kept[name], made[name]) for name in ("labels", "faces", "families"))
        print(f"labels and faces {'equal' if same else 'differ'}; gray values differ by at most {differences.max()}")
        sys.exit(not same or differences.max() > 32)
    np.savez_compressed(path, **made)
    print(len(made["images"]), "letters,", path.stat().st_size, "bytes, SHA-256")
    print(hashlib.sha256(path.read_bytes()).hexdigest())
