"""The everyday words for what can be counted, and for what it can be counted along."""

PEOPLE = r"(?:customers?|people|buyers?|persons?|members?|users?|heads?)"
_MONEY = (
    r"(?:revenues?|turnover|sales|money|income|takings?|cash|value|business|spend|"
    r"spending|earnings|proceeds)"
)
_SPEND = r"(?:sp[ae]n[dt]\w*|pay|paid|bring|brought|worth)"
_PART = (
    r"(?:shares?|parts?|percent(?:age)?|proportion|fraction|%|how much|how big a (?:part|"
    r"slice|chunk|cut)|slice|chunk|cut)"
)
_LEAVE = (
    r"(?:leav(?:e|es|ing)(?! (?:aside|out)\b)"
    r"(?! (?:us |behind )?(?:the |their )?(?:most |more |less |least )?"
    r"(?:money|cash|pounds|quid))|churn\w*|quit(?:ting)?|bail\w*|go(?:ing)? away|walk(?:ing)? "
    r"(?:away|out)|ghost(?:ing|s)?|jump(?:ing)? ship|drop(?:ping)? off|disappear\w*|"
    r"stop(?:ping)? (?:buying|"
    r"shopping)|lapse|run(?:ning)? off|say (?:good)?bye|abandon\w*|lose us)"
)
# The longer phrase first: what it takes is not read again.
MEASURE_WORDS: tuple[tuple[str, str], ...] = (
    ("rows_dropped", r"(?:rows?|lines?|records?)\b.{0,30}\b(?:drop(?:ped)?|chuck\w*|threw|throws?|"
                     r"thrown|"
                     r"rejected|discarded|skipped|lost|left out|bad|kicked|binned|ditched|"
                     r"ignored|removed)\b|(?:dropped|chuck\w*|"
                     r"threw|rejected|discarded|skipped|kicked out|binned|ditched|"
                     r"bad)\b.{0,20}\b(?:rows?|lines?|"
                     r"records?)"),
    ("rows", r"(?:how many|number of) (?:rows|lines|records)"),
    ("average_rating", r"(?:rates?|rated|reviews?) (?:it |them )?(?:the )?(?:best|worst|highest|"
                       r"lowest)|ratings?|stars?(?: rating)?|reviewers?|reviews?|rated|"
                       r"rate (?:it|them|"
                       r"this|that)"),
    ("next_order_date", r"when\b.{0,25}\b(?:tend|due|expected|likely|bound|"
                        r"usually)\b.{0,12}\b(?:re-?)?"
                        r"(?:order|buy)|when\b.{0,25}\bre-?order|"
                        r"(?:when|what (?:day|date)|which (?:day|date))\b.{0,60}\b(?:next|again|"
                        r"back)\b|next (?:order|purchase|buy|visit)(?: date| day)?|"
                        r"(?:order|buy|purchase|be back|come back) (?:again|next)(?=\W*$)(?<=x)"),
    ("next_segment", r"(?:end up|move|heading|head|land|drift)\w*\b.{0,25}\bnext\b"
                     r"(?! (?:week|month|quarter|year))|"
                     r"(?:where|which <?segment>?)\b.{0,40}\b(?:heading|headed|end up|going next|"
                     r"next)|next segment"),
    ("value_at_risk", r"how much (?:money |revenue )?(?:would|could|might|will|do|are) (?:we|i) "
                      r"(?:stand to |going to |to )?(?:lose|losing)|"
                      r"leavers\b.{0,40}\bcosts?\b|"
                      r"leavers\b.{0,30}\bworth|worth\b.{0,20}\bleavers|(?:future |"
                      r"expected |what |much )value (?:is |that is )?at risk|value at risk"),
    ("revenue_at_risk", rf"(?:{_MONEY} (?:is |are )?)?at stake|"
                        rf"risk (?:in|to|of|for) (?:our |the )?{_MONEY}|{_MONEY} risk|worth saving|"
                        rf"most to lose|{_MONEY} (?:is |are |that is )?at risk|"
                        rf"at[- ]risk {_MONEY}|(?:stand|"
                        r"going|likely) to lose (?:in|of) (?:revenue|money)|(?:money|revenue|cash) "
                        r"(?:could|might|would|may|will) (?:we )?(?:lose|go|be lost|disappear)"),
    ("share_of_revenue", rf"{_PART} of (?:\w+ )?(?:the |our |all |total |<SEGMENT>'?s? )*"
                         rf"{_MONEY}|{_PART} (?:of )?(?:the |our )?<PERIOD>(?:['’]?s)? {_MONEY}|"
                         rf"revenue share|share in revenue|make so much of (?:our |the )?{_MONEY}|"
                         rf"{_PART} of (?:the )?total|(?:{_MONEY} )?contributions?(?= |$)|"
                         rf"(?:makes? up|accounts? for|carr(?:y|ies)|contributes?) (?:so |that |"
                         rf"how )?much of (?:our |the |all )*{_MONEY}|"
                         rf"{_PART} of (?:it|everything|the whole)|as (?:an? )?(?:%|"
                         rf"percent|"
                         rf"share)(?! of (?:all )?(?:{PEOPLE}))"),
    ("share_of_customers", rf"(?:half|(?:a |one )(?:third|quarter|fifth|tenth))"
                           rf"(?: of)? (?:our|the|my) (?:customers?|base|people|buyers)|"
                           rf"{_PART} of (?:\w+ )?(?:the |our |all |total |my )*(?:{PEOPLE}|"
                           rf"base)|"
                           r"customer share"),
    ("expected_value_per_customer", rf"(?:expected|predicted|future|forecast\w*) (?:spend\w*|value|"
                                    rf"revenue) (?:per|of (?:a|an average|each)|for each) {PEOPLE}|"
                                    rf"(?:average|typical|usual|each)\b.{{0,40}}(?:expected to|"
                                    rf"going to|will) (?:spend|bring|be worth)|"
                                    rf"expected spend each"),
    ("expected_leavers", rf"(?:how many|number of customers|heads|people)\b.{{0,30}}\bstand to "
                         rf"lose|"
                         rf"expected to {_LEAVE}|likely leavers|expected leavers|(?:how many|"
                         rf"number "
                         rf"of)\b.{{0,45}}\b(?:will|would|going to|about to|gets? to|probably|"
                         rf"expect(?:ed)? to|likely to|might|are)\b.{{0,15}}\b(?:{_LEAVE}|lose|go|"
                         rf"lost)|(?:do|will|would|shall) (?:you )?(?:we )?(?:probably )?(?:expect "
                         rf"to )?lose|going to lose|leavers|<?leaving us"),
    ("expected_value", r"future (?:money|cash|business)|expected (?:value|spend\w*|revenue)|"
                       r"(?:will|would|going to)\b.{0,30}"
                       r"\b(?:spend|be worth|been worth|spent|bring)|"
                       r"expected to (?:spend|bring|be worth)|worth (?:chasing|the chase|"
                       r"pursuing|the effort|the trouble)|future (?:value|"
                       r"revenue|spend\w*)|forecast\w*|predicted (?:value|spend\w*|revenue)|clv|"
                       r"ltv|lifetime value|worth\b.{0,25}\b(?:going forward|from (?:now|"
                       r"here) on|in (?:the )?future)"),
    ("churn", r"(?:chance|odds|probab\w+|likel\w+|risk|danger)\b.{0,40}\b(?:not|never|dont|wont|"
              r"n['’]t)"
              r"\b.{0,15}\b(?:comes? back|return|buy|order|stay)\w*"),
    ("buy_soon", r"(?:chance|probability|likelihood|likely|odds)\b.{0,45}\b(?:buy\w*|order\w*|"
                 r"purchas\w*|return|come back)(?: again| soon)?|likely to (?:buy|order|purchase)|"
                 r"buy(?:ing)? soon|will\b.{0,25}\bbuy (?:again|something)"),
    ("churn", rf"(?:about|close) to lose|(?:may|might|could) lose|likely to walk|before (?:they|"
              rf"it|she|he)(?: are|'re| is)? (?:all )?(?:gone|lost|too late|leave)|"
              rf"worr(?:y|ied|ying) (?:most |more )?about|churn\w*|attrition|(?:probability|risk|"
              rf"chance|odds|likelihood)\b.{{0,30}}\b"
              rf"(?:{_LEAVE}|lose|losing)|likely\b.{{0,25}}\bto {_LEAVE}|"
              rf"(?:going|about|ready|bound|want|threatening|prone) "
              rf"to {_LEAVE}|{_LEAVE}|slipping(?: away)?|drift(?:ing)?(?: away)?|defect\w*|"
              rf"likely to (?:go|stop)|will\b.{{0,25}}\b(?:stay|come back|return|remain|stick|"
              rf"hang) ?(?:around|on)?|"
              rf"lose interest|los(?:es|ing) (?:more|most|fewer|heads)|(?<=\d )at risk|"
              rf"most at risk|on the (?:brink|edge)|one foot out|wobbl\w+|teetering|about to bolt|"
              rf"goners?|still alive|(?:going|gone) (?:quiet|cold|silent)|safest|"
              rf"riskiest|risky|loyalty risk"),
    ("repeat_rate", r"repeat(?: purchase| buying| customer)? rate|repeat purchases|"
                    r"comes? back for (?:more|(?:a |an )?(?:second|another))|"
                    r"(?:buy|bought|order|ordered|purchase|purchased) (?:again|"
                    r"more than once|twice or more)|reorder rate|second order|"
                    r"came? back for more"),
    ("discount_share", r"discount(?:s|ed| share| rate)?|rebates?|markdowns?|money off"),
    ("gross_revenue", rf"(?:do not|don['’]?t|dont|not|without) (?:subtract\w*|deduct\w*|tak\w+ off|"
                      rf"count\w*) (?:the |any )?(?:returns|refunds)|"
                      rf"gross(?: (?:revenue|sales|turnover|takings?))?|(?:{_MONEY} )?before "
                      rf"(?:(?:any|the|you|we|they|knock\w*|tak\w+|deduct\w*|subtract\w*|off) )*"
                      rf"(?:returns|refunds)(?: (?:are|were) .{{0,20}}| off)?|{_MONEY} "
                      rf"(?:without|not counting|excluding|ignoring) (?:returns|refunds)|"
                      rf"(?:returns|refunds) not (?:deducted|taken off|counted)"),
    ("returns", r"(?:goods|items|products|stuff|things|articles|merchandise)\b.{0,15}\b(?:came|"
                r"come|comes|coming) back"),
    ("returning_customers", rf"returning (?:{PEOPLE}|ones)|existing {PEOPLE}|old {PEOPLE}|(?:had|"
                            rf"have|has)(?: \w+)? (?:bought|ordered|shopped|purchased)\b"
                            rf".{{0,20}}\bbefore|came back(?! as)|repeat {PEOPLE}|"
                            rf"returned to us"),
    ("returns", r"credit notes?|returns?|returned(?: goods| items)?|refund\w*|(?:sent|send(?:s|"
                r"ing)?|"
                r"bring(?:s|ing)?|brought) back|came back as returns"),
    ("items_per_order", r"(?:items|units|products?|pieces|articles|things)\b.{0,25}\b(?:per|in an?|"
                        r"in one|in each|an|in the average) (?:order|basket|purchase)|"
                        r"basket size|size of the "
                        r"(?:basket|average order)|how (?:big|full) (?:is|are) (?:the|our|a) "
                        r"baskets?"),
    ("average_order", rf"(?:average|mean|typical|usual) (?:order|basket|purchase|ticket|cart|bill|"
                      rf"invoice)(?: (?:value|size|amount))?|(?:order|basket|cart|ticket) values?|"
                      rf"{_SPEND} (?:per|an|on an|each|in one) (?:order|visit|purchase|basket|"
                      rf"time)|"
                      rf"(?:more|less|most|least) (?:per|an|each) (?:order|visit|purchase|basket)|"
                      rf"{_MONEY} per (?:order|purchase|basket|visit)|value of an order|"
                      rf"baskets?(?! size)|per (?:order|basket|transaction|receipt|purchase|"
                      rf"checkout)|"
                      rf"(?:one|an?|each|a single|the typical)(?: <\w+>)? (?:order|purchase|"
                      rf"basket) (?:is|be|"
                      rf"was|are)?\b.{{0,15}}\bworth|orders? (?:is |are |was |were )?(?:bigger|"
                      rf"larger|"
                      rf"smaller|biggest|largest)|(?:bigger|larger|smaller) (?:orders?|baskets?|"
                      rf"purchases)|(?:order|basket) sizes?"),
    ("monetary", rf"(?:typical|median)(?: (?:total|lifetime|overall))* {_SPEND} (?:per|of a|by a) "
                 rf"{PEOPLE}"),
    ("revenue_per_customer", rf"(?:{_MONEY}|{_SPEND}) (?:per|for each) {PEOPLE}|per (?:head|"
                             rf"capita)|(?:{_MONEY}|{_SPEND}) a head"),
    ("mean_monetary", rf"(?:average|mean|typical) (?:<\w+> )?(?:{PEOPLE}|one|one of them)\b"
                      rf"(?: (?:is|has|have|are))? (?:worth|{_SPEND})|"
                      rf"(?:average|mean)(?: (?:lifetime|total|customer|member|overall))* "
                      rf"(?:spen[dt]\w*|revenue|value|monetary)|mean lifetime spend|(?:average|"
                      rf"mean) "
                      rf"{PEOPLE} {_SPEND}|{_SPEND} on average"),
    ("mean_frequency", rf"on average how often|how often\b.{{0,45}}\bon average|"
                       rf"(?:average|mean) (?:number of )?(?:orders?|purchases|frequency)"
                       rf"(?: count)?(?: (?:per|of a|by a) {PEOPLE})?|on average how many orders|"
                       rf"how many orders\b.{{0,30}}\bon average|orders per {PEOPLE} on average"),
    ("mean_recency", r"(?:average|mean) (?:number of )?(?:recency|days since\b.{0,20}?"
                     r"(?:order|purchase|visit|buy))"),
    ("mean_tenure", r"(?:average|mean) (?:tenure|time with us|customer age|age of "
                    r"(?:a )?customers?|(?:number of )?days since (?:the |their )?first "
                    r"(?:order|purchase))|how long\b.{0,30}\bwith us on average"),
    ("monetary", rf"(?:typical|median|usual)(?: (?:total|lifetime|customer|member))* (?:sp[ae]n[dt]"
                 rf"\w*|value|monetary\w*|revenue)|typical {PEOPLE} {_SPEND}|monetary"),
    ("frequency", rf"how often|(?:order|purchase|buying) frequenc(?:y|ies)|frequen\w*|"
                  rf"(?:so )?(?:rarely|seldom)|(?:median|"
                  rf"typical|usual) (?:number of )?(?:orders?|"
                  rf"purchases)(?: count)?(?: per {PEOPLE})?|"
                  rf"orders? (?:each|per {PEOPLE})|(?:most|more|least|less) often|how many times"),
    ("tenure", r"tenure|how long (?:have|has) .*? been (?:with us|customers?|buying|around)|"
               r"since (?:their|the) first (?:order|purchase)|customer age|oldest customers"),
    ("last_order", r"when\b(?:(?!\bfirst\b).){0,45}\b(?:last|latest|most recent(?:ly)?)\b"
                   r"(?:.{0,12}\b(?:order\w*|"
                   r"bought|buy|purchas\w*|sale|visit\w*|shop\w*|here|in|active|seen))?|(?:date|"
                   r"day)"
                   r" (?:of|was)\b.{0,20}\b(?:last|latest|most recent|newest) (?:order|purchase|"
                   r"sale|"
                   r"record)|(?:last|latest|newest|most recent) (?:order|purchase|sale|record|data|"
                   r"day)(?: (?:date|day))|(?<=and the )(?:last|latest) (?:order|purchase)(?=\W*$)|"
                   r"how (?:fresh|current|up to date|recent|new) (?:is|are) "
                   r"(?:the|this|our|your) (?:data|records|figures|numbers)|(?:last|latest|"
                   r"newest|final) day (?:of|in) (?:the |our )?(?:data|"
                   r"records)|(?:data|records) (?:go|"
                   r"goes|reach|end|run)(?:es)? (?:up )?(?:to|until|till)?|newest (?:day|record|"
                   r"data)"),
    ("first_order", r"when\b.{0,45}\bfirst\b(?:.{0,12}\b(?:order\w*|bought|buy|purchas\w*|sale|"
                    r"show\w*|here))?|(?:date|day) (?:of|was)\b.{0,20}\bfirst (?:order|purchase|"
                    r"sale)|(?:the |which |what )(?:date|day)\b.{0,45}\bfirst (?:time|order\w*|"
                    r"bought)|(?:very )?first (?:ever )?(?:order|purchase|sale)(?: (?:date|day|"
                    r"ever))?(?!s)|"
                    r"customer since when|since when\b"),
    ("recency", r"recenc\w*|how many days (?:is it |has it been )?since\b|(?:days|"
                r"long) since\b.*?(?:last|order|purchase|bought|visit)|"
                r"last (?:bought|purchas\w*|order\w*|visit\w*)|how long ago|how recent\w*|"
                r"most recent\w*|days ago|(?:days|long|time)\b.{0,30}\b(?:been )?(?:quiet|silent|"
                r"away)"),
    ("new_customers", rf"(?:brand )?new (?:{PEOPLE}|ones|faces|sign ?ups|joiners?|starters?)|"
                      rf"newcomers?|newbies|"
                      rf"first[- ]time (?:{PEOPLE})|(?:{PEOPLE} )?(?:did we |have we |we )?"
                      rf"(?:win|(?<!who )won|acquired?|gained?|picked up|signed up)(?= |$)|"
                      rf"acquired|"
                      rf"first orders|first (?:ordered|bought|shopped|purchased|came|turned up)|"
                      rf"{PEOPLE} (?:who |that |have )?(?:joined|signed up)(?: us)?(?! <SEGMENT>)|"
                      rf"newly|bought for the first time|newly won"),
    ("countries", r"(?:how many|number of) (?:different |distinct )?(?:countr(?:y|ies)|markets)"),
    ("products", r"(?:how many|number of|count of)(?: (?:different|distinct|unique|separate|"
                 r"<CATEGORY>))* (?:products?|articles?|skus?|lines|things)(?! (?:per|in|did|have "
                 r"(?:we )?sold of))|(?:different|distinct|unique) (?:<CATEGORY> )?(?:products?|"
                 r"articles?|things|skus?)|product range|assortment|products do we sell"),
    ("segments", r"(?:how many|number of) (?:customer |different )?(?:segments|groups|clusters)"),
    ("units", r"units?|pieces?|quantit(?:y|ies)|items? sold|how many (?:items|pieces|<PRODUCT>)|"
              r"volume|gone out the door|copies|number sold"),
    ("revenue", rf"{_MONEY}|pounds|quid|euros|dollars|earn\w*|cash|valuable|spen[dt]\w*|"
                rf"spenders?|bring(?:s|ing)?(?: in)?|"
                r"brought(?: in)?|makes? us|(?:we|us) take|took|taken|take in|takes in|rake\w* in|"
                r"sell for|sold for|worth(?! (?:the|it|a|my|doing|our))|performs? (?:best|better|"
                r"worst)|"
                r"pays? (?:us )?(?:most|more)|do(?:es)? the best|richest|poorest|make the most|"
                r"lucrative|turn(?:ed|ing|s)? over|(?:buys?|bought)\b.{0,25}\bmost(?! often)|"
                r"mak(?:e|es|ing) us rich|profitable customers|big(?:gest)? money|sold (?:so|"
                r"as) much|"
                r"how did\b.{0,40}\b(?:do|perform|go)"),
    ("much", r"how much (?:did|do|does|have|has|was|is|were)|(?<=[\w,;] )(?<!by )how much(?=\W*$)|"
             r"how much(?= and\b)"),
    ("selling", r"sell(?:s|ing)? (?:better|best|most)|best[- ]?sell\w*|selling best|sold best"),
    ("orders", r"busiest|orders?|ordered|purchases|invoices?|transactions?|sold most often|"
               r"bought most often|checkouts?|baskets"),
    ("size", r"big(?:ger|gest)?|sizes?|how (?:big|large)|large(?:r|st)?|small(?:er|est)?"),
    ("customers", rf"{PEOPLE}|head ?count|sit in|live in|who buys|how many (?:of (?:them|"
                  r"these|those))|women|men|females?|males?|students|londoners"),
)  # fmt: skip
_DEGREE = (
    r"best|worst|strongest|weakest|busiest|slowest|quietest|top|biggest|highest|lowest|"
    r"poorest|smallest"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
DIMENSION_WORDS: tuple[tuple[str, str], ...] = (
    ("months_since_first", r"months? (?:after|since) (?:the|their) first"),
    ("cohort", r"cohorts?"),
    ("weekday", rf"on (?:a {_WEEKDAY}|{_WEEKDAY}s)|"
                r"(?:at |on )?(?:the )?weekends?|(?:by |per |which |what |best |worst |busiest |"
                r"each |on which )(?:week ?day|"
                r"day of the week)s?|week ?days?|days? of the week|busiest day|which days?|"
                r"what day"),
    ("hour", r"hours?(?: of the day)?|what time(?: of (?:the )?day)?|times? of day|o'?clock"),
    ("month", rf"seasonal\w*|(?:by|per|each|every|which|what|a(?! months? ago)|"
              rf"month by|{_DEGREE}) months?|monthly|"
              rf"months? (?:was|were|is|had|brought|did|with|by)|"
              rf"(?:of|among|in) (?:all )?(?:the |our )?months|"
              r"over time|month over month"),
    ("week", rf"(?:by|per|each|every|which|what|{_DEGREE}|a) weeks?|weekly|weeks? (?:was|had)"),
    ("quarter", rf"(?:by|per|each|every|which|what|{_DEGREE}|a) quarters?|quarterly|"
                r"(?:into|in) quarters|"
                r"quarters? (?:was|had)"),
    ("year", rf"(?:by|per|each|every|which|what|{_DEGREE}) years?|yearly|annual(?:ly)?|"
             r"year by year|over the years"),
    ("day", rf"(?:by|per|each|every|{_DEGREE}|a) days?(?! of (?:the )?week)|daily|day by day"),
    ("country", r"countr(?:y|ies)|markets?|nations?|regions?|(?:every)?where we (?:ship|sell|"
                r"deliver)|"
                r"where (?:do|are|is|does|did)|"
                r"geograph\w*|lands?"),
    ("category", r"categor(?:y|ies)|departments?|product (?:groups?|lines?|types?)|"
                 r"kinds? of products?"),
    ("product", r"(?:fast(?:est)?|slow(?:est)?|top|best|biggest)(?:[- ]| )(?:movers?|moving)|"
                r"(?:top[- ]?)?sellers?|products?|articles?|items?|skus?|best[- ]?sell(?:ers?|ing)|"
                r"slow[- ]?sellers?|"
                r"what sells|(?:which|what) (?:\d+ |\w+ )?(?:things?|stuff)(?! (?:moved|changed))|"
                r"things? (?:do|did) we sell|things?(?= (?:<SEGMENT>|<COUNTRY>|they|people|"
                r"customers) (?:\w+ ){0,2}(?:spen[dt]|buy|bought|order))|"
                r"what (?:do|does|did) .*? buy|what (?:is|was|gets) bought|"
                r"what is bought|(?:bought|sold|ordered|popular) (?:things?|stuff)|hits|"
                r"(?:biggest|top|greatest) hit|(?:the |"
                r"which )thing that sells"),
    ("channel", r"channels?|online or (?:offline|in (?:the )?shop)|on ?line (?:and|versus|vs) .*"),
    ("customer", r"by customer|customer by customer"),
    ("segment", r"segments?|groups?|clusters?|kinds? of customers?|types? of customers?"),
)  # fmt: skip
