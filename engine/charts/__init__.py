"""Charts as Vega-Lite specifications.

chart.py            what is drawn: one row a segment; and what a chart is
segment_bars.py     shares of customers beside shares of revenue
segment_bubbles.py  recency against spend, sized by customers
plain_bars.py       rows of any kind by one figure
headlines.py        titles that state a finding, by rule
labels.py           where labels stand without covering each other
vega.py             what the specifications of segments share
"""

from engine.charts.chart import Chart, SegmentPoint, plain_bars, segment_map, segment_sizes
from engine.charts.plain_bars import Bar

__all__ = ["Bar", "Chart", "SegmentPoint", "plain_bars", "segment_map", "segment_sizes"]
