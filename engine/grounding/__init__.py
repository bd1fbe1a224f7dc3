"""Grounding: whether a sentence may reach a person, and putting the figures in.

checking.py      the verdict on one sentence, and its rendering
sentences.py     a stream of pieces cut into sentences
figures.py       every figure a person could read as a number
claims.py        what a sentence names, refers to and compares
binding.py       each reference bound to its subject and its metric
periods.py       words of time, and whether a fact agrees with them
comparisons.py   what has to be proved by a comparing fact
manner.py        closed lists of words that may stand in a sentence with figures
neighbours.py    closed lists of words that may stand beside a figure
wording.py       free figures, glue, unknown ids, letters that look like others
"""

from engine.grounding.checking import Rendered, Verdict, check_sentence, render_sentence

__all__ = ["Rendered", "Verdict", "check_sentence", "render_sentence"]
