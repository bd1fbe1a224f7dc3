"""Sentences with a reader's verdict: which of them the gate lets through.

first.yaml, second.yaml    what a model might write over given facts, and whether it is true;
third.yaml, fourth.yaml, fifth.yaml    each part was written without sight of the rules, which
                           it mended then
cases.py                   the files as facts, names and sentences
judging.py                 what the gate does with each, and what it gets wrong
"""
