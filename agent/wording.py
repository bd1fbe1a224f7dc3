"""Hurried wording put into plain words: short forms, slang, slips of the pen.

Only everyday words are touched; what the shop's own things are called is looked for apart.
"""

import re
from collections.abc import Callable
from datetime import date

_PEOPLE = re.compile(
    r"(?<![\w'<-])(?:ppl|peeps|bodies|punters|folks?|clients?|clientele|shoppers?|consumers?|"
    r"cust(?:s|omer'?s)?|custmers?|customrs?|costumers?|"
    r"(?<=new )(?:logos?|accounts?|faces))(?![\w'>])",
    re.IGNORECASE,
)
# In this order; each is a whole word. The right side is what the other rules read.
_SHORT: tuple[tuple[str, str], ...] = (
    (r"(?:would|could|can|do|will) you (?:happen to |please |quickly |perhaps |maybe |just )*"
     r"(?:know|tell|say|give|show|check|look up|find out|remind)(?: me| us)?"
     r"(?: roughly| quickly| please| if| about)?(?=\s+(?:how|what|which|who|whom|when|where|why|"
     r"the|if|whether))", " "),
    (r"(?:i am|i'm|just|was) (?:wondering|curious)(?: about| if)?|any idea|no idea but|"
     r"roughly(?: speaking)?|ballpark|by any chance|(?:sorry|hate) to (?:bother|ask)(?: you)?|"
     r"quick (?:one|question)|if you (?:can|could)|"
     r"(?:explain|tell me)(?: it)? like (?:i am|i'm|im) (?:5|five)|exact is fine(?: too)?|"
     r"asap", " "),
    (r"(?:as of|per) (?:today|now|this moment)|as we speak|at the moment|right now", " "),
    (r"(than|versus|vs\.?|compared (?:to|with)|against)(?: it was| they were)? "
     r"(?:a|one) (month|week) (?:ago|earlier|before)", r"\1 last \2"),
    (r"1st(?= (?:order|purchase|buy|visit))", "first"), (r"latest one", "latest order"),
    (r"(?:the )?(?:last|final) quarter of ((?:19|20)\d\d)", r"Q4 \1"),
    (r"(?:the )?(?:first|1st) quarter", "Q1"), (r"(?:the )?(?:second|2nd) quarter", "Q2"),
    (r"(?:the )?(?:third|3rd) quarter", "Q3"), (r"(?:the )?(?:fourth|4th) quarter", "Q4"),
    (r"two thousand(?: and)? ten", "2010"), (r"two thousand(?: and)? eleven", "2011"),
    (r"two thousand(?: and)? twenty[- ]?four", "2024"),
    (r"two thousand(?: and)? twenty[- ]?five", "2025"), (r"til|'til", "until"),
    (r"(items|units|pieces|orders|revenue|spend|sales)/(order|customer|head|person|basket)",
     r"\1 per \2"),
    (r"(different|differs?|changed?|apart) from", r"\1 versus"),
    (r"qtd|quarter to date", "this quarter"), (r"wtd", "this week"),
    (r"mom|m/m|month on month", "versus last month"), (r"qoq", "versus last quarter"),
    (r"yoy|y/y", "versus last year"), (r"cnt", "count"), (r"fcst|fc'st", "forecast"),
    (r"what if (?:we|i) (?:skip|leave out|ignore|exclude|take out)", "what about without"),
    (r"obvs?|obviously|ofc", " "), (r"pcs?", "pieces"), (r"new arrivals|arrivals", "joiners"),
    (r"(?:a|one) (year|month|quarter|week) (?:earlier|before|prior|back)(?=\W*$)",
     r"the \1 before"),
    (r"before (?:i|we) [^,.?]{3,40}? (?:i|we)(?:['’]d| would| should)? (?:need|want|like|have|"
     r"should)"
     r"(?: to)? know", " "),
    (r"(?:go|move|step|jump) back (?:by )?(?:a|one) (year|month|quarter|week)", r"the \1 before"),
    (r"(more|less|fewer|higher|lower|better|bigger)\b([^?.,]{0,30}?) then"
     r"(?= (?!(?:i|we|they|how|what|who|which|show|give|tell)\b))", r"\1\2 than"),
    (r"fast(?:est)?[- ]?mov(?:ers|ing)(?: (?:lines|items|products|articles|goods))?",
     "best selling products"),
    (r"slow(?:est)?[- ]?mov(?:ers|ing)(?: (?:lines|items|products|articles|goods))?",
     "worst selling products"),
    (r"(?:what |which )?(?:share|percentage|percent|%|proportion|fraction|"
     r"part) of (?:all )?(?:of )?"
     r"(?:our |the |my )?(?:customers|people|buyers|base|shoppers|clients)(?: who| that)?"
     r"(?: has| have| had)?(?: ever)? (?:ordered|bought|purchased|shopped|placed|came|come back)"
     r"(?: with us| here| an order| orders)? (?:more than (?:once|one order|one time)|again|"
     r"twice or "
     r"more|at least twice|a second time)", "repeat rate"),
    (r"teh|hte", "the"), (r"per oder", "per order"),
    (r"hole shop", "whole shop"), (r"insted of", "instead of"), (r"trough (?=the )", "through "),
    (r"(?:customers? |people )?(?:who |that )?(?:(?:have|had|who'd|they'd|has) )?never (?:bought|"
     r"ordered|shopped|purchased)(?: \w+){0,3} before(?: that| then)?", "new customers"),
    (r"fresh faces", "new customers"),
    (r"upt", "units per order"), (r"fwd", "forward"), (r"(?:new )logos", "new customers"),
    (r"(?:mon|tues?|wed|thurs?|fri|sat|sun)(?:day)?(?= \d{1,2}(?:st|nd|rd|th)?[ .])", " "),
    (r"thru|through to|up (?:to|until)(?: and incl(?:uding|usive|\.)?)?(?= \d| [a-z]{3,9} \d)",
     "to"), (r"medianumsatz", "median spend"),
    (r"pls|plz|please|thx|ta", " "), (r"u", "you"), (r"r", "are"), (r"ur", "your"),
    (r"wat|wot|waht|whta", "what"), (r"hwo|hw|hoow", "how"), (r"how['’]d", "how did"),
    (r"mtg", "meeting"),
    (r"whats|what's|wats|wots", "what is"),
    (r"whos|who's", "who is"), (r"whens|when's", "when is"), (r"wheres|where's", "where is"),
    (r"hows|how's", "how is"), (r"theyre|they're", "they are"), (r"thats|that's", "that is"),
    (r"what've", "what have"), (r"we're|were we", "we are"), (r"i'm", "i am"),
    (r"(have|has|did|do|does|was|were|is|are)n'?t", r"\1 not"),
    (r"gonna", "going to"), (r"wanna", "want to"), (r"gimme|giv me|gis", "give me"),
    (r"lemme", "let me"), (r"cos|bc|cuz", "because"), (r"em", "them"),
    (r"lst|lastt|las", "last"), (r"prev", "previous"), (r"mnths?|mth|mths|mo", "month"),
    (r"yr|yrs|yaer", "year"), (r"wks?", "week"), (r"qtrs?", "quarter"), (r"(\d+) ?d", r"\1 days"),
    (r"sept", "September"), (r"(?:nr|num|no\.|numbr|nubmer|#) of", "number of"),
    (r"nr|numbr|nubmer", "number of"), (r"(?:a|an) couple of", "two"), (r"half a year", "6 months"),
    (r"[£€$](?!\s?\d)", "revenue"),
    (r"avg\.?|ave\.?|avrg|averge", "average"), (r"rev|revs|revnue|revenu|reveneu", "revenue"),
    (r"pct|percents?|perc", "percent"), (r"qty", "quantity"), (r"seg|segs|segemnts?", "segment"),
    (r"prods?", "product"), (r"cats", "category"), (r"freq", "frequency"),
    (r"prob", "probability"), (r"black friday", " "), (r"ytd", "this year"),
    (r"w/o", "without"), (r"w/", "with"), (r"vs\.?|v\.?s|v\.?", "versus"), (r"&|n|'n'|\+", "and"),
    (r"mtd", "this month"), (r"aov|abv", "average order"), (r"y(?! (?:en|de|del|el|la|los|las|"
                                                            r"para|por|con|cu|"
                                                            r"qu))", "why"), (r"->|=>|→", "to"),
    (r"dropped out of|fell out of|moved out of|went out of|exited|quit the", "left"),
    (r"(?:fy|fiscal year|financial year|business year)\s?'?(20\d\d)", r"\1"),
    (r"(?:fy|fiscal year|financial year)\s?'?(\d\d)", r"20\1"),
    (r"towns", "cities"), (r"town", "city"),
    (r"(?:first|1st) (versus|vs\.?|and|against|or) (?:the )?(?:second|2nd) half",
     r"first half \1 second half"),
    (r"bunch|crowd|tribe|camp|buckets?|drawers?|pigeonholes?", "segment"),
    (r"old faces|familiar faces|regular faces", "returning customers"),
    (r"(?:20)?ten (versus|vs\.?|to|and|against) (?:20)?eleven", r"2010 \1 2011"),
    (r"twenty[- ]ten", "2010"), (r"twenty[- ]eleven", "2011"),
    (r"twenty[- ]twenty[- ]?three", "2023"), (r"twenty[- ]twenty[- ]?four", "2024"),
    (r"twenty[- ]twenty[- ]?five", "2025"), (r"(they|it|he|she|we|you|who|what)['’]ll", r"\1 will"),
    (r"head ?count", "number of customers"),
    (r"(?:of the |of all )?(?:whole|entire|full|complete) (?:history|time|period)", "ever"),
    (r"(?:money|cash|revenue|sales)[- ]?wise|in (?:terms of )?(?:money|cash)(?: terms)?",
     "by revenue"),
    (r"in (?:terms|respect) of|(?:ranked|sorted) (?:on|in|by)", "by"),
    (r"fav|favs|faves|favourites", "favourite"),
    (r"not (?:single|individual) (?:customers|people|persons|names)", " "),
    (r"(?:till )?receipts", "orders"),
    (r"(?:last|latest|newest|final) (?:day|date) (?:of|in) (?:the |our |your )?(?:data|records)",
     "newest record"),
    (r"gross (?:versus|vs\.?|and|or|against) net(?: revenue| sales)?", "gross revenue and revenue"),
    (r"net (?:versus|vs\.?|and|or|against) gross(?: revenue| sales)?", "revenue and gross revenue"),
)  # fmt: skip
_MONTH = (r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
          r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)")  # fmt: skip
