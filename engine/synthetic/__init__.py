"""A shop that never was, with the truth about its customers kept beside it.

    latent.py      the eight kinds of customers, and who each customer is
    catalogue.py   what the shop sells
    purchases.py   orders, their lines and what came back
    engagement.py  views and carts on the web, and reviews
    dirt.py        what a real export would hold too, and how many rows of each
    shop.py        the doors: make_shop, write_shop

The same seed gives the same bytes.
"""

from engine.synthetic.shop import SyntheticShop, make_shop, write_shop

__all__ = ["SyntheticShop", "make_shop", "write_shop"]
