"""The everyday words for what can be counted, and for what it can be counted along."""

# The longer phrase first: what it takes is not read again.
MEASURE_WORDS: tuple[tuple[str, str], ...] = (
    ("share_of_revenue", r"(?:share|part|percent(?:age)?|proportion|fraction|%|"
                         r"how much) of (?:\w+ )?(?:the |our |all |total )*"
     r"(?:revenue|turnover|sales|money|income)|revenue share|share in revenue"),
    ("share_of_customers", r"(?:share|part|percent(?:age)?|proportion|fraction|"
                           r"%) of (?:\w+ )?(?:the |our |all |total )*"
     r"(?:customers?|people|buyers|base|customer base)|customer share"),
    ("expected_leavers", r"expected to (?:leave|churn|go)|likely leavers|(?:will|going to|about to|"
                         r"probably|expect(?:ed)? to|do we) (?:we )?"
     r"(?:probably )?(?:lose|leave us|leave|go|churn|quit|walk away)|will (?:we )?lose|leavers|"
     r"leaving us"),
    ("expected_value", r"expected (?:value|spend\w*|revenue)|(?:will|would|going to) (?:all |our |"
                       r"\w+ )?(?:\w+ )?(?:spend|be worth|bring|have spent)|"
     r"expected to spend|future (?:value|revenue|spend\w*)|forecast\w*|predicted (?:value|"
     r"spend\w*)|clv|ltv|lifetime value"),
    ("churn", r"churn\w*|attrition|probability (?:of leaving|to leave)|risk of (?:leaving|churn)|"
              r"likely to (?:leave|churn|quit|go|stop)|"
     r"leav(?:e|ing)|slipping(?: away)?|drifting(?: away)?|defect\w*|stop buying|"
     r"will (?:\w+ ){1,3}(?:stay|come back|return|remain)"),
    ("repeat_rate", r"repeat(?: purchase| buying)? rate|repeat (?:customers|buyers|purchases)|"
                    r"come back for more|"
     r"(?:buy|bought|order|ordered|purchase|purchased) (?:again|more than once|twice or more)|"
     r"reorder rate|second order"),
    ("discount_share", r"discount(?:s| share| rate)?|rebates?|markdowns?"),
    ("returns", r"returns?(?! customers)|returned(?: goods| items)?|refund\w*|sent back"),
    ("gross_revenue", r"gross(?: revenue| sales| turnover)?|before returns"),
    ("items_per_order", r"(?:items|units|products|pieces|articles) (?:per|in an?|in each|"
                        r"an) (?:order|basket)|basket size|size of the (?:basket|average order)"),
    ("average_order", r"(?:average|mean|typical) (?:order|basket|purchase|ticket|cart)(?: (?:value|"
                      r"size|amount))?|order values?|"
     r"basket values?|aov|average spend per order|spen[dt]\w* per (?:order|visit|purchase|basket)|"
     r"(?:money|revenue|sales) per (?:order|purchase)|value of an order"),
    ("mean_monetary", r"(?:revenue|sales|turnover|money|spen[dt]\w*) (?:per|for each|"
                      r"a) (?:customer|head|person|buyer|member)|average (?:spend\w*|revenue|"
                      r"customer value)|"
     r"(?:average|mean) (?:customer|member|buyer) (?:spend\w*|bring\w*)"),
    ("monetary", r"(?:typical|median|usual) (?:sp[ae]n[dt]\w*|customer value|monetary\w*)|"
                 r"typical customer spend\w*|monetary"),
    ("frequency", r"how often|(?:order|purchase|buying) frequenc(?:y|ies)|frequen\w*|"
                  r"orders? (?:each|per (?:customer|head|person))|(?:most|more|least|less) often|"
     r"orders more often|buys? (?:most|more|least|less) often|how many times"),
    ("recency", r"recenc\w*|(?:days|long) since\b.*?(?:last|order|purchase|bought|visit)|"
                r"last (?:bought|purchas\w*|order\w*|visit\w*)|how long ago|how recent\w*|"
                r"most recent\w*|days ago"),
    ("tenure", r"tenure|how long (?:have|has) .*? been (?:with us|customers?|buying)|"
               r"since (?:their|the) first (?:order|purchase)|customer age|oldest customers"),
    ("new_customers", r"new (?:customers?|buyers?|people|shoppers?|ones)|newcomers?|"
                      r"first[- ]time (?:customers?|buyers?)|customers? (?:did we )?(?:win|won|"
                      r"acquired?|gained?)|"
     r"acquired|(?:did we|we) (?:win|gain|acquire)|joined|first orders?|newly"),
    ("returning_customers", r"returning (?:customers?|buyers?)|came back(?! as)|"
                            r"existing customers"),
    ("revenue", r"revenues?|turnover|sales|money|earn\w*|income|cash|takings|worth|values?|"
                r"valuable|spen[dt]\w*|spenders?|bring(?:s|ing)?(?: in)?|"
     r"brought(?: in)?|makes? us|how much (?:did|do|does|have|has)|sell(?:s)? better|selling best|"
     r"sells? (?:most|best)|sell for|best[- ]?sell\w*|sold for|"
     r"performs? (?:best|better|worst)|business|pays? (?:us )?(?:most|more)|do the best|richest|"
     r"poorest|gross sales"),
    ("units", r"units?|pieces?|quantit(?:y|ies)|items? sold|how many (?:items|pieces)|volume"),
    ("orders", r"busiest|orders?|ordered|purchases|invoices?|transactions?|sold most often|"
               r"bought most"),
    ("products", r"how many (?:different )?(?:products?|articles?|skus?)|"
                 r"number of (?:different )?(?:products?|articles?|skus?)|(?:different|"
                 r"distinct) (?:products?|articles?)|product range|assortment|products do we sell"),
    ("customers", r"customers?|people|buyers?|shoppers?|members?|big(?:ger|gest)?|sizes?|"
                  r"large(?:r|st)?|small(?:er|est)?|head ?count|sit in|live in|who buys"),
)  # fmt: skip
DIMENSION_WORDS: tuple[tuple[str, str], ...] = (
    ("months_since_first", r"months? (?:after|since) (?:the|their) first"),
    ("cohort", r"cohorts?"),
    ("weekday", r"(?:by |per |which |what |best |worst |busiest |each |on which )(?:week ?day|"
                r"day of the week)s?|week ?days?|days? of the week|busiest day|which days?|"
                r"what day"),
    ("hour", r"hours?(?: of the day)?|what time(?: of (?:the )?day)?|times? of day|o'?clock"),
    ("month", r"(?:by|per|each|every|which|what|best|worst|a|strongest|weakest|busiest|"
              r"month by) months?|monthly|months? (?:was|were|is|had|brought|did|with|by)|"
              r"over time|month over month"),
    ("week", r"(?:by|per|each|every|which|what|best|worst|a) weeks?|weekly|weeks? (?:was|had)"),
    ("quarter", r"(?:by|per|each|every|which|what|best|worst|a) quarters?|quarterly|"
                r"quarters? (?:was|had)"),
    ("year", r"(?:by|per|each|every|which|what|best|worst) years?|yearly|annual(?:ly)?|"
             r"year by year|over the years"),
    ("day", r"(?:by|per|each|every|best|a) days?|daily|day by day"),
    ("country", r"countr(?:y|ies)|markets?|nations?|regions?|where (?:do|are|is|does|did)|"
                r"geograph\w*|lands?"),
    ("category", r"categor(?:y|ies)|departments?|product (?:groups?|lines?|types?)|"
                 r"kinds? of products?"),
    ("product", r"products?|articles?|items?|skus?|best[- ]?sell(?:ers?|ing)|slow[- ]?sellers?|"
                r"what sells|what (?:do|does|did) .*? buy|what (?:is|was|gets) bought|"
                r"what is bought|hits?"),
    ("channel", r"channels?|online or (?:offline|in (?:the )?shop)|on ?line (?:and|versus|vs) .*"),
    ("segment", r"segments?|groups?|clusters?|kinds? of customers?|types? of customers?"),
)  # fmt: skip

# What lists of segments and the totals of the shop tell at once, without counting anew.
OF_SEGMENTS = ("customers", "revenue", "share_of_customers", "share_of_revenue", "recency",
               "frequency", "monetary")  # fmt: skip
OF_SHOP = ("customers", "orders", "products", "revenue", "average_order", "gross_revenue")
# What a query calls it, where it differs; its fact's metric is the second.
QUERIED = {"recency": ("median_recency", "recency"), "frequency": ("median_frequency", "frequency"),
           "monetary": ("median_monetary", "monetary"), "tenure": ("median_tenure", "tenure"),
           "returns": ("returns", "returns_value"),
           "share_of_customers": ("customers", "customers"),
           "share_of_revenue": ("revenue", "revenue")}  # fmt: skip
PREDICTED = ("churn", "expected_leavers", "expected_value")


def queried(measure: str) -> str:
    return QUERIED.get(measure, (measure, measure))[0]


def metric_of(measure: str) -> str:
    """The metric of the fact that answers it."""
    return QUERIED.get(measure, (measure, measure))[1]
