"""What people call the metrics, beyond their plain names: verbs, derivations, turns of phrase.

A cue names a base (revenue, orders, customers); what stands with it ("median", "per customer",
"before returns") makes another metric of it. Cues of leaving name churn: told of a count of people
they mean those who are expected to leave.
"""

import re
from functools import cache

from engine.metrics import METRICS

_BUY = r"(?:buy\w*|purchas\w+|order(?:ing)?(?:\s+again)?|return(?:ing)?|com(?:e|ing)\s+back|shop\w*\s+again)"
LEAVING = (
    rf"(?:not|never|no\s+longer|stop|stops|fails?|failing|unlikely|without|(?:wo|do|does|did|is|are|ca|wouldn?|has|have)n?[’']t)\s+(?:(?:to|be|again|ever|go(?:ing)?\s+to)\s+)*(?:{_BUY}(?!\s+(?:value|rate))|active)(?:\s+(?:again|anything|any\s*more|back|in|from\s+(?:us|you)))*"
    r"|no\s+(?:further\s+|more\s+|new\s+)?(?:purchase|order|sale)s?|churn(?:s|ed|ing|ers?)?(?:\s+(?:probabilit(?:y|ies)|risk|rate|likelihood))?"
    r"|(?:not|never|(?:wo|do|does|is|are|ca|has|have)n?[’']t)\s+(?:be|come|coming|been|go(?:ing)?\s+to\s+(?:be|come))\s+back|(?:go|going|goes|fall|falling)\s+(?:quiet|silent|inactive)|stay(?:ing)?\s+away|drop(?:ping)?\s+out(?!\s+because)"
    r"|(?:be|been|are|is|of\s+being)\s+lost|walk(?:ing)?\s+away|lapse|lapsing|defect\w*"
    r"|(?:probability|likelihood|chance|risk|likely|expected|predicted|set|about)\s+(?:of|to)\s+(?:leav(?:e|ing)|los(?:e|ing)|slip\w*(?:\s+away)?)"
)
_CUES: tuple[tuple[str, str], ...] = (
    ("churn", LEAVING),
    ("churn", r"risk(?:y|ier|iest)|safe(?:r|st)"),
    ("churn", r"(?<!at )(?<!At )(?<!-)risks?(?!\s+segment)|(?<=much )at\s+risk|(?<=more )at\s+risk"),
    ("expected_leavers", r"(?:customers|people)\s+at\s+risk|(?:may|might|will|could|would|to)\s+lose|(?:expected\s+|likely\s+|predicted\s+|probable\s+|projected\s+)?leavers|(?:expected|predicted|likely|forecast)\s+(?:losses|churners)"),
    ("new_customers", r"newcomers|new\s+(?:faces|names|people|clients)|(?:were|was|are|is)\s+new(?=\s*(?:[.,;)]|and\b|$))|first[\s-]time[\s-](?:buyers?|customers?|shoppers?|purchasers?)|(?:brand[\s-]*)?new(?:ly[\s-]\w+)?[\s-](?:customers?|buyers?|shoppers?)(?:[\s-]acquisition)?|for\s+the\s+first\s+time|(?:their|a|made|placed)\s+(?:very\s+)?first(?:[\s-]ever)?\s+(?:order|purchase|buy)"),
    ("removed", r"(?:after|because)\s+(?:all\s+)?(?:of\s+)?their\s+sales\s+were\s+\w+(?:\s+back)?|(?:were|was|been|are)\s+(?:removed|taken\s+out)|(?:all\s+(?:of\s+)?)?(?:their|whose)\s+sales\s+(?:were|had\s+been|have\s+been)?\s*(?:all\s+)?taken\s+back"),
    ("entered", r"(?<=¤\s)in(?=\s*(?:[,).;]|$))|(?:moved|came|went|slipped|drifted|dropped|fell|climbed)\s+(?:up\s+|down\s+|over\s+)?in(?:to)?(?=\s+(?:the\s+)?¤|\s+from)|(?:from|out\s+of)\s+(?:the\s+)?other\s+(?:segments|groups)|(?:entered|joined)(?=\s+(?:the\s+)?¤)|newly\s+arrived|gain(?:s|ed|ing)?(?!\s+of\b)|welcom(?:e|es|ed|ing)|receiv(?:e|es|ed|ing)|attract(?:s|ed|ing)?|took\s+in(?=\s*¤)"),
    ("left", r"(?<=¤\s)out(?=\s*(?:[,).;]|$))|lost(?=\s*¤)|(?:moved|went|drifted|slipped)\s+(?:up\s+|down\s+)?(?:out|away|on)|(?:gave|giving|gives)\s+up|(?:to|for|into)\s+(?:the\s+)?(?:other|another)\s+(?:segments?|groups?)|(?:lost|losing)\s+(?:\S+\s+){0,3}to\s+(?:them|others)|moved\s+out|left\s+(?:it|the\s+(?:segment|group))"),
    ("returning_customers", r"returning\s+(?:customers|buyers)|returning(?=\s*(?:[.,;)]|$))|had\s+bought\s+before"),
    ("repeat_rate", r"repeat(?:[\s-](?:purchase|buying|order))?[\s-]rate|(?:bought|ordered|purchased)\s+more\s+than\s+once"),
    ("revenue", r"outspen(?:d|ds|t)|spen(?:t|d|ds|ding)|expenditure|took(?!\s+in\s*¤)|taken|tak(?:es|ings)|booked|(?:turn(?:ed|s)|turning)\s+over|grossed|earn(?:s|ed|ing|ings)|business|brought(?:\s+(?:in|us))?|bring(?:s|ing)?(?:\s+(?:in|us))?|generat(?:e|es|ed|ing)|came\s+in(?:to)?|(?:come|comes|came|coming)\s+from|good\s+for|worth|sold\s+for|invoiced|(?:net\s+)?(?:revenues|sales|proceeds)|value|monetary(?:\s+value)?|remain(?:s|ed|ing)?|suppl(?:y|ies|ied)|contribut(?:e|es|ed|ing|ion)|added|top[\s-]line|the\s+money|sold|leaves|a\s+total\s+of|in\s+total|totall?(?:ed|ing|s)|made|makes?(?=\s*¤)|making(?=\s*¤)"),
    ("revenue", r"(?:revenue|sales)?\s*after\s+(?:deducting\s+|all\s+)?returns(?!\s+of)"),
    ("churn", r"(?<=most\s)at\s+risk(?:\s+of\s+\w+)?"),
    ("gross_revenue", r"(?:revenue|sales|turnover)?\s*before\s+(?:any\s+)?returns|gross\s+(?:turnover|sales|revenue)"),
    ("returns_value", r"refunds?|(?:was|were|is|are|got|gets?)\s+(?:refunded|sent\s+back|returned)|sen[dt]s?\s+(?:\w+\s+)?back|goods\s+worth(?=\s*¤+\s+(?:\w+\s+){0,2}(?:back|returned|refunded))|(?:returned|sent\s+back)\s+goods\s+worth|(?:returned|came\s+back|sent\s+back|refunded)(?:\s+goods)?|(?:the\s+)?value\s+of\s+returns|returns\s+(?:of|worth)"),
    ("gross_revenue", r"of\s+(?:(?:all|the|your|our|total|lifetime|net|overall)\s+)*gross\s+(?:revenue|sales|turnover)"),
    ("returns_value", r"of\s+(?:(?:all|the|your|our|total|lifetime|overall)\s+)*returns"),
    ("orders", r"of\s+(?:(?:all|the|your|our|total|lifetime|overall)\s+)*orders"),
    ("average_order", r"(?:average|mean|typical)\s+(?:(?:¤+|(?!last|latest|first)\w+)\s+){0,2}(?:order|basket)(?:\s+(?:value|size))?|per\s+order|orders?\s+averag(?:e|es|ed|ing)|order\s+values?"),
    ("average_order", r"(?:average\s+)?baskets?(?:\s+(?:value|size)s?)?"),
    ("revenue_per_customer", r"(?:revenue|spend(?:ing)?|sales)\s+(?:per|a|for\s+each)\s+(?:customer|head|person|buyer|capita)|per[\s-](?:head|capita)|(?:each|every)\s+(?:of\s+(?:them|the)\s+)?customer"),
    ("share_of_customers", r"of\s+everyone(?:\s+(?:segmented|in\s+the\s+shop))?|of\s+(?:the|your|our)\s+clientele|of\s+(?:(?:all|the|your|our|segmented|total|entire|whole|shop[’']s)\s+)*(?:customers?(?:\s+base)?|base|buyers|people|clientele)|shares?\s+of\s+(?:(?:all|the|your|our)\s+)*(?:customers|base)|customer\s+share|share\s+of\s+the\s+base"),
    ("share_of_revenue", r"of\s+(?:(?:(?:(?:19|20)\d\d|Q[1-4]|H[12]|(?:last|this)\s+\w+[’']s|(?:january|february|march|april|may|june|july|august|september|october|november|december)(?:[’']s)?)(?:\s+(?:19|20)\d\d)?|all|the|your|our|total|lifetime|net|whole|entire|overall|shop[’']s|store[’']s)\s+)*(?:revenue|turnover|sales|income|takings|business)|shares?\s+of\s+(?:(?:all|the|your|our|total|lifetime)\s+)*(?:revenue|turnover|sales)|(?:revenue|sales)\s+share|of\s+(?:the\s+shop[’']s|the|its|our|your)\s+total"),
    ("recency", r"since\s+(?:[^\s.,;]+\s+){1,6}last\s+(?:bought|ordered|purchased|placed\s+an\s+order)(?:\s+(?:something|anything))?|since\s+(?:the|their|its)\s+last(?=\s*(?:[.,;)]|$))|(?:days\s+)?since\s+(?:(?:their|the|its|a|his|her)\s+)?(?:last|latest|most\s+recent)\s+(?:purchase|order|sale|visit)|last\s+(?:purchase|order|bought|ordered|purchased|seen)|(?:been\s+)?(?:(?<!slipping\s)(?<!slip\s)(?<!walking\s)(?<!drifting\s)(?<!falling\s)away|gone|silent|absent|inactive)|ordered(?=\s*¤+\s*ago)|bought(?=\s*¤+\s*ago)|(?:have\s+not|has\s+not|ha(?:ve|s)n[’']t)\s+(?:bought|ordered|purchased|been\s+seen)(?:\s+anything)?(?:\s+(?:for|in))?"),
    ("tenure", r"(?:days\s+)?since\s+(?:(?:their|the|its|a|his|her)\s+)?first\s+(?:purchase|order|sale)|first\s+(?:bought|ordered|purchased|purchase|order|seen)|(?:been\s+)?with\s+(?:us|you|the\s+shop)|been\s+around(?:\s+for)?|been\s+(?:a\s+)?customers?\s+for"),
    ("frequency", r"median\s+per\s+customer|orders?\s+(?:per|a|for\s+each)\s+(?:customer|head|person|buyer)|times(?=\s+(?:as\s+a\s+median|each|per\s+customer|\(median\)))|purchase\s+frequency"),
    ("orders", r"times\s+(?:ordered|bought)"),
    ("customers", r"n\s*="),
    ("discount_share", r"discounts?(?:\s+(?:share|rate|level))?(?:\s+(?:ate\s+up|took|take|made\s+up|accounted\s+for|ate|eat|were|was|stood\s+at|averaged|cost|came\s+to))?|(?:off|of)\s+(?:the\s+)?(?:gross\s+)?(?:value\s+of\s+(?:the\s+)?sales|sales\s+value|list\s+prices?|full\s+prices?)|discounting"),
    ("repeat_rate", r"(?:buyers|customers|people|shoppers)\s+returns?(?=\s*[.,;(]|$)|(?:plac(?:e|ed|ing)|made|ordered|bought|purchased|return(?:ed)?\s+for|c[ao]me\s+back\s+for|with)\s+(?:a\s+second|two\s+or\s+more|at\s+least\s+two|more\s+than\s+one|another)(?:\s+(?:orders?|purchases?|time))?|(?:ordered|bought|purchased)\s+(?:again|at\s+least\s+twice|twice\s+or\s+more|repeatedly)|repeat\s+(?:buyers|customers|business|purchases?)|second\s+(?:orders?|purchases?)|(?:customers|people|buyers)\s+with\s+(?:two\s+or\s+more|at\s+least\s+two|more\s+than\s+one)\s+(?:orders|purchases)"),
    ("new_customers", r"first\s+(?:bought|purchased|ordered)(?=\s+(?:in|from|with|during|last|this))"),
    ("entered", r"arrivals|joiners|entr(?:y|ies|ants)(?:\s+(?:in)?to)?|incoming|inflows?"),
    ("left", r"departures|exits|outgoing|outflows?"),
    ("overlap", r"(?:of\s+(?:the\s+|all\s+|your\s+)?customers\s+)?(?:are|is|sit|lie|being)\s+(?:nearer|closer)\s+to\s+(?:another|a\s+different)\s+(?:segment|group)(?:\s+than\s+(?:to\s+)?their\s+own)?|nearer\s+to\s+(?:another|a\s+different)\s+(?:segment|group)(?:\s+than\s+(?:to\s+)?their\s+own)?"),
    ("uplift", r"(?:measured\s+)?(?:up)?lift|(?:bought\s+)?(?:more\s+)?than\s+the\s+(?:holdout|control\s+group)"),
    ("uplift_low", r"interval\s+(?:starts|begins|goes\s+down)|low(?:er)?\s+(?:end|bound)"),
    ("uplift_high", r"upper\s+(?:end|bound)"),
    ("purchase_rate", r"retention(?:\s+rate)?|(?:was|were|are|is|still|remained|stayed)\s+(?:active|buying|shopping)|came\s+back\s+to\s+buy|(?:bought|ordered|purchased)(?:\s+(?:something|anything|at\s+all))?(?=\s+(?:in|during|within|over)\b)|conversion(?:\s+rate)?"),
    ("forecast_revenue", r"(?:revenue|sales|turnover)\s+(?:is|are)\s+(?:expected|forecast|projected|predicted)|(?:expected|forecast(?:ed)?|projected|predicted)\s+(?:revenue|sales|turnover)|(?:revenue|sales)\s+forecast|forecast\s+(?:for|of|is|puts)"),
    ("forecast_units", r"(?:expected|forecast(?:ed)?|projected|predicted)\s+(?:to\s+sell|unit\s+sales|units)|to\s+sell(?=\s+(?:\w+\s+)?¤)"),
    ("forecast_error", r"(?:forecasts?\s+)?(?:missed|were\s+off|was\s+off|off)\s+by|forecast(?:ing)?\s+errors?|error|wape"),
    ("held_out", r"(?:people|customers)\s+(?:were\s+)?(?:held\s+(?:out|back)|left\s+alone)|holdout|control\s+group"),
    ("also_bought", r"also\s+(?:buy|bought|have|own|purchased?|got|took)"),
    ("returned_share", r"refunds?|(?:refund|return)s?\s+rates?|rates?\s+of\s+(?:refunds?|returns?)|(?:was|were|is|are|got|gets?)\s+(?:refunded|sent\s+back|returned)|sen[dt]s?\s+(?:\w+\s+)?back|(?:order\s+)?lines\s+(?:were\s+)?(?:sent\s+back|returned)"),
    ("orders", r"(?:buy|buys|order|orders|ordered|bought|purchased)(?=\s+(?:a\s+median\s+of\s+)?¤+\s*times)"),
    ("monetary", r"median\s+per\s+customer"),
    ("customers", r"outnumber\w*|(?:number(?:s|ed)?|count(?:s|ed)?)(?=\s*¤)|people|persons|shoppers|buyers|clients|consumers|individuals|accounts|members|headcount|sizes?|ones|strong"),
    ("rows", r"rows|records|lines"),
    ("events", r"events|messages"),
    ("late", r"(?:came|come|arrived|were)\s+(?:in\s+)?(?:too\s+)?late|late\s+(?:events|ones|arrivals)"),
    ("lag", r"(?:still\s+)?waiting(?:\s+(?:to\s+be\s+read|in\s+the\s+broker))?|(?<=¤\s)behind|(?:events|messages)\s+behind|backlog|not\s+(?:yet\s+)?(?:been\s+)?read|unread"),
    ("duplicates", r"duplicated?s?|repeats|came\s+twice"),
    ("dead_letters", r"dead[\s-]letters?|could\s+not\s+be\s+used|unusable"),
    ("last_event", r"(?:newest|latest|last|most\s+recent)\s+event"),
    ("last_sale", r"through|the\s+(?:most\s+recent|latest|last)(?:\s+one)?(?=\s+(?:was|is)\s+on)|(?:last|latest|newest|most\s+recent)\s+(?:sale|order|purchase)|last\s+(?:bought|ordered|purchased)"),
    ("first_sale", r"(?:start(?:ed)?|beg[aiu]n)(?=\s+on\b)|(?:first|earliest|oldest)\s+(?:sale|order|purchase)|first\s+(?:bought|ordered|purchased)"),
    ("revenue_at_risk", r"(?:of\s+)?(?:(?:the|their|its|your)\s+)?(?:revenue|money|sales|turnover)\s+(?:(?:that\s+)?(?:is|are)\s+)?(?:at\s+(?:stake|risk)|on\s+the\s+line|in\s+danger)|at\s+stake|on\s+the\s+line|riding\s+on|hang(?:s|ing)?\s+on|(?<=¤\s)at\s+risk(?!\s+(?:customers|segment|group))"),
    ("separation", r"silhouette(?:\s+score)?|separat(?:ion|ed)"),
    ("stability", r"stability|agreement(?:\s+(?:between|of)\s+refits)?"),
)  # fmt: skip  # noqa: E501


