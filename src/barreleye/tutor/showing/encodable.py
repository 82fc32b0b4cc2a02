"""What is written where an encoding lacks a character: plainer signs of the same meaning, and never an error."""

import re
import sys
import unicodedata

PLAINER = {
    "✓": ("√", "+"),
    "✗": ("×", "x"),
    "Ŷ": ("Yhat",),
    "√": ("sqrt",),
    "∂": ("d",),
    "Σ": ("sum",),
    "∞": ("inf",),
    "±": ("+-",),
    "→": ("->",),
    "≤": ("<=",),
    "≥": (">=",),
    "…": ("...",),
    "└": ("+",),
    **dict.fromkeys("·∗⊙×", ("*",)),
    **dict.fromkeys("−─–—", ("-",)),
    **dict.fromkeys("′‘’", ("'",)),
    **dict.fromkeys("“”", ('"',)),
    "≈": ("~",),
    "│": ("|",),
}
"""The signs of the tutor's pages, each with what takes its place, the best first."""


def encodable(text: str, encoding: str) -> str:
    """The text with what the encoding lacks written in another way; "?" where there is none.

    >>> encodable("✓ dW[1] = (1/m) Σᵢ dZ[1]⁽ⁱ⁾ A[0]ᵀ", "ascii")
    '+ dW[1] = (1/m) sum_i dZ[1]^(i) A[0]^T'
    """

    def plain(found: re.Match[str]) -> str:
        return found[0] if fits(found[0], encoding) else plainer(found[0], encoding)

    return text if fits(text, encoding) else re.sub(r"[⁰-⁾ⁱᵀ²³]+|[₀-₎ᵢⱼₖ]+|.", plain, text, flags=re.S)


def to_print(text: str) -> str:
    """The text as ``print`` can write it: what standard output lacks is written in another way."""
    return encodable(text, getattr(sys.stdout, "encoding", None) or "utf-8")


def plainer(sign: str, encoding: str) -> str:
    """Another way to write a sign, or a run of raised or lowered ones."""
    for other in PLAINER.get(sign, ()):
        if fits(other, encoding):
            return other
    if "\N{BRAILLE PATTERN BLANK}" <= sign <= "\N{BRAILLE PATTERN DOTS-12345678}":
        return dots(ord(sign) - ord("\N{BRAILLE PATTERN BLANK}"))
    name = unicodedata.name(sign[0], "")
    if name.startswith("GREEK"):
        letter = name.split()[-1].lower()
        return letter.capitalize() if "CAPITAL" in name else letter
    kind = unicodedata.decomposition(sign[0]).split(" ")[0]
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", sign) if fits(letter, encoding))
    return {"<super>": "^", "<sub>": "_"}.get(kind, "") + letters or "?"


def dots(bits: int) -> str:
    """A braille character as a sign at the same height: ' above, . below, : both.

    >>> [dots(bits) for bits in (0x09, 0x80, 0x47, 0)]
    ["'", '.', ':', ' ']
    """
    above, below = bits & 0x1B, bits & 0xE4
    return ":" if above and below else "'" if above else "." if below else " "


def fits(text: str, encoding: str) -> bool:
    """Whether the encoding has every character of the text."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
