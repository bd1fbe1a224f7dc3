"""Words of several languages that mean one thing: genders, yes and no, actions."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from engine.cleaning.cells import Cells

if TYPE_CHECKING:
    import polars as pl


def _by_word(meanings: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in meanings.items() for word in words.split(", ")}


GENDERS = _by_word({
    "female": "female, f, w, woman, girl, mrs, ms, weiblich, frau, femme, féminin, feminin, mujer, "
    "femenino, femenina, donna, femmina, vrouw, vrouwelijk, mulher, feminino, kobieta, k, žena",
    "male": "male, m, man, boy, mr, männlich, mannlich, mann, herr, homme, masculin, hombre, "
    "masculino, h, uomo, maschio, mannelijk, homem, mężczyzna, muž",
    "other": "other, o, x, d, divers, diverse, nonbinary, non-binary, nb, autre, otro, altro, "
    "anders, outro, inne",
})  # fmt: skip
TRUTHS = _by_word({
    "true": "true, t, yes, y, 1, 1.0, on, ja, j, oui, o, si, sí, sì, sim, s, tak, vrai, wahr, x, "
    "granted, accepts, subscribed, opted in, opt-in",
    "false": "false, f, no, n, 0, 0.0, off, nein, non, nee, não, nao, nie, faux, falsch, denied, "
    "declined, unsubscribed, opted out, opt-out, revoked",
})  # fmt: skip
ACTIONS = _by_word({
    "view": "view, views, viewed, product_view, product_viewed, view_product, view_item, detail, "
    "product_detail, pageview, page_view, pv, click, clicked, impression, look, seen, ansicht, vue",
    "cart": "cart, addtocart, add_to_cart, added_to_cart, cart_add, add_cart, product_added, "
    "basket, add_to_basket, add_to_bag, warenkorb, panier",
    "remove": "remove, removed, removefromcart, remove_from_cart, removed_from_cart, cart_remove, "
    "product_removed, remove_from_basket",
    "abandoned_cart": "abandoned_cart, cart_abandoned, abandon, abandoned, abandoned_basket, "
    "abandoned_checkout, checkout_abandoned",
    "visit": "visit, visited, session, session_start, login, log_in, logged_in, open, app_open",
    "search": "search, searched, query, view_search_results, suche, recherche",
    "wishlist": "wishlist, add_to_wishlist, favorite, favourite, fav, like, liked, save, saved",
    "checkout": "checkout, begin_checkout, checkout_started, start_checkout",
    "purchase": "purchase, purchased, purchases, order, ordered, order_completed, buy, bought, "
    "transaction, sale, sold, checkout_completed, order_placed, completed_order, kauf, achat",
})  # fmt: skip


def meant(cells: Cells, meanings: Mapping[str, str], spaced: str = " ") -> "pl.Series":
    """The meaning of each distinct text, null for a strange word; `spaced`: what joins words."""
    import polars as pl

    plain = (spaced.join(text.casefold().replace("_", " ").split()) for text in cells.values)
    return pl.Series([meanings.get(word) for word in plain], dtype=pl.String)


def strange(cells: Cells, found: "pl.Series") -> list[str]:
    """Some of the words that mean nothing here, to say them."""
    return cells.values.filter(found.is_null()).head(5).to_list()


def unlike(texts: "pl.Series", found: "pl.Series") -> "pl.Series":
    return ((texts != found) & found.is_not_null()).fill_null(False)


def listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
