"""Are the planted segments of a synthetic shop found: told their number, or with all left to the
evidence?

The shop is loaded and its features are read as every run does it; the segments are those that the
run would publish, chosen without the truth among all candidates. The value is their agreement with
the truth in the worst of the shops.
"""

from typing import TYPE_CHECKING

from engine.synthetic import Recipe, SyntheticShop, draw_shop
from engine.synthetic.latent import KINDS
from evals.bench.bars import Setting
from evals.bench.segment_shop import shop_tables

if TYPE_CHECKING:
    from engine.clustering.choice import Segmentation
    from engine.clustering.wishes import Wishes

SEEDS = (1, 2, 3)
CUSTOMERS = 10_000
CHEAP = 3_000


def measure_k_given(setting: Setting) -> float:
    from engine.clustering.wishes import Wishes

    return _worst(setting, Wishes(k=len(KINDS)))


def measure_k_chosen(setting: Setting) -> float:
    from engine.clustering.wishes import NONE

    return _worst(setting, NONE)


def _worst(setting: Setting, wishes: "Wishes") -> float:
    customers, seeds = (CUSTOMERS, SEEDS) if setting.full else (CHEAP, SEEDS[:1])
    return round(min(_agreement(setting, customers, seed, wishes) for seed in seeds), 3)


def _agreement(setting: Setting, customers: int, seed: int, wishes: "Wishes") -> float:
    from engine.clustering.choice import choose_segmentation

    shop = draw_shop(Recipe(customers, seed))
    table, earlier, later = shop_tables(shop)
    found = choose_segmentation(table, earlier, later, 0, wishes)
    agreement = _with_truth(shop, found, list(table.frame.index))
    setting.say(
        f"seed {seed}: {found.verdict}, {found.method} on {found.feature_space}, "
        f"{found.k} segments: ARI {agreement:.3f}"
    )
    return agreement


def _with_truth(shop: SyntheticShop, found: "Segmentation", customers: list[str]) -> float:
    from sklearn.metrics import adjusted_rand_score

    truth = dict(shop.truth.select("customer_id", "segment").iter_rows())
    return float(adjusted_rand_score([truth[customer] for customer in customers], found.labels))
