"""What people call where somebody buys: countries, those who live there, and channels.

In English, German, Spanish and French. Records write a country in their own way; the words here
find it. A country that is spoken of and stands in no record is known as one all the same, so
that nobody is answered about another.
"""

import re
from collections.abc import Sequence
from functools import cache

# How records write it, and what else it and its people are called.
_PLACES: tuple[tuple[str, str], ...] = (
    ("united kingdom|uk|great britain|england|gb",
     r"u\.?k\.?|united kingdom|great britain|british|brits?|britons?|britain|england|english "
     r"(?:people|customers?|buyers?)|home market|royaume[- ]uni|angleterre|großbritannien|briten|"
     r"england|engländer\w*|británic[oa]s?|ingl[eé]s(?:es|as?)?|britanniques?|anglais|"
     r"vereinigte[ns]? königreich|reino unido|inglaterra"),
    ("ireland|eire|republic of ireland",
     r"ireland|eire|irish(?:men)?|irland\w*|iren|irisch\w*|irlandais\w*|irland[eé]s\w*|irlanda"),
    ("germany", r"germany|germans?|deutschland|deutsche[nr]?|alemania|alem[aá]n(?:es|as?)?|"
                r"allemagne|allemande?s?"),
    ("france", r"france|french(?:men|ies|y)?|frankreich|franzos\w+|französisch\w*|francia|"
               r"frances(?:es|as?)?|francés|français(?:es?)?"),
    ("spain", r"spain|spanish|spaniards?|spanien|spanier\w*|spanisch\w*|españa|"
              r"español(?:es|as?)?|espagne|espagnole?s?"),
    ("netherlands|holland", r"netherlands|the netherlands|dutch(?:men)?|holland|holländ\w+|"
                            r"niederl(?:ande|änd\w+)|niederlanden|holand[eé]s(?:es|as?)?|holanda|"
                            r"hollandais\w*|néerlandais\w*|países bajos|pays-bas"),
    ("belgium", r"belgium|belgians?|belgien|belgier\w*|belgas?|belges?|bélgica|belgique"),
    ("switzerland", r"switzerland|swiss|schweiz\w*|suizos?|suizas?|suisses?"),
    ("portugal", r"portugal|portuguese|portugies\w+|portugu[eé]s(?:es|as?)?|portugais\w*"),
    ("italy", r"italy|italians?|italien\w*|italia|italian[oi]s?|italie|italienn?e?s?"),
    ("austria", r"austria|austrians?|österreich\w*|autriche|autrichien\w*|austr[ií]ac[oa]s?"),
    ("poland", r"poland|polish|poles|polen|polnisch\w*|polonia|polac[oa]s|pologne|polonais\w*"),
    ("sweden", r"sweden|swedes?|swedish|schwed\w+|suecia|suec[oa]s|suède|suédois\w*"),
    ("norway", r"norway|norwegians?|norweg\w+|noruega|norueg[oa]s|norvège|norvégien\w*"),
    ("denmark", r"denmark|danes?|danish|dänemark|dänen|dänisch\w*|dinamarca|dan[eé]s(?:es|as?)?|"
                r"danemark|danois\w*"),
    ("finland", r"finland|finns?|finnish|finnland|finnen|finnisch\w*|finlandia|finland[eé]s\w*|"
                r"finlande|finlandais\w*"),
    ("iceland", r"iceland(?:ers?|ic)?|isländ\w+|islandia|islande"),
    ("greece", r"greece|greeks?|griech\w+|grecia|grieg[oa]s|grèce|grecs?|grecques?"),
    ("cyprus", r"cyprus|cypriots?|zypern|chipre|chypre"),
    ("malta", r"malta|maltese|malte"),
    ("czech republic|czechia", r"czech(?:s|ia| republic)?|tschech\w+|chec(?:a|os?)|tchèque\w*"),
    ("hungary", r"hungary|hungarians?|ungarn?|hungría|hongrie"),
    ("romania", r"romania|romanians?|rumänien|rumania|roumanie"),
    ("russia", r"russia|russians?|russland|rusia|russie"),
    ("turkey|türkiye", r"türkei|türkiye|turqu[ií]a|turquie|turks|turkish"),
    ("lithuania", r"lithuania|lithuanians?|litauen|lituania|lituanie"),
    ("luxembourg", r"luxembourg(?:ers?)?|luxemburg\w*|luxemburgo"),
    ("channel islands", r"channel islands?|jersey and guernsey|kanalinseln|îles anglo-normandes"),
    ("united states|usa|us|united states of america",
     r"u\.?s\.?a\.?|(?-i:US|U\.S\.)|the us(?!\w)|united states|america|americans?|"
     r"(?-i:Yanks?|yanks)|vereinigten? staaten|amerika\w*|estados unidos|ee\.? ?uu\.?|"
     r"american[oa]s|états-unis|américain\w*|american"),
    ("canada", r"canada|canadians?|kanad\w+|canadá|canadiens?|canadiennes?|canadienses?"),
    ("australia", r"australia|australians?|aussies?|down under|australien|australier\w*|"
                  r"australie|australiens|australianos?"),
    ("new zealand", r"new zealand(?:ers?)?|kiwis|neuseel\w+|nueva zelanda|nouvelle-zélande"),
    ("japan", r"japan|japanese|japaner\w*|japanisch\w*|japón|japon[eé]s(?:es|as?)?|japon|"
              r"japonais\w*"),
    ("china", r"(?-i:China)|chinese|chines\w+|chinois\w*"),
    ("hong kong", r"hong ?kong"), ("singapore", r"singapore(?:ans?)?|singapur|singapour"),
    ("korea|south korea", r"south korea|korea|koreans?"), ("thailand", r"thailand|thais?"),
    ("india", r"(?-i:India|Indians|Indien|Inde)"),
    ("south africa|rsa", r"south africa|south africans?|rsa|südafrika\w*|sudáfrica|sudafrican\w+|"
                         r"afrique du sud|sud-africain\w*"),
    ("nigeria", r"nigeria|nigerians?"), ("brazil", r"brazil(?:ians?)?|brasil\w*|brésil\w*"),
    ("mexico", r"mexic(?:o|ans?)|mexiko|méxico|mexican[oa]s|mexique"),
    ("argentina", r"argentin\w+"), ("israel", r"israel|israelis?|israël"),
    ("lebanon", r"lebanon|lebanese|libanon|líbano|liban"),
    ("united arab emirates|uae", r"united arab emirates|uae|emirates|dubai"),
    ("saudi arabia", r"saudi arabia|saudis?"), ("bahrain", r"bahrain"), ("bermuda", r"bermuda"),
)  # fmt: skip

