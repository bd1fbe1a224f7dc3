"""Reading a file as it is: every cell as text, its columns recognised, nothing mended yet.

columns.py     which source column is which of ours
delimited.py   comma CSV
columnar.py    Parquet
source.py      what was read, and the doors: read_source, source_of
"""

from engine.reading.source import Source, read_source, sample_rows, source_of

__all__ = ["Source", "read_source", "sample_rows", "source_of"]