@cache
def metric_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    between = r"\s+(?:(?:all|the|your|our|their|its|total|whole)\s+)*"
    plain = tuple(
        (metric.name, re.compile(rf"(?<!\w){between.join(words.split())}(?!\w)", re.IGNORECASE))
        for metric in METRICS.values()
        for words in metric.words
    )
    cues = tuple(
        (metric, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE))
        for metric, pattern in _CUES
        if metric in METRICS
    )
    return plain + cues


MEDIAN = re.compile(r"\b(?:medians?|typical(?:ly)?)\b", re.IGNORECASE)
MEAN = re.compile(r"\b(?:on\s+average|averages?|averaged|averaging|mean)\b", re.IGNORECASE)
EACH = re.compile(
    r"\b(?:per\s+(?:customer|head|person|buyer|capita)|each(?!\s+of\s+the)|apiece|every\s+(?:\W*¤+\W*)?(?:customer|buyer))\b",
    re.IGNORECASE,
)
ONE = re.compile(
    r"\b(?:(?:an?|the|each|every)[\s*_]+(?:\w+\s+)?¤+[\s*_]+customer\b"
    r"|(?:an?|each)[\s*_]+¤+\s+(?:is|was|spen\w+|generate\w*|brings?|brought|gives?|takes?|took|makes?|made)\b)",
    re.IGNORECASE,
)
GROSS = re.compile(r"\b(?:before\s+(?:any\s+)?returns|gross)\b", re.IGNORECASE)
ORDER_VALUE = re.compile(
    r"\b(?:averag\w+|mean|typical|worth|value|size|basket|per\s+order)\b", re.IGNORECASE
)


def derived(base: str, unit: str, words: str) -> str:
    """The metric that a base and the words around it name, told of a figure of that unit."""
    median, mean, each = MEDIAN.search(words), MEAN.search(words), EACH.search(words)
    one = ONE.search(words)
    if base in ("recency", "tenure", "monetary", "frequency") and mean and not median:
        return f"mean_{base}"
    if unit == "money":
        if base == "revenue" and re.search(r"\bper\s+order\b", words):
            return "average_order"
        if base in ("orders", "frequency"):
            return "average_order" if ORDER_VALUE.search(words) else base
        if base in ("revenue", "revenue_per_customer") and median:
            return "monetary"
        if base == "revenue" and mean and re.search(r"\b(?:order|basket)\b", words, re.IGNORECASE):
            return "average_order"
        if base == "revenue" and (each or mean or one):
            return "revenue_per_customer"
        if base == "revenue" and GROSS.search(words):
            return "gross_revenue"
    if unit == "count":
        if base == "churn":
            return "expected_leavers"
        if base == "orders" and (median or each or one):
            return "mean_frequency" if mean and "mean_frequency" in METRICS else "frequency"
    if unit == "share":
        return {"revenue": "share_of_revenue", "customers": "share_of_customers"}.get(base, base)
    return base