_CHANNELS: tuple[tuple[str, str], ...] = (
    ("online|web|website|webshop|internet|ecommerce|e-commerce",
     r"online(?:[- ]?shop| store)?|on line|web(?:site|shop|store| shop| store)?|internet|"
     r"e-?commerce|site web|tienda online|en línea|en ligne|im netz"),
    ("store|shop|stores|retail|in store|in-store|offline|pos",
     r"in[- ]?stores?|in (?:the |our )?shops|shop floor|bricks?[- ](?:and|n|&)[- ]mortar|"
     r"high street|"
     r"physical (?:shop|store)s?|offline|im laden|läden|laden(?:geschäft\w*)?|filialen?|"
     r"stationär\w*|tiendas? físicas?|en tienda|en magasins?|magasins?|boutiques?"),
    ("app|mobile|mobile app", r"apps?|mobile(?: app)?|phone app|appli(?:cation)?|handy-?app"),
)  # fmt: skip
_BESIDE = r"(?:vs\.?|versus|or|and|against|than|to|gegen|oder|und|/|,|-)"
_SHOP_BESIDE = re.compile(
    rf"(\b(?:online|web|website|app|mobile)\b\s*{_BESIDE}\s+(?:the |our |in[- ](?:the )?|"
    rf"de[rnm] )?)"
    rf"shops?\b|\bshops?(?=\s*{_BESIDE}\s+(?:the |our |de[rnm] )?(?:online|web|website|app|"
    rf"mobile)\b)",
    re.IGNORECASE,
)


@cache
def words_for(name: str, kind: str) -> tuple[str, ...]:
    """What else a recorded country or channel is called; none where only its name is known."""
    known = {"country": _PLACES, "channel": _CHANNELS}.get(kind, ())
    folded = name.casefold()
    return tuple(words for names, words in known if folded in names.split("|"))


def with_stores(text: str, channels: Sequence[str]) -> str:
    """ "Online vs shop": beside another channel the shop is the one with a door."""
    if not any("store" in channel.casefold() for channel in channels):
        return text
    return _SHOP_BESIDE.sub(lambda match: f"{match[1] or ''}store", text)


def absent_place(text: str, countries: Sequence[str]) -> str:
    """A country that the text speaks of and the records do not hold, as the text says it."""
    held = {country.casefold() for country in countries}
    for names, pattern in _patterns():
        match = pattern.search(text)
        if match and not held & set(names.split("|")):
            return match.group()
    return ""


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (names, re.compile(rf"(?<![\w<-])(?:{words})(?![\w>])", re.IGNORECASE))
        for names, words in _PLACES
    )