_PATTERNS = tuple(
    (re.compile(rf"(?<![\w'<-])(?:{form})(?![\w'>])", re.I), plain) for form, plain in _SHORT
)
_DATES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(form, re.I), plain)
    for form, plain in (
        (r"\b(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)\b", r"\3-\2-\1"),
        (r"(?<![\w/.])(0?[1-9]|1[0-2])[/.]((?:19|20)\d\d)\b(?![/.]\d)",
         lambda match: f"{match[2]}-{int(match[1]):02}"),
        (rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH}\s*(?:-|–|to|until)\s*(\d{{1,2}})"
         rf"(?:st|nd|rd|th)?\s+{_MONTH}\b,?\s*((?:19|20)\d\d)?",
         r"between \1 \2 \5 and \3 \4 \5"),
        (rf"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th)\s*(?:-|–|to|until)\s*(?:the )?(\d{{1,2}})"
         rf"(?:st|nd|rd|th) of {_MONTH}\b,?\s*((?:19|20)\d\d)?", r"between \1 \3 \4 and \2 \3 \4"),
        (rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s*(?:-|–|to|until)\s*(\d{{1,2}})(?:st|nd|rd|th)?\s+"
         rf"{_MONTH}\b,?\s*((?:19|20)\d\d)?", r"between \1 \3 \4 and \2 \3 \4"),
        (rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*(?:-|–|to|until)\s*(\d{{1,2}})"
         rf"(?:st|nd|rd|th)?(?![\d:])(?:,?\s*((?:19|20)\d\d))?",
         r"between \2 \1 \4 and \3 \1 \4"),
        (rf"\b{_MONTH}\s*[-–]\s*{_MONTH}\b", r"\1 to \2"),
        (rf"\bmid[- ]?{_MONTH}\b", r"15 \1"),
        (r"\b(q[1-4]) of '?(\d\d)\b(?!\d)", r"\1 20\2"),
        (r"\b([hq][1-4]|spring|summer|autumn|winter|(?:first|second|1st|2nd) half)(?: of)?\s*'?"
         r"(\d\d)\b(?!\d)", r"\1 20\2"),
        (r"\b([hq][1-4]) (?:of|in) '(\d\d)\b", r"\1 20\2"),
        (r"\b'?(\d\d)\s*([hq][1-4])\b", r"\2 20\1"),
    )
)  # fmt: skip
_SHORT_YEAR = re.compile(rf"\b{_MONTH}\s*'?(\d\d)\b(?!\d|:\d)(?!(?:st|nd|rd|"
                         rf"th)\b)(?!\s*,?\s*20\d\d)",
                         re.I)  # fmt: skip
