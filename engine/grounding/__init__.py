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
movement.py      from which segment to which
periods.py       words of time
stretches.py     whether a word of time names a period
timing.py        which figures a word of time is about
comparisons.py   what has to be proved by a comparing fact
reasons.py       why something is so, which no fact says
manner.py        words that bend what a figure means
neighbours.py    words right beside a figure or a name
wording.py       free figures, glue, unknown ids, letters that look like others
"""

from engine.grounding.checking import Rendered, Verdict, check_sentence, render_sentence

__all__ = ["Rendered", "Verdict", "check_sentence", "render_sentence"]
