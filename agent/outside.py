"""Questions that no record answers: orders to us, other matters, and what asks nothing."""

import re

from agent.measures import PREDICTED
from agent.slots import Slots

HOSTILE = re.compile(
    r"\b(?:ignore|disregard|forget|bypass|override)\b.{0,40}\b(?:instructions?|rules?|above|"
    r"previous|prompt|everything|gate|checks?|before)\b"
    r"|system prompt|developer (?:mode|message)|\bjailbreak|\byou are now\b|\bact as\b|\bpretend\b|"
    r"\brole[- ]?play"
    r"|\b(?:vergiss|ignoriere?|missachte)\b.{0,40}\b(?:regeln?|anweisung\w*|alles|vorher)|"
    r"\bantworte nur\b|\b(?:olvida|ignora)\b.{0,40}\b(?:reglas|instrucciones|todo|anterior)|"
    r"\bresponde s[oó]lo\b|\b(?:oublie[zr]?|ignore[zr]?)\b.{0,40}\b(?:règles|instructions|"
    r"consignes|tout)|\bréponds? (?:juste|seulement|uniquement)\b"
    r"|\bapi key|\bpasswor[dt]|\bcontraseñas?|\bmots? de passe|\b(?:clave|clé) (?:de|of|api)\b|"
    r"\bsecret\b|<script|drop table|"
    r"\b(?:repeat|print|show|reveal|recite|output|copy)\b.{0,30}\b(?:above|hidden|instructions|"
    r"told before)\b|\bsudo\b|\brm -rf|\bsay (?:that|"
    r"exactly)\b|\brepeat after me",
    re.IGNORECASE,
)
MISSING = re.compile(
    r"\b(?:(?:once|when|after) (?:the )?(?:goods|stock|everything|costs?|suppliers?|bills) (?:is|"
    r"are|was|were) paid|"
    r"after (?:all )?(?:the |our )?(?:costs|expenses|overheads|bills)|"
    r"(?:we|us) (?:really |actually )?(?:pocket|clear)\b|(?:left|over) (?:after|once) (?:paying|"
    r"we|the (?:goods|stock|costs))|"
    r"bottom line|cost prices?|mark-?ups?|(?:net )?profits?|margins?|profitab\w+|costs?(?! (?:us|"
    r"me|of living)\b)|"
    r"advert\w*|ads|ad spend|"
    r"(?:marketing|"
    r"ad) spend|campaigns? (?:cost|perform\w*|budget)|budgets?|visits?|visitors|sessions?|clicks?|"
    r"conversions?|impressions|web ?site traffic|traffic|seo|google|facebook|instagram|tik ?tok|"
    r"meta|"
    r"open rates?|newsletters?|(?<!for )(?<!4 )(?<!for a )(?<!for the )(?<!for my )mailings?|nps|"
    r"net promoter|satisf\w+|happy|(?<!to )stock(?:s|ed)?(?! up)|inventory|"
    r"on the shel(?:f|ves)|in the stockroom|sold out|"
    r"left in the (?:shop|back)|warehouse|suppliers?|employees?|staff|temps|pay ?roll|"
    r"(?:sales|shop|store) (?:assistants?|clerks?|girls?|managers?)|lying (?:around|about)|"
    r"sales ?(?:m[ae]n|women|persons?|reps?|people|"
    r"team|staff)|visit(?:eurs|antes|es|as)|besuche?(?:r|rn)?|colleagues?|workers?|salar(?:y|ies)|wages?|"
    r"competit\w+|"
    r"amazon|market share|tax(?:es)?(?! year)|vat|shipping|ship(?! to)|parcels?|couriers?|"
    r"deliver\w+|"
    r"ages?|how old(?! is (?:the|our|this|my) (?:data|shop))|birthdays?|e-?mails?(?: address\w*)?|"
    r"(?<!on the )(?<!by )phone(?: numbers?)?|ibans?|bank (?:account|details)\w*|passports?|"
    r"telephone|(?:is|are) <CUSTOMER> (?:single|married|rich|tall|nice)|mobiles?(?! app)|"
    r"tracking(?: numbers?)?|eta|streets?|house (?:no\.?|number)|post ?codes?|zip codes?|"
    r"(?:whole|entire|overall) (?:\w+ ){0,2}(?:market|industry)|\w{4,}markt|alle anbieter|"
    r"everyone else out there|card numbers?|m[oó]vil|correo|tel[eé]fono|telefonnummer|"
    r"handynummer|num[eé]ro de t[eé]l\w*|"
    r"(?<!by )where (?:he|she|they|<CUSTOMER>) lives?|real names?|surnames?|"
    r"(?:home |street |postal )?address(?:es)?|surnames?|first names?|real names?|credit cards?|"
    r"married|marital|kids|children|pets?|dogs?|cats|religio\w+|politic\w*|ethnic\w*|hobb\w+|jobs?|"
    r"colou?rs?|brands?(?! new)|materials?|followers|subscribers|complaints?|abandoned carts?|"
    r"cart abandonment|roi|roas|cac|weather(?! the\b)|"
    r"rain\w*|llov\w+|lluvia|regnet|regnen|pleuvoir|il pleut|do(?:es)? \w+ charge|"
    r"sunny|snow|football|(?:in|on) the news|share price|(?<!the )(?<!our )rent|"
    r"loans?|cash ?flow|"
    r"invoices? unpaid|unpaid|overdue|"
    r"(?:sister|neighbour\w*|rival) (?:shop|store|company|business|brand)s?|rivals?|"
    r"(?:next to|against|versus|than|compared (?:to|with)) ours|"
    r"lager(?:bestand)?|gewinn(?:spanne)?s?|marge[ns]?|wetter|steuern?|werbung|konkurren\w+|"
    r"margen|beneficios?|existencias|almac[eé]n|competencia|publicidad|impuestos|tiempo har[aá]|"
    r"b[eé]n[eé]fices?|stocks?|concurren\w+|publicit[eé]|m[eé]t[eé]o|imp[oô]ts|entrep[oô]t|"
    r"(?:opinions?|sentiment|feedback)|say in (?:\w+ )?reviews?|reviews? say|(?:feel|think|say|"
    r"saying) (?:\w+ )?(?:about|of) "
    r"(?:us|our|the shop)|word of mouth|reputation|"
    r"other (?:compan\w+|shops?|stores?|tenants?|users?|accounts?|businesses|retailers?)|"
    r"(?:the|their|our) (?:boss|ceo|manager)|iq|horoscope|recipe|capital of|president)\b",
    re.IGNORECASE,
)
AHEAD = re.compile(
    r"\b(?:next|coming|following|upcoming) (?:\w+ )?(?:month|quarter|year|summer|winter|spring|"
    r"autumn|"
    r"christmas|week)s?\b|\bforecast (?:of )?(?:sales|revenue|orders|demand)|"
    r"\b(?:years?|months?) (?:from now|time|ahead)\b|\b(?:will|be)\b.{0,30}\b20[3-9]\d\b",
    re.IGNORECASE,
)
ACTION = re.compile(
    r"^\W*(?:please |can you |could you |now )*(?:send(?! (?:me|us)\b)|e-?mail|delete|"
    r"erase|remove|rename|cancel|"
    r"refund (?:customer|the|them|him|her|every\w*|all|<CUSTOMER>)|push|post|schedule|publish|"
    r"launch|merge|subscribe|text|ring|call(?! (?:with|from|in|at|about)\b)|pay|order me|book|"
    r"give (?:every\w*|all|them) (?:a )?discount|change the|"
    r"set the(?!.*\b(?:beside|against|next to)\b)|update)\b(?! me (?:the|a) list)"
    r"|[\w.+-]+@[\w-]+\.\w+|\b(?:drop|truncate) (?:the )?(?:table|database)|\b(?:delete|erase|"
    r"wipe) (?:all|every|the|customer)",
    re.IGNORECASE,
)
# Work of another kind: whatever is named in it is no question about the shop.
OTHER_WORK = re.compile(
    r"^\W*(?:(?:please|can you|could you|now|hey|ok|just) )*(?:translate|sing|rhyme|solve|debug|"
    r"code|program|fix my|make up (?:some|any|a few)|(?:write|compose|make up|give me|"
    r"tell me) (?:me |us )?(?:a|an|some) "
    r"(?:\w+ )?(?:poem|song|story|essay|haiku|joke|script|recipe|rap|limerick))\b"
    r"|\b(?:no|without) (?:rules|limits|restrictions|guard ?rails|filters and rules)\b",
    re.IGNORECASE,
)
# Advice on somebody's life, not on the shop's customers.
PERSONAL = re.compile(
    r"\b(?:do|shall) i quit\b|\b(?:tired|sick) of (?:this|my) job\b|"
    r"\bshould i (?:\w+ )?(?:quit|marry|divorce|resign|move|fire|hire|eat|wear|invest|retire|"
    r"sell my|buy (?:a|an|my)|open (?:a|my)|go (?:home|on holiday|to bed)|drink|sleep|sue|borrow)\b"
    r"|\bmy (?:wife|husband|mum|mother|dad|girlfriend|boyfriend|therapist|divorce|salary|rent)\b"
    r"(?=.*\b(?:should|what do|help|advice)\b)|\bmeaning of life\b|\b(?:tell|"
    r"know) (?:me )?a joke\b",
    re.IGNORECASE,
)
_A_NUMBER = (
    r"(?:[£€$]\s?)?(?:\d[\d,.]*|a (?:hundred|thousand|grand|dozen|tenner|fiver)|one|two|three|"
    r"four|five|six|"
    r"ten|twenty|fifty)"
)
# What narrows or turns a question so that the figure at hand would be another one.
LIMITS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(form, re.IGNORECASE), words)
    for form, words in (
        (
            rf"\b(?:at least|at most|more than|less than|fewer than|over|under|above|below|"
            rf"min(?:imum)?"
            rf"(?: of)?|max(?:imum)?(?: of)?|bigger than|smaller than)\s+{_A_NUMBER}\b"
            rf"(?! (?:in|from|of) <)",
            "I bound customers by what they spent, how often they ordered and how long ago, and "
            "nothing else. Without that bound I can tell it.",
        ),
        (
            r"(?<!likely )(?<!chance they )(?<!will )\b(?:never|not|nothing|nobody|no one)\b"
            r"(?: (?:ever|yet|even|really|have|has|had|did|do|does|been))* "
            r"(?:bought|buys?|ordered|purchased?|shopped)\b|\b(?:nobody|no one|who never)(?:'s)? "
            r"(?:orders|buys|bought|ordered)\b",
            "Who did not buy in a stretch of time I do not count. Who has not bought since some "
            "day, or for so many days, I can tell.",
        ),
        (
            r"\b(?:nothing but|nothing else (?:than|but)|only ever|(?:from|in|of) (?:all|"
            r"each) of the|"
            r"from every|also (?:bought|ordered|turn(?:ed)? up)|as well as)\b.{0,30}"
            r"<(?:CATEGORY|PRODUCT|CHANNEL)>|\bfrom (?:all|each|every)(?: one)?(?: of)?(?: the|"
            r" our)? "
            r"(?:categories|departments|channels|countries|segments)\b",
            "I count who bought of something, not who bought of nothing else, or of all. I can "
            "tell each alone.",
        ),
        (
            r"\b(?:customers?|accounts?|buyers?|people|who|anyone|everyone)\b(?: (?:whose|who|"
            r"that|have))?"
            r"(?: \w+){0,2} (?:spend(?:ing)?|orders?|purchases|revenue)?\s*"
            r"\b(?:doubled|halved|tripled|fell hardest|dropped most|grew (?:the )?(?:most|"
            r"fastest))\b",
            "How single customers developed I do not put in order. Segments, countries and "
            "products I can.",
        ),
        (
            r"\b(?:products?|things|stuff|most of|sellers?|who|"
            r"customers)\b.{0,30}\b(?:on (?:a )?(?:mon|"
            r"tues|wednes|thurs|fri|satur|sun)days?|at (?:the )?weekends?)\b",
            "I count by weekday, not within one. Sales or orders by weekday I can tell.",
        ),
        (
            r"\b(?:who|customers|people|buyers|accounts)\b.{0,40}(?:\bin both <PERIOD>|"
            r"\bboth <PERIOD> and "
            r"<PERIOD>|<PERIOD> (?:and again|as well as) <PERIOD>|\bonly (?:ever )?(?:bought|"
            r"ordered|came|shopped) <PERIOD>|<PERIOD>,? (?:but|and) (?:not|never) (?:since|again|"
            r"after|<PERIOD>))",
            "I count who bought in a stretch of time, not who did so in several, or in one and not "
            "another.",
        ),
        (
            r"<BOUND> (?:\w+ )?<PERIOD>",
            "What customers spent, and how often they ordered, I bound over all their orders, not "
            "within some days. Without the days I can tell it.",
        ),
        (
            r"\bbut only (?:those|the ones|people|customers|if|who|the first)\b",
            "Such conditions I do not put together. I can tell each alone.",
        ),
        (
            r"\bboth\b.{0,30}<(?:CATEGORY|PRODUCT|CHANNEL)>.{0,12}(?:\band\b).{0,8}"
            r"<(?:CATEGORY|PRODUCT|CHANNEL)>|\b(?:bought|buy|buys)\b.{0,20}<(?:CATEGORY|PRODUCT)> "
            r"but (?:not|never|no)\b",
            "I count who bought the one or the other, not who bought both. I can compare the "
            "two: ask "
            "for the customers of each.",
        ),
        (
            r"\b(?:top|best|biggest|richest|bottom|first) (?:\d+|ten|five|one|twenty) ?(?:%|"
            r"percent)",
            "Only customers I cut by percent. I can tell the part of revenue that each segment "
            "brings, or list customers by what they spent.",
        ),
        (
            r"\b(?:how many|number of|count of)\b.{0,30}\b(?:customers?|people|clients?|buyers?)\b"
            r".{0,20}\b(?:(?:did|have|had) (?:we|i) (?:\w+ )?(?:lose|lost)|(?:we|i)(?: have| had)? "
            r"lost|(?:were|got|been) lost)\b",
            "Customers do not say when they leave, so I do not count those who are gone. Ask who "
            "is likely to leave, or who moved between segments.",
        ),
        (
            r"\bchurn\b.{0,30}\b(?:(?:getting|gone|going|went|go)\b.{0,12}\b(?:worse|better|up|"
            r"down|higher|lower)|trend\w*|over time|ris(?:e|es|en|ing)|rose|increas\w+|declin\w+|"
            r"fall\w*|fell|improv\w+|develop\w+)\b",
            "I keep no earlier scores to compare with, so I cannot say where churn is heading. Ask "
            "who is likely to leave now, or who moved between segments.",
        ),
        (
            r"\b(?:time|days|gap|interval|how long)\b.{0,30}\bbetween\b.{0,20}\b(?:orders?|"
            r"purchases|"
            r"visits|buys)\b",
            "How long customers wait between orders I do not work out. How often they order, and "
            "how long ago their last order was, I can tell.",
        ),
        (
            r"\b(?:single|one) (?:biggest|largest|smallest|highest|most expensive) (?:order|"
            r"purchase|"
            r"sale|basket)|\b(?:biggest|largest|smallest|highest) (?:single |ever |one )+(?:order|"
            r"purchase|basket|sale|transaction)|\blargest (?:single )?order\b",
            "I do not rank single orders. The average order, and customers by what they spent, "
            "I can tell.",
        ),
        (
            r"(?<!full )(?<!half )(?<!sale )(?<!put a )\bprices?\b(?! (?:rise|increase|cut|of "
            r"money))|\b(?:cheapest|most expensive|priciest|dearest|(?:selling |unit |list |"
            r"average )prices?(?! of money)|(?:which|what) price|pric(?:e|es) of|"
            r"priced|costs? of (?:a|the|one) "
            r"<PRODUCT>)\b",
            "The prices of single products I cannot tell. What each product sold, in money and in "
            "units, I can.",
        ),
        (
            r"\bmedian\b.{0,25}\b(?:order value|basket|orders? size|average order|rating|discount)",
            "I have no median of orders: the average order I can tell, and the median spend of a "
            "customer.",
        ),
        (
            r"\b(?:standard deviation|variance|correlat\w+|percentiles?|quartiles?|deciles?|"
            r"outliers? "
            r"in|confidence interval|regression|p-?value)\b",
            "I do not work out statistics of that kind. Averages, medians of customers and "
            "shares I "
            "can tell.",
        ),
        (
            r"\bmedian (?:order|basket|invoice|cart|purchase)\b(?!s? (?:per|frequency|count))|"
            r"\b(?:order|basket)(?: value)? median\b|\b(?:median|middle)\b.{0,25}\b(?:average|mean)"
            r"\b.{0,12}\b(?:order|basket)\b|\b(?:average|mean)\b.{0,12}\b(?:median|middle)\b"
            r".{0,12}\b(?:order|basket)\b|\border\b.{0,40}\bthe one in the middle\b",
            "Of orders I work out the average, not the one in the middle. Ask for the average "
            "order, or for the median spend, which is of customers.",
        ),
        (
            r"\b(?:what if|would happen if|if (?:i|we) (?:rais|lower|cut|drop|chang|stop|"
            r"doubl|clos|open)\w*)\b",
            "I tell what the records show, not what would be if something were changed. How "
            "customers "
            "have bought so far, and who is likely to leave, I can tell.",
        ),
    )
)


