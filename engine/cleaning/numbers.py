"""Numbers read from the texts that people and programs write them in.

Understood: 1234.5, 1.2345e3, 1,234.50, 1.234,50, 1 234,50, 1'234.50, 12,34,567.00 (groups of two
after the first three), a minus before or behind in any of its signs, (12.00), currency signs and
codes on either side, digits of other scripts. Words, infinities and what is too long are no number.

A column has one decimal sign. A cell can prove it (two different signs, a sign twice, other than
three digits behind it); what no cell of the column or of the file's other numbers proves is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cleaning.amounts import exact_number, has_long_decimals
from engine.cleaning.cells import Cells
from engine.cleaning.rules import DecimalSign
from engine.errors import NeedsChoice

if TYPE_CHECKING:
    import polars as pl

_DIGITS = {
    chr(first + digit): str(digit)
    for first in (0x660, 0x6F0, 0x966, 0xFF10)  # Arabic, Persian, Devanagari, full width
    for digit in range(10)
}
_SIGNS = _DIGITS | dict.fromkeys("−–‒﹣－", "-") | {"٫": ",", "٬": "'", "’": "'", "´": "'"}
_BLANKS = dict.fromkeys("    ", " ")
_PLAIN = r"^-?\d+(?:\.\d+)?$"
_PARTS = (
    r"^(?<before>[^\d.,()'+-]*)(?<open>[(])?(?<lead>[+-])?(?<inner>[^\d.,()'+-]*)(?<late>[+-])?"
    r"(?<core>[\d.,' ]*\d[.,]?)(?<power>[eE][+-]?\d{1,3})?(?<middle>[^\d.,()'+-]*)"
    r"(?<trail>-)?(?<close>[)])?(?<after>[^\d.,()'+-]*[.]?)$"
)
_WHOLE = {
    ".": r"^(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:'\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})?(?:\.\d*)?$",
    ",": r"^(?:\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:'\d{3})+)?(?:,\d*)?$",
}


@dataclass(frozen=True, eq=False)
class Numbers:
    """For each distinct text: the number, the currency sign beside it, how it was written."""

    cells: Cells
    value: "pl.Series"
    sign: "pl.Series"
    written: "pl.Series"
    long: "pl.Series"


def read_numbers(
    columns: Mapping[str, Cells], decimal: DecimalSign | None
) -> tuple[dict[str, Numbers], dict[str, str]]:
    """Each column's numbers; and what was assumed to read them."""
    parts = {name: _parts(cells.values) for name, cells in columns.items()}
    proofs = {name: _proofs(found) for name, found in parts.items()}
    anywhere = {sign: text for found in proofs.values() for sign, text in found.items()}
    settled: dict[str, DecimalSign] = {}
    assumed: dict[str, str] = {}
    for name, found in parts.items():
        proven = proofs[name] or anywhere
        settled[name] = decimal or _settle(found, proven)
        says = bool(proofs[name]) or len(_open(found)) > 0
        if settled[name] == "," and decimal is None and says:
            assumed[f"decimal of {name}"] = f"a comma is the decimal sign: '{proven[',']}' shows it"
    if decimal is not None and any(len(_open(found)) for found in parts.values()):
        assumed["decimal"] = f"'{decimal}' is the decimal sign, as asked"
    numbers = {name: _read(columns[name], parts[name], settled[name]) for name in columns}
    return numbers, assumed


# ---- taking a text apart -------------------------------------------------------------------------


def _parts(texts: "pl.Series") -> "pl.DataFrame":
    """text, core (digits, points, commas, groups), negative, sign (currency), plain."""
    import polars as pl

    text = pl.col("text")
    even = text.str.replace_many(_SIGNS | _BLANKS).str.strip_chars()
    frame = texts.alias("text").to_frame().with_columns(
        even.alias("even"), text.str.contains(_PLAIN).alias("plain")
    )  # fmt: skip
    found = frame.with_columns(pl.col("even").str.extract_groups(_PARTS).struct.unnest())
    bracketed = pl.col("open").is_not_null() & pl.col("close").is_not_null()
    unbalanced = pl.col("open").is_null() != pl.col("close").is_null()
    minuses = pl.sum_horizontal(
        (pl.col(place) == "-").fill_null(False).cast(pl.Int8) for place in ("lead", "late", "trail")
    )
    words = [
        pl.col(n).fill_null("").str.strip_chars() for n in ("before", "inner", "middle", "after")
    ]
    core = pl.col("core").str.strip_chars().str.replace_all(" ", "'", literal=True)
    return found.select(
        "text", "plain", "power",
        core=pl.when(~unbalanced & (minuses + bracketed.cast(pl.Int8) <= 1)).then(core),
        negative=bracketed | (minuses == 1),
        sign=pl.concat_str(words).str.replace_all(" ", "", literal=True),
    )  # fmt: skip


