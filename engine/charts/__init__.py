"""Charts as Vega-Lite specifications.

chart.py            what is drawn: one row a segment; and what a chart is
segment_bars.py     shares of customers beside shares of revenue
segment_bubbles.py  recency against spend, sized by customers
headlines.py        titles that state a finding, by rule
labels.py           where labels stand without covering each other
vega.py             what both specifications share
"""

from engine.charts.chart import Chart, SegmentPoint, segment_map, segment_sizes

__all__ = ["Chart", "SegmentPoint", "segment_map", "segment_sizes"]