_THEN_AND_NOW = re.compile(r"\b(?:from )?((?:19|20)\d\d) to ((?:19|20)\d\d)\b", re.I)


def plain_words(question: str, today: date) -> str:
    """The question without short forms; "nov 25" is of the year where the records reach it."""
    question = _year_pairs(_DRAWN_OUT.sub(r"\1", question), today)
    for pattern, plain in (*_PATTERNS, *_DATES):
        question = pattern.sub(plain, question)
    question = _THIS_AND_LAST.sub(r"\1 \2 \3 last \2", question)
    question = _LAST_AND_THIS.sub(r"last \1 \2 this \1", question)
    if not re.search(r"\bthis (?:year|month|quarter|week)\b", question, re.I):
        question = _ON_LAST.sub(r"\1 this \2 versus last \2", question)
    question = _OF_LAST.sub(r"\1 of last year", question)
    question = _ISO.sub(lambda m: f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}", question)
    question = _SHORT_YEAR.sub(
        lambda m: f"{m[1]} 20{m[2]}" if 0 <= today.year - 2000 - int(m[2]) <= 2 else m[0], question
    )
    if _CHANGE.search(question):
        question = _BETWEEN_MONTHS.sub(r"\1 versus \3", question)
        question = re.sub(r"\bbetween (20\d\d) and (20\d\d)\b", r"\1 versus \2", question)
        question = _PARTS_BETWEEN.sub(r"\g<one> versus \g<two>", question)
        question = _THEN_AND_NOW.sub(r"\1 versus \2", question)
    return " ".join(question.split())


