"""Ugly files with known truth: what each row must become, said without the engine.

style.py            how a file is written, drawn from a seed
row.py              a row, its values and its fate
sales.py others.py  sound rows and planted ones; of orders, and of the other kinds
writing.py          the file in its form, and the line each row stands on
checking.py         what the engine makes of it, held against the truth
"""