def limit_of(masked: str) -> str:
    """Why a question that is near to what can be told is not told; empty where it is."""
    return next((words for form, words in LIMITS if form.search(masked)), "")


_POINTER = re.compile(
    r"\b(?:they|them|those|these|theirs?|he|she|him|her|his|that one|ones|the two|both)\b", re.I
)
_WHO = re.compile(r"\b(?:who|which|customers?|people|buyers?|segments?|groups?|products?)\b", re.I)
_EMPTY = frozenset(
    """
    the a an of in on at to for and or is are was were be do does did me us we i you it this
    that my our your what how which who where when show give tell list compare see get look them
    they those these one ones other others thing things stuff number numbers figure figures rate
    list change changes trend data result results difference performance score report overview
    good bad best worst better top big small lately recently recent now today more less most
    about going doing any some all everything up down really please can could would customers
    people same again without usual thing ago put versus before split sort rank explain chart
    graph plot break breakdown active business
    ok okay straight honest honestly fine alright well thoughts opinion news worried right then
    shop like want need know info information latest with stopped buying
    """.split()  # noqa: SIM905
)


def is_no_question(text: str) -> bool:
    """An order to us, or a matter of somebody's life, whatever else is said beside it."""
    return bool(HOSTILE.search(text) or PERSONAL.search(text) or OTHER_WORK.search(text))


