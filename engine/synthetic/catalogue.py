"""What the shop sells: eight categories of twenty-five products, cheapest first in each."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

PER_CATEGORY = 25
TIERS = 3  # of prices; two brands in each, cheapest first
BRANDS = ("Daybreak", "Pennywise", "Harbour & Hill", "Oakfield", "Maison Vere", "Atelier North")

# category -> (letter of its codes, middle price in pence, words before, words after)
_RANGES: dict[str, tuple[str, int, tuple[str, ...], tuple[str, ...]]] = {
    "Kitchen": ("K", 1400, ("Enamel", "Oak", "Speckled", "Copper", "Linen"),
                ("Jug", "Chopping Board", "Mug", "Tea Towel", "Storage Jar")),
    "Garden": ("G", 2200, ("Zinc", "Teak", "Terracotta", "Willow", "Cast Iron"),
               ("Planter", "Bird Feeder", "Watering Can", "Lantern", "Trug")),
    "Lighting": ("L", 3600, ("Brass", "Rattan", "Smoked Glass", "Paper", "Ceramic"),
                 ("Table Lamp", "Pendant", "Wall Light", "Reading Lamp", "String Lights")),
    "Textiles": ("T", 2800, ("Wool", "Velvet", "Striped", "Quilted", "Washed Cotton"),
                 ("Throw", "Cushion", "Rug", "Bedspread", "Curtain")),
    "Stationery": ("S", 700, ("Marbled", "Recycled", "Clothbound", "Gilded", "Pocket"),
                   ("Notebook", "Diary", "Pen Set", "Card Box", "Wrapping Paper")),
    "Toys": ("Y", 1600, ("Wooden", "Knitted", "Painted", "Tin", "Magnetic"),
             ("Train", "Bear", "Puzzle", "Spinning Top", "Farm Set")),
    "Bath": ("B", 1100, ("Lavender", "Bamboo", "Sea Salt", "Stone", "Waffle"),
             ("Soap", "Bath Mat", "Candle", "Towel", "Soap Dish")),
    "Christmas": ("X", 900, ("Felt", "Silver", "Frosted", "Star", "Nordic"),
                  ("Garland", "Bauble", "Stocking", "Wreath", "Tree Topper")),
}  # fmt: skip


def make_catalogue(rng: "np.random.Generator") -> "pl.DataFrame":
    """product_id, product, category, brand, pence; row: category * PER_CATEGORY + price rank."""
    import numpy as np
    import polars as pl

    parts = []
    for number, (category, (letter, middle, before, after)) in enumerate(_RANGES.items()):
        names = [f"{first} {second}" for first in before for second in after]
        spread = np.sort(rng.lognormal(np.log(middle), 0.6, PER_CATEGORY))
        parts.append(
            pl.DataFrame(
                {
                    "product_id": [
                        f"{20_000 + 100 * number + n}{letter}" for n in range(len(names))
                    ],
                    "product": rng.permutation(names),
                    "category": [category] * PER_CATEGORY,
                    "brand": _brands(),
                    "pence": (np.round(spread / 5) * 5).astype(int) + 50,
                }
            )
        )
    return pl.concat(parts)


def _brands() -> list[str]:
    return [BRANDS[2 * (rank * TIERS // PER_CATEGORY) + rank % 2] for rank in range(PER_CATEGORY)]