_DRAWN_OUT = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)  # "sooo"
_TO = r"\s*(?:->|=>|→|–|to|vs\.?|versus|against|compared (?:to|with))\s*"
_SHORT_YEARS = re.compile(
    rf"(?<![\d.,:/£€$-])'?(\d\d){_TO}'?(\d\d)(?![\d.,:/%-]|\s*(?:\w*days|orders|customers|units|"
    rf"times|years)\b)",
    re.I,
)
_SAME_MONTH = re.compile(rf"\b{_MONTH}\s+((?:19|20)\d\d){_TO}{_MONTH}\s+((?:19|20)\d\d)\b", re.I)


_CHANGE = re.compile(
    r"\b(?:behind the (?:move|swing|jump)|chang|differ|grew|grow|develop|moved? on|evolv|ris|rose|"
    r"fell|fall|drop)",
    re.I,
)
_PART = rf"(?:q[1-4](?:\s+20\d\d)?|{_MONTH}\s+20\d\d)"
_PARTS_BETWEEN = re.compile(
    rf"\b(?:from )?(?P<one>{_PART})\s*(?:to|->|→)\s*(?P<two>{_PART})\b", re.I
)
_BETWEEN_MONTHS = re.compile(
    rf"\bbetween\s+({_MONTH}(?:\s+20\d\d)?)\s+and\s+({_MONTH}(?:\s+20\d\d)?)(?!\s*\d)", re.I
)


