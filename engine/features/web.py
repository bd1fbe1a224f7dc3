"""What a customer does on the web: views, carts, carts left behind, time."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.features.definition import Definition, Part, Ratio, pick
from engine.features.feature import Feature
from engine.features.records import Records

if TYPE_CHECKING:
    import ibis

WEB = (
    Definition(Feature("web_actions", "things done on the web", "count", True, "web", "sweep",
                says="did {} things on the web")),
    Definition(Feature("views", "products looked at", "count", True, "web", "sweep",
                says="looked at {} products")),
    Definition(Feature("carts", "times something was put in the cart", "count", True, "web",
                       "sweep",
                says="put something in the cart {} times")),
    Definition(Feature("abandoned_carts", "carts left behind", "count", False, "web", "sweep",
                says="left {} carts behind")),
    Definition(Feature("web_minutes", "minutes spent on the web", "minutes", True, "web",
                       "sweep",
                says="spent {} minutes on the web")),
    Definition(
        Feature("cart_share", "share of what is done on the web that puts something in the cart",
                "share", True, "web", "sweep", evidence="web_actions",
                says="put something in the cart in {} of what they do on the web"),
        Ratio("carts", "web_actions"),
    ),
)  # fmt: skip

# Where there are orders as well.
WEB_AND_ORDERS = (
    Definition(
        Feature(
            "views_per_order",
            "products looked at, per order",
            "ratio",
            None,
            "web",
            "sweep",
            says="look at {} products per order",
        ),
        Ratio("views", "frequency"),
    ),
)

_COUNTS = frozenset({"web_actions", "views", "carts", "abandoned_carts", "web_minutes"})

Column = Callable[["ibis.Table"], "ibis.Value"]


def web_part(records: Records) -> Part:
    return Part(_COUNTS, lambda asked: _web(records, asked), _COUNTS)


def _web(records: Records, asked: frozenset[str]) -> "ibis.Table":
    events = records.need("events")
    events = events.filter(events.customer_id.notnull())
    columns: dict[str, Column] = {
        "web_actions": lambda t: t.count(),
        "views": lambda t: t.count(where=t.action == "view").fill_null(0),
        "carts": lambda t: t.count(where=t.action == "cart").fill_null(0),
        "abandoned_carts": lambda t: t.count(where=t.action == "abandoned_cart").fill_null(0),
        "web_minutes": lambda t: t.minutes.sum().fill_null(0.0),
    }
    return events.group_by("customer_id").aggregate(**pick(columns, asked))
