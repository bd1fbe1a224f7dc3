"""Exports of an audience: a CSV that a spreadsheet may open safely, a list of hashed addresses.

Whom the audience holds out and whoever has opted out is in neither.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.addresses import hash_address, normal_address
from engine.render.text import plain_cell
from stores.audiences import Audience, AudienceStore
from stores.datasets import DatasetStore
from stores.home import new_id
from tools.audience_lists import People, bring_up, people_of
from tools.context import Context
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import polars as pl

Form = Literal["customers", "emails"]


class ExportAudience(Arguments):
    name: str
    form: Form = "customers"


def export_audience(context: Context, arguments: ExportAudience) -> Result:
    """Write the people of a saved audience to a file, without its holdout and who opted out.

    When to use: when asked to export, download or hand over an audience.
    Arguments: name of the audience; form, customers (a CSV with their ids and segments) or emails
    (SHA-256 of their addresses, for advertising platforms).
    Result: the name of the file, and where the person can fetch it.
    """
    audience = find_audience(context, arguments.name)
    people = current_people(context, audience)
    name = f"exports/{new_id('export')}/{_file_name(audience, arguments.form)}"
    with context.home.files.writing(name) as file:
        _WRITERS[arguments.form](context, people, file)
    address = f"/v1/audiences/{audience.audience_id}/{arguments.form}.csv"
    return Result(texts=({"file": name, "address": address},))


def find_audience(context: Context, name: str) -> Audience:
    return AudienceStore(context.home).get(context.person, context.dataset.dataset_id, name)


def current_people(context: Context, audience: Audience) -> People:
    return people_of(context, bring_up(context, audience))


def write_customers(context: Context, people: People, file: Path) -> int:
    """customer_id and segment of everybody who is reached; how many."""
    members = context.members.loc[sorted(people.reached & set(context.members.index))]
    names = {segment.segment_id: segment.name for segment in context.segments}
    rows = (
        (plain_cell(customer), plain_cell(names.get(segment, "")))
        for customer, segment in zip(members.index, members["segment_id"], strict=True)
    )
    return _write(file, ("customer_id", "segment"), rows)


def write_addresses(context: Context, people: People, file: Path) -> int:
    """The hashed addresses of everybody who is reached, each once and in the order of the hashes,
    which tells nothing; how many people have none."""
    known = newest_addresses(context)
    found = {one: known[one] for one in people.reached if one in known}
    hashed = sorted({hash_address(address) for address in found.values()})
    _write(file, ("email_sha256",), ((one,) for one in hashed))
    return len(people.reached) - len(found)


def newest_addresses(context: Context) -> dict[str, str]:
    """By customer, in normal form: the newest word of their records that is an address."""
    import polars as pl

    if "customers" not in context.counts:
        return {}
    rows = _address_rows(context).with_columns(
        address=pl.col("email").map_elements(normal_address, return_dtype=pl.String)
    )
    rows = rows.filter(pl.col("address").is_not_null() & pl.col("customer_id").is_not_null())
    # Of records without a time, or of one time, the later load counts.
    ordered = rows.sort("occurred_at", "order", nulls_last=False, maintain_order=True)
    newest = ordered.unique("customer_id", keep="last", maintain_order=True)
    return dict(zip(newest["customer_id"], newest["address"], strict=True))


def _address_rows(context: Context) -> "pl.DataFrame":
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = ["customer_id", "occurred_at", "email", "load_id"]
    files = context.files_of("customers")
    tables = [pq.read_table(file, columns=columns, partitioning=None) for file in files]
    loads = DatasetStore(context.home).loads(context.dataset)
    place = {load.load_id: number for number, load in enumerate(loads)}
    rows = pl.DataFrame(pa.concat_tables(tables))
    order = pl.col("load_id").replace_strict(place, default=len(place), return_dtype=pl.Int64)
    return rows.with_columns(order=order)


def _write(file: Path, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _file_name(audience: Audience, form: Form) -> str:
    return f"{audience.name.replace(' ', '-')}-{form}.csv"


_WRITERS = {"customers": write_customers, "emails": write_addresses}
