"""Speed and exactness: what is promised as a number, measured by one command each.

    python -m evals.bench list
    python -m evals.bench stream_rate [--full]

A measurement is a function that takes a Setting and gives its value; it joins by its line in
BARS. The last line printed is `NAME value=... bar=... ok`, or `short` with exit 1.
"""
