"""Grounding: whether a sentence may reach a person, and putting the figures in.

checking.py      the verdict on one sentence, and its rendering
sentences.py     a stream of pieces cut into sentences
blocks.py        headings, lists and tables: what a line of them stands for
languages.py     German, French and Spanish as the English words that the rules know
figures.py       every figure a person could read as a number
claims.py        what a sentence names, refers to and compares
names.py cues.py how somebody is named; what people call the metrics
binding.py       each reference bound to its subject
meaning.py       each reference bound to its metric
fitting.py beside.py      what a figure could be at all; words right beside it
labels.py kinds.py mistaken.py nearby.py intervals.py    what a sentence leaves open, and its figure says
rough.py         half, a third, one in ten: borne out by the figure beside them
movement.py      from which segment to which
periods.py       words of time
stretches.py     whether a word of time names a period
timing.py        which figures a word of time is about
moments.py pairs.py    the times of facts; two times of one thing in one breath
comparisons.py   what has to be proved: by a comparing fact,
values.py shown.py sides.py against.py    or by the values of the figures of this answer
reasons.py       why something is so, which no fact says
manner.py        words that bend what a figure means
neighbours.py    words right beside a figure or a name
wording.py       free figures, glue, unknown ids, letters that look like others
"""

from engine.grounding.checking import Rendered, Verdict, check_sentence, render_sentence

__all__ = ["Rendered", "Verdict", "check_sentence", "render_sentence"]
