"""How the terminal words what commands found."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.cleaning.rules import CHANGED_THERE
from engine.concepts import Money
from engine.facts import count_text, money_text, share_text


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Plain columns; figures are right-aligned."""
    cells = [list(columns), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    right = [all(row[i][:1] in "-0123456789£$€¥" for row in cells[1:]) for i in range(len(columns))]
    lines = []
    for row in cells:
        parts = [
            cell.rjust(width) if flag else cell.ljust(width)
            for cell, width, flag in zip(row, widths, right, strict=True)
        ]
        lines.append("  ".join(parts).rstrip())
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def new_tables(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Those that show more than the sentences did."""
    told = {fact["receipt"] for fact in answer["facts"]}
    return [
        each for each in answer["tables"]
        if {cell["receipt"] for row in each["rows"] for cell in row["cells"] if cell} - told
    ]  # fmt: skip


def facts_table(found: Mapping[str, Any]) -> str:
    """A table of an answer, under what it shows and of when."""
    rows = [
        [row["name"], *(cell["text"] if cell else "" for cell in row["cells"])]
        for row in found["rows"]
    ]
    heads = [found["head"], *(column["label"] for column in found["columns"])]
    said = [f"{found['title']}. {found['note']}".strip(), table(heads, rows)]
    more = found["left_out"]
    return "\n".join([*said, *([f"... and {count_text(more)} more"] if more else [])])


def money(found: Mapping[str, Any]) -> str:
    return money_text(Money(found["minor"], found["currency"]))


def datasets_words(found: Sequence[Mapping[str, Any]]) -> str:
    if not found:
        return "There is no dataset yet. Load one: segue load orders.csv"
    rows = [
        (
            one["name"],
            count_text(one["customers"]),
            count_text(one["orders"]),
            money(one["revenue"]),
            one["from"] or "-",
            one["to"] or "-",
            _kinds_text(one["kinds"]),
        )
        for one in found
    ]
    return table(("dataset", "customers", "orders", "revenue", "from", "to", "records"), rows)


def versions_words(found: Mapping[str, Any]) -> str:
    rows = [
        (v["version"], v["at"][:16].replace("T", " "), v["what"], count_text(v["rows"]),
         v["load_id"] or "")
        for v in found["versions"]
    ]  # fmt: skip
    return table(("version", "at (UTC)", "what", "records", "load"), rows)


def _kinds_text(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{count_text(count)} {kind}" for kind, count in kinds.items())


def ledger_words(load: Mapping[str, Any]) -> str:
    if load["already_loaded"]:
        what = f"All of {load['source']}" if "pull" in load else "This file"
        said = (
            f"{what} is already in '{load['dataset']}' (load {load['load_id']}). "
            "Nothing was changed."
        )
        if load.get("not_applied"):
            said += (
                f"\nIt was loaded otherwise then, so this was not applied: "
                f"{'; '.join(load['not_applied'])}. To apply it, load it with --mode replace."
            )
        return said
    if load.get("dry_run"):
        return _dry_words(load)
    lines = [
        f"Loaded into '{load['dataset']}' as version {load['version']} ({load['load_id']}).",
        *_account_lines(load),
    ]
    if load.get("mode") == "replace":
        lines.append(
            f"It replaces all {' and '.join(load['kinds'])} that were there; the versions before "
            "stay readable."
        )
    if changed := load["dropped_reasons"].get(CHANGED_THERE):
        rows = "1 row has" if changed == 1 else f"{count_text(changed)} rows have"
        lines.append(
            f"{rows} changed in the source since the first reading, which stays in force. To take "
            "the new values: --mode replace puts the whole table in place of all such records."
        )
    return "\n".join(lines)


def _dry_words(load: Mapping[str, Any]) -> str:
    """What a load would find: how the columns are read, the first rows, the account."""
    sample = load["sample"]
    names = list(sample[0])
    rows = [[(row[name] or "")[:24] for name in names] for row in sample]
    return "\n".join(
        [table(("column", "read as", "how surely"), _read_as(load, names)), "",
         table(names, rows), "", *_account_lines(load), *_changes(load), "Nothing was changed."]
    )  # fmt: skip


def _read_as(load: Mapping[str, Any], names: Sequence[str]) -> list[tuple[str, str, str]]:
    guesses = {guess["theirs"]: guess for guess in load.get("guesses", [])}
    rows = []
    for name in names:
        ours, guess = load["mapping"].get(name, "(left out)"), guesses.get(name)
        surely = f"{guess['confidence']:.0%}, {guess['why']}" if guess else ""
        rows.append((name, ours, surely))
    return rows


def _changes(load: Mapping[str, Any]) -> list[str]:
    """What became of the first rows: each cell that is not as it was."""
    compared = load.get("compared", [])
    if not compared:
        return []
    ours = load["mapping"]
    lines = ["", f"The first {len(compared)} rows:"]
    for row in compared:
        after = row["after"]
        if after is None:
            lines.append(f"  line {row['line']}: dropped, {', '.join(row['reasons'])}")
            continue
        reasons = f"mended, {', '.join(row['reasons'])}" if row["reasons"] else "kept as it is"
        lines.append(f"  line {row['line']}: {reasons}")
        for theirs, cell in row["before"].items():
            became = _cell(after.get(ours.get(theirs, "")))
            if ours.get(theirs) in after and became != (cell or ""):
                lines.append(f"      {theirs}: '{cell or ''}' -> '{became}'")
    return [*lines, ""]


def _cell(value: object) -> str:
    """A decimal or a float without its idle zeros."""
    if value is None:
        return ""
    text = str(value)
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", text) else text


_BAR = 60  # characters


def _account_lines(load: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{count_text(load['rows_in'])} rows in = {count_text(load['kept'])} kept as they are"
        f" + {count_text(load['fixed'])} mended + {count_text(load['dropped'])} dropped.",
        f"  {_bar(load)}  █ kept ▓ mended ░ dropped",
    ]
    for title, reasons in (
        ("mended", load["fixed_reasons"]),
        ("dropped", load["dropped_reasons"]),
        ("kept", load.get("noted", {})),
    ):
        for reason, count in sorted(reasons.items(), key=lambda item: -item[1]):
            lines.append(f"  {title:<7} {count_text(count):>9}  {reason}")
    lines += _worth(load["impact"])
    for what, assumed in load["assumed"].items():
        lines.append(f"  assumed: {what.replace('_', ' ')}: {assumed}")
    return lines


def _bar(load: Mapping[str, Any]) -> str:
    """The fates as parts of one bar; a row that was dropped or mended is always seen."""
    if not load["rows_in"]:
        return ""
    least = {name: 1 if load[name] else 0 for name in ("fixed", "dropped")}
    share: dict[str, int] = {
        name: max(least[name], _BAR * load[name] // load["rows_in"]) for name in least
    }
    kept = max(_BAR - sum(share.values()), 0) if load["kept"] else 0
    return "█" * kept + "▓" * share["fixed"] + "░" * share["dropped"]


def _worth(impact: Mapping[str, Any]) -> list[str]:
    """What the mending was worth; the formulas are in the JSON and on the page."""
    if not impact:
        return []
    values = {name: found["value"] for name, found in impact.items()}
    rows = _counted(values["rows_saved"], "row")
    people = _counted(values["customers_saved"], "customer")
    before, after = (f"{values[f'consistent_{when}']:.1%}" for when in ("before", "after"))
    return [
        f"  worth: mending saved {rows} and {people} that dropping would lose",
        f"  in order: {before} of the rows as they came, {after} of those taken",
    ]


def _counted(number: int, one: str) -> str:
    return f"{count_text(number)} {one}{'' if number == 1 else 's'}"


def segments_words(card: Mapping[str, Any]) -> str:
    rows = [
        (
            segment["name"],
            count_text(segment["customers"]),
            share_text(segment["share"]),
            money(segment["revenue"]) if segment["revenue"] else "-",
            segment["profile"],
        )
        for segment in card["segments"]
    ]
    state = "published" if card["published"] else "a draft"
    return "\n".join(
        [
            f"Run {card['run_id']} is {state}; as of {card['as_of'][:10]}.",
            *([card["match"]] if card.get("match") else []),
            f"{card['verdict'].capitalize()}: {card['reason']}",
            *_set_by_hand(card),
            "",
            table(("segment", "customers", "share", "revenue", "profile"), rows),
        ]
    )


def shifts_words(card: Mapping[str, Any]) -> str:
    counts = ("opening", "entered", "left", "new", "lost", "closing")
    rows = [
        (
            row["name"],
            *(count_text(row[count]) for count in counts),
            money(row["money"]["opening"]),
            money(row["money"]["closing"]),
            "beyond chance" if row["significant"] else "",
        )
        for row in card["segments"]
    ]
    columns = ("segment", *counts, "worth before", "worth after", "")
    return "\n".join(
        [
            f"From {card['from'][:10]} to {card['to'][:10]}.",
            f"Compared with {card['compared_with']}.",
            "",
            table(columns, rows),
            *_moves_words(card),
        ]
    )


def _moves_words(card: Mapping[str, Any]) -> list[str]:
    from engine.features import plain_name

    if not card["reasons"]:
        return []
    lines = ["", "Why they moved, most first:"]
    for reason in card["reasons"]:
        moved, by = count_text(reason["moved"]), count_text(reason["customers"])
        lines += [
            f"  {moved} from {reason['from']} to {reason['to']}; {by} of them by "
            f"{' and '.join(map(plain_name, reason['features']))}.",
            f"    Customer {reason['example']}: {reason['sentence']}.",
        ]
    return lines


def why_words(card: Mapping[str, Any]) -> str:
    lines = [card["sentence"]]
    if card["held_words"]:
        lines.append(f"Held in {card['after']['name']} by {card['held_words']}.")
    return "\n".join(lines)


def evidence_words(card: Mapping[str, Any]) -> str:
    checks = [
        (
            name,
            _number(check["value"]),
            check["bound"],
            {True: "ok", False: "no", None: "-"}[check["ok"]],
        )
        for name, check in card["checks"].items()
    ]
    candidates = [
        (
            candidate["method"],
            candidate["space"],
            candidate["k"],
            _number(candidate["measures"].get("silhouette")),
            _number(candidate["measures"].get("null_95")),
            _number(candidate["measures"].get("stability")),
            _number(candidate["rating"]),
            candidate["why_not"] or "chosen",
        )
        for candidate in card["candidates"]
    ]
    columns = (
        "method", "space", "k", "separation", "groupless", "stability", "rating", "why not",
    )  # fmt: skip
    return "\n".join(
        [
            f"{card['verdict'].capitalize()}: {card['reason']}",
            *_set_by_hand(card),
            *_compared(card),
            *_groupless(card),
            "",
            table(("check", "value", "bound", "ok"), checks),
            "",
            table(columns, candidates),
        ]
    )


def _groupless(card: Mapping[str, Any]) -> list[str]:
    """What shops of the same customers without groups show."""
    null = card.get("null")
    if not null:
        return []
    shown = ", ".join(f"{value:.3f}" for value in null["silhouettes"])
    return [
        f"Shops of the same customers without groups show a separation of {null['mean']:.3f} in "
        f"the mean and {null['percentile_95']:.3f} at the 95th percentile; natural groups stand "
        f"beyond {null['level']:.3f}. All of them: {shown}."
    ]


def _set_by_hand(card: Mapping[str, Any]) -> list[str]:
    """What a person set, and what would have been chosen."""
    automatic = card.get("automatic")
    if not automatic:
        return []
    return [
        f"{card['overridden']} The evidence alone would have chosen {automatic['method']} on "
        f"{automatic['feature_space']} with {automatic['k']} segments ({automatic['verdict']})."
    ]


_COMPARED = {
    "outcome": "later spend explained",
    "silhouette": "separation",
}


def _compared(card: Mapping[str, Any]) -> list[str]:
    return [
        f"Against {found['against']}: {found['difference']:+.3f} {_COMPARED[found['measure']]} "
        f"(95 % between {found['low']:+.3f} and {found['high']:+.3f})."
        for found in card.get("comparisons", [])
    ]


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, int | float) else "-"


def receipt_words(found: Mapping[str, Any], rerun: bool) -> str:
    """Where a figure comes from, for who asks for it in a meeting."""
    rows = f"{found['rows']:,} row{'' if found['rows'] == 1 else 's'}"
    lines = [
        f"{found['text']}: {found['about']}",
        f"  counts:   {found['meaning']}",
        f"  here:     {found['formula']}",
        f"  from:     {rows} of version {found['version']} of the data, as known on "
        f"{found['as_of'][:10]}",
        f"  tool:     {found['tool']}",
    ]
    if found["operands"]:
        lines.append(f"  made of:  {', '.join(found['operands'])}")
    if found["snapshot"]:
        lines.append(f"  snapshot: {found['snapshot']}")
    return "\n".join([*lines, *([f"  re-run:   {_rerun_words(found)}"] if rerun else [])])


def _rerun_words(found: Mapping[str, Any]) -> str:
    if found["changed_by"]:
        return "not possible: a customer whose rows were among these was erased since"
    if found["rerun_value"] == found["value"]:
        return "the same value"
    return f"{found['rerun_text']}, which is not what was said"
