"""A shop that never was, with the truth about its customers kept beside it.

    recipe.py      what a shop is asked to be, and when it is open
    latent.py      the eight kinds of customers, and who each customer is
    attributes.py  what the shop knows of them besides their orders
    catalogue.py   what the shop sells
    purchases.py   orders, their lines and what came back
    anomalies.py   customers who suddenly do something else
    events.py      visits on the web: views, carts, carts left behind
    texts.py       reviews, calls and posts; their words are in wordings.py
    oracle.py      what could be expected of each customer, and what happened
    dirt.py        what a real export would hold too, row by row
    export.py      the lines as a shop's system writes them
    numbers.py     numbers that are given out
    writing.py     tables written piece by piece
    shop.py        the doors: make_shop, draw_shop, write_shop, generate_shop

The same recipe gives the same bytes.
"""

from engine.synthetic.recipe import Recipe
from engine.synthetic.shop import (
    SyntheticShop,
    WrittenShop,
    draw_pieces,
    draw_shop,
    generate_shop,
    make_shop,
    write_shop,
)

__all__ = [
    "Recipe",
    "SyntheticShop",
    "WrittenShop",
    "draw_pieces",
    "draw_shop",
    "generate_shop",
    "make_shop",
    "write_shop",
]