def is_beyond(slots: Slots) -> bool:
    """Whether words say what no record holds, and no guess of the reader alone."""
    text = slots.masked
    return bool(
        slots.absent[0] or limit_of(text) or MISSING.search(text) or AHEAD.search(text)
        or ACTION.search(text)
    )  # fmt: skip


def is_vague(masked: str) -> bool:
    """Whether it names nothing that could be looked up, nor anything that could not."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"<\w+>", " ", masked).casefold())
    if not words:
        return "<" not in masked
    return len(words) <= 8 and (
        all(word in _EMPTY for word in words) or len(words) == 1 and "<" not in masked
    )


_ONE_PERSON = re.compile(
    r"\bthe other (?:one|country|segment|group|category|product|customer|market|channel)\b|"
    r"\b(?:that|this) (?:one |lady|guy|gentleman|woman|man|customers?|person|buyer)\b|"
    r"\bwhat (?:did|does|has|had) (?:she|he)\b",
    re.IGNORECASE,
)


def points_at_nobody(slots: Slots) -> bool:
    """ "How much did they spend?" as a first question."""
    if _ONE_PERSON.search(slots.masked) and not (slots.names or slots.customers or slots.people):
        return True
    named = not slots.is_empty or slots.dimensions or slots.extreme
    text = re.sub(r"\b(?:these|those) days\b", " ", slots.masked, flags=re.I)
    return bool(
        not named and _POINTER.search(text) and not _WHO.search(slots.masked)
        and not set(PREDICTED) & set(slots.measures)
    )  # fmt: skip
