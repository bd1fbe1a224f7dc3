"""Sentences with a reader's verdict: which of them the gate lets through.

first.yaml, second.yaml, third.yaml     what a model might write over given facts, and whether it is
                                        true of them; the rules were written on the first alone
cases.py                   the files as facts, names and sentences
judging.py                 what the gate does with each, and what it gets wrong
"""