def _year_pairs(question: str, today: date) -> str:
    """ "24 → 25" are two years; the same month of two years is two months, no stretch."""

    def years(match: re.Match[str]) -> str:
        newest = today.year - 2000
        one, two = int(match[1]), int(match[2])
        near = all(newest - 3 <= year <= newest for year in (one, two)) and one != two
        return f"20{one} versus 20{two}" if near else match.group()

    def months(match: re.Match[str]) -> str:
        if match[1][:3].casefold() != match[3][:3].casefold():
            return match.group()
        return f"{match[1]} {match[2]} versus {match[3]} {match[4]}"

    return _SAME_MONTH.sub(months, _SHORT_YEARS.sub(years, question))


_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})\b")


def with_customers(question: str) -> str:
    """What customers are called, in one word; products have been found before ("FOLK ART")."""
    question = _NEW_BESIDE.sub(r"new customers \1 returning customers", question)
    return _PEOPLE.sub("customers", question)


_NEW_BESIDE = re.compile(
    r"\bnew (versus|vs\.?|v|and|or) returning\b(?: (?:customers|people|buyers|ones))?", re.I
)


_AGAINST = r"(versus|than|against|compared (?:to|with)|and|or)"
# "This year versus last", "last year versus this one", "the first half of last".
_THIS_AND_LAST = re.compile(
    rf"\b(this) (year|month|quarter|week) {_AGAINST} (?:the )?(?:last|previous)(?: one)?"
    r"(?=\W*$|[,.;?!])", re.I)  # fmt: skip
_LAST_AND_THIS = re.compile(
    rf"\blast (year|month|quarter|week) {_AGAINST} this(?: one)?(?=\W*$|[,.;?!])", re.I
)
# "Up or down on last week": this one is meant beside it.
_ON_LAST = re.compile(
    r"\b((?:up|down|better|worse|ahead|behind)(?: or (?:up|down|better|worse|ahead|behind))?) "
    r"(?:on|of|than|versus|against|compared (?:to|with)) last (year|month|quarter|week)\b",
    re.I,
)
_OF_LAST = re.compile(r"\b(half|quarter|q[1-4]) of last\b(?! (?:year|month|quarter))", re.I)


def seasonal(question: str) -> str:
    """Short forms of what a shop calls its goods, put right before its names are looked for."""
    question = re.sub(r"(?<!\w)(?:xmas|crimbo|chrimbo)(?!\w)", "Christmas", question, flags=re.I)
    question = _A_SEASON.sub(
        lambda match: f"revenue in December{match[1] or ' compared with last year'}",
        question,
    )
    question = _QUARTER_OF.sub("Q4", question)
    question = _TIME_OF.sub("December", question)
    return _CHRISTMAS.sub(
        lambda match: f"{match['lead'] or ''}December{match['year'] or ''}", question
    )


_QUARTER_OF = re.compile(r"\bChristmas quarter\b", re.IGNORECASE)
_TIME_OF = re.compile(
    r"\bChristmas (?:season|period|time|business|trade|trading|rush|month)\b", re.IGNORECASE
)
# How the season went, beside the one before; the goods of that name are asked for otherwise.
_A_SEASON = re.compile(
    r"\b(?:how (?:did|was|were|is|has) |(?:did|was) )(?:the |our |we (?:do|have) (?:over |at |in )?"
    r")?Christmas((?: (?:of )?'?(?:20)?[0-3]\d)?)"
    r"(?: (?:season|period|time|trading|business|sales))?"
    r"(?: (?:go|going|been|do|run|look|turn out|work out|any good|good|bad|ok|okay|a success|"
    r"a flop|for us|perform|compared?))*(?=\W*$)",
    re.IGNORECASE,
)
# With a year, or after a word of time, it is December and no kind of goods.
_CHRISTMAS = re.compile(
    r"\b(?P<lead>(?:last|this|over|at|during|since|after|before|for|around) (?:the )?)?Christmas"
    r"(?P<year> (?:of )?'?(?:20)?[0-3]\d\b)?(?(lead)(?! (?:\w+ )?(?:products|items|articles|things|"
    r"stuff|goods|range|sales|category|decorations|cards))|(?(year)|(?!)))",
    re.IGNORECASE,
)
