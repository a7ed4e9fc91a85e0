"""Make the bundled fonts from published packages; run only when they change.

    npm pack inter-ui@4.1.1 @fontsource/stix-two-text@5.3.0      # unpack each into a folder
    pip install fonttools brotli ziamath==0.13                   # ziamath carries STIX Two Math
    python packaging/make_fonts.py INTER_FOLDER STIX_TEXT_FOLDER STIX_MATH_TTF

Faces are cut to the letters and symbols of physics, and symbols that a face lacks are copied from STIX Two Math,
so that one family draws a whole label: Qt's own fallback would pick whatever the machine has.
"""

import sys
from pathlib import Path

from fontTools import merge, subset
from fontTools.misc.transform import Scale
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
LETTERS = "0020-007E 00A0-024F 02B0-02B8 02C6-02DD 0300-030F 0370-03FF 1D62-1D6A 1E00-1EFF 2010-205F 2070-209F"
SYMBOLS = "20AC 2100-214F 2150-215E 2190-21FF 2200-22FF 25A0-25FF 2605 2606 2713 2717 27E8-27EB 27F5-27FA 20D7"
KEYS = "2318 2325 21E7 23CE 232B 238B"
ALPHABETS = "1D400-1D503 1D538-1D56B 1D6A4-1D71B"
FEATURES = "kern mark mkmk ccmp locl calt liga tnum pnum case zero sups subs numr dnom frac"
# What Inter lacks and labels need.
BORROWED = "∝ℏℓ⟨⟩∇⇌∥⊥⊙⊗⊕∘∈∉ℝℤℂℑℜ∀∃∼≃≅≡≪≫∮∬∯⋅⋯†‡∗⟂↦⟶⟵⟺⇒⇐⇔↺↻⟲⟳⁄∠∧∨∩∪⊂⊃⪅⪆"


def points(text: str) -> set[int]:
    """Code points of space-separated hexadecimal numbers and ranges."""
    spans = (part.split("-") for part in text.split())
    return {n for span in spans for n in range(int(span[0], 16), int(span[-1], 16) + 1)}


def cut(font: TTFont, wanted: set[int]) -> TTFont:
    """Keep the ``wanted`` characters and the layout ``FEATURES`` of ``font``."""
    options = subset.Options(hinting=False, layout_features=FEATURES.split(), notdef_outline=True, name_IDs=["*"])
    options.drop_tables += ["DSIG", "MATH", "STAT"]
    worker = subset.Subsetter(options)
    worker.populate(unicodes=wanted)
    worker.subset(font)
    font.flavor = None
    font.recalcTimestamp = False
    return font


def borrow(font: TTFont, donor: TTFont, wanted: set[int]) -> None:
    """Copy the outlines of ``wanted`` characters that ``font`` lacks from ``donor``."""
    scale = font["head"].unitsPerEm / donor["head"].unitsPerEm
    names, outlines = donor.getBestCmap(), donor.getGlyphSet()
    missing = {n: names[n] for n in sorted(wanted & names.keys() - font.getBestCmap().keys())}
    font.setGlyphOrder(font.getGlyphOrder() + [f"borrowed{n:05X}" for n in missing])
    for code, source in missing.items():
        name, recording, pen = f"borrowed{code:05X}", DecomposingRecordingPen(outlines), TTGlyphPen(None)
        outlines[source].draw(recording)
        recording.replay(TransformPen(pen, Scale(scale)))
        glyph = pen.glyph()
        font["glyf"].glyphs[name] = glyph
        glyph.recalcBounds(font["glyf"])
        width = round(donor["hmtx"][source][0] * scale)
        font["hmtx"][name] = (width, getattr(glyph, "xMin", 0))
        for table in font["cmap"].tables:
            if table.isUnicode() and (code < 0x10000 or table.format == 12):
                table.cmap[code] = name


def main() -> None:
    """Write every face into the resources folder."""
    inter, text, math = map(Path, sys.argv[1:])
    everything = points(f"{LETTERS} {SYMBOLS} {KEYS}")
    donor = TTFont(math)
    for style in ("Regular", "Italic", "Medium", "SemiBold", "Bold"):
        font = cut(TTFont(next(inter.rglob(f"web/Inter-{style}.woff2"))), everything)
        borrow(font, donor, {ord(letter) for letter in BORROWED})
        font.save(FONTS / f"Inter-{style}.ttf")
    for style, name in (("Regular", "400-normal"), ("Italic", "400-italic"), ("Bold", "700-normal")):
        # The packages split a face by script; the order decides which piece keeps a shared character.
        pieces = [
            next(text.rglob(f"stix-two-text-{script}-{name}.woff2")) for script in ("latin", "latin-ext", "greek")
        ]
        font = cut(merge.Merger().merge([str(piece) for piece in pieces]), everything)
        borrow(font, donor, everything)
        font.save(FONTS / f"STIXTwoText-{style}.ttf")
    cut(TTFont(math), everything | points(ALPHABETS)).save(FONTS / "STIXTwoMath-Regular.ttf")


if __name__ == "__main__":
    main()