def _proofs(parts: "pl.DataFrame") -> dict[str, str]:
    """Decimal sign -> a text of the column that can be read only so."""
    import polars as pl

    core = pl.col("core")
    rows = parts.filter(~pl.col("core").str.contains(r"^\d*$"))
    points, commas = core.str.count_matches(r"\."), core.str.count_matches(",")
    tail = core.str.extract(r"[.,](\d*)$")
    head = core.str.extract(r"^([\d']*)[.,]")
    single = (points + commas) == 1
    # One sign: a decimal one unless three digits stand behind and one to three before.
    decimal_only = single & ((tail.str.len_chars() != 3) | (head.str.len_chars() > 3)
                             | head.is_in(["0", ""]) | pl.col("power").is_not_null())  # fmt: skip
    last = core.str.extract(r"([.,])\d*$")
    both = (points > 0) & (commas > 0)
    shows = (
        pl.when(decimal_only | (both & (core.str.count_matches(r"[.,]\d*$") == 1)))
        .then(last)
        .when((points > 1) & (commas == 0))
        .then(pl.lit(","))
        .when((commas > 1) & (points == 0))
        .then(pl.lit("."))
    )
    shown = rows.with_columns(shows=shows).drop_nulls("shows")
    return dict(
        shown.group_by("shows", maintain_order=True).agg(pl.col("text").first()).iter_rows()
    )


def _open(parts: "pl.DataFrame") -> "pl.DataFrame":
    """Texts such as 1.234, which either sign allows."""
    import polars as pl

    return parts.filter(pl.col("core").str.contains(r"^[1-9]\d{0,2}[.,]\d{3}$"),
                        pl.col("power").is_null())  # fmt: skip


def _settle(parts: "pl.DataFrame", proofs: Mapping[str, str]) -> DecimalSign:
    if len(proofs) == 1:
        return "." if "." in proofs else ","
    doubtful = _open(parts)
    if len(doubtful):
        example = doubtful["text"][0]
        why = "no other number decides"
        if proofs:
            why = f"'{proofs['.']}' and '{proofs[',']}' speak against each other"
        raise NeedsChoice(
            f"'{example}' can be read in two ways, and {why}.",
            "Say what the decimal sign is: --decimal . or --decimal ,",
            choice="decimal", options=(".", ","), example=example,
        )  # fmt: skip
    return "."


# ---- the number ----------------------------------------------------------------------------------


def _read(cells: Cells, parts: "pl.DataFrame", decimal: DecimalSign) -> Numbers:
    """By the column's sign; a text that only the other sign allows is read by that one."""
    import polars as pl

    other = "," if decimal == "." else "."
    ambiguous = pl.col("core").str.contains(r"^[1-9]\d{0,2}[.,]\d{3}$")
    by_other = pl.when(~ambiguous).then(_plain_text(other))
    digits = pl.coalesce(_plain_text(decimal), by_other)
    sign = pl.when(pl.col("negative")).then(pl.lit("-")).otherwise(pl.lit(""))
    text = pl.concat_str(sign, digits, pl.col("power").fill_null(""))
    grouped = ambiguous & pl.col("core").str.contains(other, literal=True)
    simple = pl.col("core").str.contains(r"^\d*[.,]?\d*$") & ~grouped
    simple = simple & ~pl.col("text").str.contains(r"[()]|-\s*$")
    found = parts.select(
        value=exact_number(text),
        sign=pl.when(pl.col("sign") != "").then("sign"),
        written=(~simple | (pl.col("sign") != "")).fill_null(False),
        long=has_long_decimals(text).fill_null(False),
    )
    return Numbers(cells, found["value"], found["sign"], found["written"], found["long"])


def _plain_text(decimal: str) -> "pl.Expr":
    """The core with a point and no groups; null where this decimal sign does not allow it."""
    import polars as pl

    group = "," if decimal == "." else "."
    core = pl.col("core")
    bare = core.str.replace_all("'", "", literal=True).str.replace_all(group, "", literal=True)
    allowed = pl.when(core.str.contains(_WHOLE[decimal])).then(bare)
    return allowed.str.replace(decimal, ".", literal=True)
