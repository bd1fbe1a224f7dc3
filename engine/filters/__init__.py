"""Filters: which customers are meant, one model with a text form, a JSON form and a sentence."""

from engine.filters.compiling import compile_filter
from engine.filters.fields import Field, Fields
from engine.filters.model import Filter
from engine.filters.parsing import parse_filter
from engine.filters.sentences import sentence
from engine.filters.stored import filter_from_json, filter_to_json
from engine.filters.writing import filter_text

__all__ = [
    "Field",
    "Fields",
    "Filter",
    "compile_filter",
    "filter_from_json",
    "filter_text",
    "filter_to_json",
    "parse_filter",
    "sentence",
]
