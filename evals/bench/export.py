"""The export that bars about data are measured on: a file of one's own, or a generated one."""

from pathlib import Path

from evals.bench.bars import Setting

# Online Retail's columns, from ours.
_COLUMNS = {
    "order_id": "InvoiceNo",
    "product_id": "StockCode",
    "product": "Description",
    "quantity": "Quantity",
    "occurred_at": "InvoiceDate",
    "unit_price": "UnitPrice",
    "customer_id": "CustomerID",
    "country": "Country",
}
ZONE, CURRENCY = "Europe/London", "GBP"


def export_as_csv(setting: Setting, folder: Path) -> Path:
    """A comma CSV with the columns of Online Retail; about a million rows with `full`."""
    import polars as pl

    file = folder / "export.csv"
    if setting.data is None:
        from engine.synthetic import make_shop

        customers = 30_000 if setting.full else 3_000
        setting.say(f"generating the export of a shop of {customers:,} customers")
        table = make_shop(customers, seed=11).transactions
        table.select(*_COLUMNS).rename(_COLUMNS).write_csv(file)
        return file
    setting.say(f"reading {setting.data.name}")
    if setting.data.suffix == ".parquet":
        pl.read_parquet(setting.data).write_csv(file)
        return file
    return setting.data
