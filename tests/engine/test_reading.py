"""Reading: every cell as it stands in the file, and a clear sentence where it cannot be read."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from engine.errors import BadInput, NotFound
from engine.reading import read_source, sample_rows

CANONICAL = "order_id,customer_id,occurred_at,product,quantity,unit_price\n"
ROW = "1,7,2024-03-01 10:00:00,Mug,2,3.50\n"


def written(folder: Path, text: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_our_own_names_are_recognised_in_any_case(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, CANONICAL.upper() + ROW))
    assert source.mapping["OCCURRED_AT"] == "occurred_at"
    assert source.rows.to_dicts() == [
        {
            "order_id": "1",
            "customer_id": "7",
            "occurred_at": "2024-03-01 10:00:00",
            "product": "Mug",
            "quantity": "2",
            "unit_price": "3.50",
        }
    ]
    assert source.ignored == () and source.assumed == {}


@pytest.mark.parametrize(
    "header",
    [
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
    ],
)
def test_both_forms_of_online_retail_are_recognised(tmp_path: Path, header: str) -> None:
    row = "\n536365,85123A,LIGHT,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
    source = read_source(written(tmp_path, header + row))
    assert list(source.mapping.values()) == [
        "order_id", "product_id", "product", "quantity", "occurred_at", "unit_price",
        "customer_id", "country",
    ]  # fmt: skip


def test_a_byte_order_mark_is_not_part_of_a_name(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, b"\xef\xbb\xbf" + (CANONICAL + ROW).encode()))
    assert source.rows["order_id"].to_list() == ["1"]


def test_lines_are_those_of_the_file_even_after_quoted_breaks_and_empty_lines(
    tmp_path: Path,
) -> None:
    text = (
        CANONICAL
        + '1,7,2024-03-01,"Mug\nwith a handle",2,3.50\n'  # lines 2 and 3
        + "\n"  # line 4
        + '2,8,2024-03-02,"a ""blue"" one",1,1.00\n'  # line 5
    )
    source = read_source(written(tmp_path, text))
    assert source.lines.to_list() == [2, 5]
    assert source.rows["product"].to_list() == ["Mug\nwith a handle", 'a "blue" one']
    assert source.assumed == {"empty lines": "1 line without any value left out"}
    assert source.text_of(pl.Series([1])).to_list() == ['2,8,2024-03-02,"a ""blue"" one",1,1.00']


def test_the_minimal_set_assumes_an_order_per_customer_and_moment(tmp_path: Path) -> None:
    source = read_source(
        written(tmp_path, "customer_id,occurred_at,quantity,unit_price\n7,2024-03-01,1,2\n")
    )
    assert source.assumed == {
        "order_id": "no order id in the file: one order per customer and moment"
    }


def test_a_mapping_comes_before_recognised_names(tmp_path: Path) -> None:
    text = "who,occurred_at,quantity,price,net\n7,2024-03-01,1,12,10\n"
    source = read_source(written(tmp_path, text), {"who": "customer_id", "net": "unit_price"})
    assert source.rows["unit_price"].to_list() == ["10"]
    assert source.ignored == ("price",)


def test_a_mapping_that_names_nothing_known_gets_a_suggestion(tmp_path: Path) -> None:
    path = written(tmp_path, CANONICAL + ROW)
    with pytest.raises(NotFound, match=r"No column named 'prodct' in orders.csv.*'product'"):
        read_source(path, {"prodct": "product"})
    with pytest.raises(NotFound, match=r"'unit_prise'.*Did you mean 'unit_price'"):
        read_source(path, {"product": "unit_prise"})


def test_a_missing_column_is_named_beside_those_found_and_how_to_map(tmp_path: Path) -> None:
    path = written(tmp_path, "who,occurred_at,worth\n7,2024-03-01,5\n")
    with pytest.raises(BadInput) as caught:
        read_source(path)
    assert caught.value.message == (
        "orders.csv has no column recognised as customer_id (who bought) and total "
        "(the money of a row, or quantity and unit_price), read as transactions. "
        "Columns found: 'who', 'occurred_at', 'worth'."
    )
    assert '--map "who=customer_id"' in caught.value.hint


def test_two_columns_for_one_meaning_are_asked_about(tmp_path: Path) -> None:
    text = "customer_id,occurred_at,quantity,Price,UnitPrice\n7,2024-03-01,1,2,3\n"
    path = written(tmp_path, text)
    with pytest.raises(BadInput, match="2 columns that could be unit_price: 'Price', 'UnitPrice'"):
        read_source(path)
    assert read_source(path, {"UnitPrice": "unit_price"}).ignored == ("Price",)


def test_an_unnamed_first_column_is_ignored_not_refused(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, "," + CANONICAL + "0," + ROW))
    assert source.ignored == ("column 1",)


def test_parquet_reads_as_the_same_text_as_a_csv(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "order_id": [1, 2],
            "customer_id": [7, None],
            "occurred_at": ["2024-03-01 10:00:00", "2024-03-02 11:30:00.5"],
            "product": ["Mug", "Cup, small"],
            "quantity": [2, 1],
            "unit_price": [3.5, 10.0],
        }
    )
    frame.write_csv(tmp_path / "orders.csv")
    frame.with_columns(
        pl.col("occurred_at").str.to_datetime(), pl.col("product").cast(pl.Categorical)
    ).write_parquet(tmp_path / "orders.parquet")
    text, native = (read_source(tmp_path / f"orders.{kind}") for kind in ("csv", "parquet"))
    assert native.lines.to_list() == [1, 2] and text.lines.to_list() == [2, 3]
    expected = text.rows.with_columns(pl.col("occurred_at").str.replace(".5", ".500000"))
    assert native.rows.equals(expected, null_equal=True)


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    first = read_source(written(tmp_path, CANONICAL + ROW))
    same = read_source(written(tmp_path, CANONICAL + ROW, "copy.csv"))
    other = read_source(written(tmp_path, CANONICAL + ROW + ROW, "other.csv"))
    assert first.content_hash == same.content_hash != other.content_hash
    assert len(first.content_hash) == 64


def test_sample_rows_show_the_first_rows_under_their_own_names(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, CANONICAL.replace("product", "Item") + ROW * 9))
    shown = sample_rows(source, 5)
    assert len(shown) == 5 and shown[0]["Item"] == "Mug"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "orders.csv is empty"),
        (CANONICAL.encode(), "orders.csv names its columns but holds no rows"),
        (b"\n" + ROW.encode(), "line 2: where the names of the columns should be there are values"),
        (b"abc\n\x00\x01\x02", "no text: a byte on line 2 is zero, after 'abc'"),
        (b"PK\x03\x04rest", "cannot be unpacked: it is damaged or cut short"),
        (b"\x1f\x8b\x08", "cannot be unpacked: it is damaged or cut short"),
        (b"PAR1nonsense", "a Parquet file whose end is missing"),
        (
            b"a;b;c\nx;y;z\n",
            "no column recognised as occurred_at (when it was sold), ",
        ),
        (
            b"customer_id,price,price\n",
            "line 1: the column name 'price' appears 2 times, in columns 2 and 3",
        ),
        (
            (CANONICAL + ROW + ROW.replace("Mug", "Mug, blue")).encode(),
            "line 3: 7 fields where line 1 names 6 columns; the first too many is column 7, '3.50'",
        ),
        (
            (CANONICAL + ROW.replace("Mug", "Mük")).encode()
            + ROW.replace("Mug", "£").encode("latin-1"),
            "line 3: byte 0xA3 is not UTF-8, after '2024-03-01 10:00:00,', though 1 other",
        ),
        ((CANONICAL + ROW + '1,7,2024-03-01,"Mug,2,3.50\n').encode(), "line 3: a quote"),
        ((CANONICAL + ROW + '1,7,2024-03-01,12" disc,2,3.50\n').encode(), "line 3: a quote"),
    ],
)
def test_what_cannot_be_read_is_explained(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_source(written(tmp_path, content))
    assert sentence in str(caught.value)
    assert caught.value.hint


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    written(tmp_path, CANONICAL + ROW)
    with pytest.raises(BadInput, match="is a folder"):
        read_source(tmp_path)
    with pytest.raises(NotFound, match=r"Did you mean 'orders.csv'"):
        read_source(tmp_path / "order.csv")


def test_importing_the_rooms_of_data_loads_no_table_library() -> None:
    script = (
        "import sys, engine.reading, engine.cleaning, engine.synthetic;"
        "print(sorted({'polars', 'pandas', 'pyarrow', 'duckdb', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
