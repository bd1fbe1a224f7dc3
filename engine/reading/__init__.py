"""Reading a source as it is: every cell as text, its columns recognised, nothing mended yet.

file.py unpacking.py    what a file is; gzip and zip, within bounds
encoding.py dialect.py  text to UTF-8; separator and header
delimited.py broken.py  CSV and its kin; the guilty line
workbook.py columnar.py json_rows.py    Excel, Parquet, JSON
forms.py rows.py        a file of any form to its rows
contents.py names.py    what cells look like; what columns are called (synonyms.toml)
guess.py exports.py     columns matched with ours; exports whose form is known
needs.py columns.py kinds.py            what is needed; which column is which; what the rows are
source.py               what was read, and the doors: read_source, source_of
"""

from engine.reading.guess import Guess
from engine.reading.source import Source, read_source, sample_rows, source_of

__all__ = ["Guess", "Source", "read_source", "sample_rows", "source_of"]
