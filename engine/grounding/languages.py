"""German, French and Spanish read as the English words that the rules know.

Only what an answer about customers needs; names and references stay as they are, and so does every
word that is not listed, so that it is judged as a word nobody knows.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

Language = Literal["de", "fr", "es"]

_NAME = "\x01"  # stands for a name while its sentence is read

_TELLTALE: dict[Language, str] = {
    "de": r"es|gibt|als|weniger|mehr|sie|noch|liegt|pro|der|die|das|des|dem|den|und|ist|sind|im|bei|mit|für|von|zu|nicht|wir|haben|hat|auf|um|ein|eine|einen|nur|zum|zur|kunden|umsatz\w*|bestell\w+|segment|beziehungsweise|werden|wird|je|vor|letzter|letzte|tage|tagen|größe|risiko|abwanderung\w*|durchschnittlich\w*|anteil|kauf|mal|pro",
    "fr": r"il|plus|moins|d|l|qu|vos|nos|vous|dont|le|la|les|des|du|de|et|est|sont|en|dans|pour|avec|ont|qui|pas|une|un|au|aux|clients?|chiffre|segment|par|sur|ce|leur|nous|jours|probabilité|moyenne?|taille|risque",
    "es": r"el|la|los|las|de|del|y|es|son|en|con|para|que|no|una|un|al|se|por|clientes?|ingresos|segmento|su|sus|días|hace|compra|tamaño|más",
}
_ENGLISH = re.compile(
    r"\b(?:the|of|and|is|are|with|to|for|have|has|was|were|that|by|their|its|from|this|your)\b",
    re.IGNORECASE,
)

_WORDS: dict[Language, tuple[tuple[str, str], ...]] = {
    "de": (
        (r"nichts (?:mehr )?(?:bestellt|gekauft)", "last ordered"), (r"ging(?:en)?(?= .{0,40}zurück)", "fell"),
        (r"legten?(?= .{0,40} zu(?:\W|$))", "rose"), (r"um \[\[(f\d+)\]\] (?:zurück|zu)(?!\w)", r"by [[\1]]"), (r"wertvollste[nrs]?", "most valuable"),
        (r"(?:letzten|vergangenen) zwölf monaten?", "last 12 months"), (r"(?:letzten|vergangenen) sechs monaten?", "last 6 months"),
        (r"umsatz (?:pro|je) (?:kund(?:in|en|e)|kopf)", "revenue per customer"),
        (r"ersten? halbjahr", "first half of"), (r"zweiten? halbjahr", "second half of"),
        (r"im schnitt|durchschnittlich|im mittel", "on average"), (r"typische[rnsm]?", "typical"),
        (r"ein (?:plus|anstieg|zuwachs|wachstum) von|ein (?:anstieg|zuwachs|wachstum|plus) um|wachstum von|anstieg (?:um|von)", "up by"),
        (r"ein (?:minus|rückgang) von|ein rückgang um|rückgang (?:um|von)", "down by"),
        (r"(?-i:(?<=\w )(?:Sie|Ihnen))", "you"), (r"(?-i:(?<=\w )Ihr(?:e[mnrs]?)?)", "your"),
        (r"es gibt|es gab", "there are"), (r"geben|gibt|gaben", "spend"), (r"kommt auf|kommen auf", "comes to"),
        (r"kundinnen und kunden|kund(?:en|innen|e|in)|käufer(?:innen|n)?|personen|leute(?:n)?|menschen", "customers"),
        (r"neu(?:e|en|er)? (?:kunden|kundinnen|käufer)|erstkäufer(?:n)?", "new customers"),
        (r"zum ersten mal|erstmals|ihren ersten einkauf", "for the first time"),
        (r"(?:des|vom|am|des gesamten|vom gesamten|am gesamten) (?:gesamt)?umsatz(?:es)?", "of revenue"),
        (r"umsatzanteil", "share of revenue"),
        (r"(?:aller|unserer|ihrer|der) (?:customers|kund(?:en|innen))|kundenbasis", "of customers"),
        (r"kundenanteil", "share of customers"),
        (r"(?:durchschnittliche[rnsm]?|mittlere[rnsm]?) (?:bestellwert\w*|bestellung|warenkorb)|bestellwert\w*", "average order"),
        (r"(?:gesamt|netto)?umsätze|(?:gesamt|netto)?umsatz(?:es)?", "revenue"),
        (r"umgesetzt|eingenommen|ausgegeben|ausgaben|erwirtschaftet|erwirtschaften|eingebracht", "spent"),
        (r"bestellungen je (?:customers|kund(?:e|in|en))|bestellungen pro (?:kopf|kunde)", "orders per customer"),
        (r"bestellung(?:en)?|aufträge", "orders"),
        (r"(?:der|unserer|ihrer) kundschaft", "of customers"), (r"kundschaft", "customers"), (r"mal bestellt", "times ordered"), (r"mal\b", "times"), (r"größe", "size"), (r"\(?(\d+) tage\)?", r"\1 days"), (r"abwanderungsrisiko", "churn"),
        (r"letzte[rn]? (?:kauf|einkauf|bestellung)", "last purchase"),
        (r"erste[rn]? (?:kauf|einkauf|bestellung)", "first purchase"),
        (r"nicht (?:mehr|wieder|erneut)(?: zu)? (?:kaufen|bestellen|einkaufen|kommen)|nicht (?:mehr|wieder|erneut)? ?(?:kaufen|bestellen|einkaufen|zurückkehren)", "not buy again"),
        (r"abwanderungs(?:wahrscheinlichkeit|risiko|quote)|abwanderung|abwandern|abspringen", "churn"),
        (r"wahrscheinlichkeit", "probability"),
        (r"voraussichtlich|erwartet(?:e|en|er)?|vermutlich", "expected"),
        (r"retouren|rücksendungen", "returns"),
        (r"gewechselt|wechselten|gewandert|wanderten|abgerutscht|aufgestiegen|rutschten", "moved"),
        (r"(?-i:Sie) haben", "you have"), (r"(?:pro|je) (?:bestellung|einkauf)", "per order"), (r"gewinn(?:e?s)?|marge", "profit"), (r"je|pro", "per"), (r"reicht von|reichen von", "ranges from"), (r"bis", "to"), (r"risiko", "churn"),
        (r"in den (?:nächsten|kommenden) (\d+) tagen", r"in the next \1 days"),
        (r"(?:innerhalb(?: von)?|binnen) (\d+) tagen", r"within \1 days"),
        (r"(?:über|auf) (\d+) tage", r"over \1 days"),
        (r"(\d+)[ -]tage[ns]?\b", r"\1 days"),
        (r"um \[\[(f\d+)\]\] (?:gestiegen|gewachsen|zugelegt|höher)", r"rose by [[\1]]"),
        (r"um \[\[(f\d+)\]\] (?:gesunken|gefallen|zurückgegangen|geschrumpft|niedriger)", r"fell by [[\1]]"),
        (r"gestiegen|gewachsen|gewachse\w*|stieg|wuchs", "rose"), (r"gesunken|gefallen|zurückgegangen|sank(?:en)?|fiel(?:en)?|schrumpft\w*|verringert\w*", "fell"),
        (r"\[\[(f\d+)\]\]-mal so (?:hoch|viel|groß|viele)(?: \w+)? wie", r"[[\1]] times as much as"),
        (r"doppelt so \w+ wie|verdoppelt", "doubled"),
        (r"gegenüber|verglichen mit|im vergleich zu[mr]?", "compared with"),
        (r"größte[rnsm]?|höchste[rnsm]?|meiste[rn]?|stärkste[rnsm]?|am größten|am höchsten|am meisten", "largest"),
        (r"kleinste[rnsm]?|niedrigste[rnsm]?|wenigste[rn]?", "smallest"),
        (rf"weniger(?= {_NAME})", "fewer"), (r"schon|bereits", "already"), (r"abgewandert|abgesprungen", "left"), (r"größer|höher", "larger"), (r"kleiner|niedriger|geringer", "smaller"), (rf"als(?= (?:die|der|das|den|dem|in|bei|im|{_NAME}))", "than"), (r"mehr als", "more than"), (r"mehr", "more"), (r"weniger", "less"), (r"fast|beinahe|knapp", "nearly"),
        (r"über (?:dem|der)", "above the"), (r"unter (?:dem|der)", "below the"), (r"über", "over"), (r"rund|etwa|ungefähr|circa", "about"),
        (r"(?:ein )?(?:zehntel|neuntel|achtel|siebtel|sechstel)", "a tenth"), (r"(?:ein )?fünftel", "a fifth"), (r"dreiviertel|drei viertel", "three quarters"), (r"die hälfte", "half"), (r"ein drittel", "a third"), (r"ein viertel", "a quarter"),
        (r"beziehungsweise|bzw\.", "and"), (r"jeweils|respektive", "respectively"),
        
        (r"entre", "between"), (r"ende(?= (?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember))", "the end of"), (r"ersten quartal", "Q1"), (r"zweiten quartal", "Q2"), (r"dritten quartal", "Q3"), (r"vierten quartal", "Q4"),
        (r"als jede[rs]? andere[rs]?(?: gruppe| segment)?", "than any other group"), (r"(?:ein(?:en)? )?(?:zuwachs|plus) von", "up by"), (r"drei monate (?:zuvor|vorher|früher)", "three months earlier"),
        (r"januar", "January"), (r"februar", "February"), (r"märz", "March"), (r"mai", "May"), (r"juni", "June"),
        (r"juli", "July"), (r"oktober", "October"), (r"dezember", "December"),
        (r"im letzten monat|letzten monat", "last month"), (r"im letzten jahr|letztes jahr", "last year"),
        (r"(\d)\. quartal", r"Q\1"), (r"aktuell|derzeit|zurzeit|momentan|heute", "currently"), (r"seit", "since"),
        (r"auf(?= (?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember))|bis(?= (?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|\d))", "to"),
        (r"fehlen|fehlt|fehlten", "lack"), (r"median|mittel", "median"), (r"zurück", "ago"), (r"davon|darunter", "of which"), (r"entfallen|entfällt", "come to"), (r"gehören|gehört|umfassen|umfasst|zählt|zählen|bilden", "have"),
        (r"liegt|liegen|lag|beträgt|betragen|betrug", "is"), (r"sind|ist|war|waren", "are"), (r"haben|hat|hatte", "has"),
        (r"insgesamt", "in total"), (r"shops?|laden|ladens|geschäft\w*", "shop"), (r"nur|lediglich", "only"),
        (r"aber|jedoch|hingegen", "but"), (r"während|wohingegen", "while"), (r"obwohl", "although"), (r"und|sowie", "and"), (r"oder", "or"),
        (r"kein(?:e[rnms]?)?", "no"), (r"nicht", "not"), (r"im|in der|in den|in", "in"), (r"bei|an|am|auf|um", "at"), (r"mit", "with"),
        (r"von|vom", "from"), (r"zum|zur|zu", "to"), (r"tragen \[\[(f\d+)\]\] zum umsatz bei", r"contribute [[\1]] of revenue"), (r"für", "for"), (r"vor \[\[(f\d+)\]\]", r"[[\1]] ago"), (r"vor", "before"),
        (r"der|die|das|des|dem|den", "the"), (r"einer|eines|einen|einem|eine|ein", "a"), (r"es", "it"), (r"sie|ihr|ihre[rnm]?", "they"),
        (r"würden|würde|könnten|könnte", "would"), (r"gutschein(?:e|s)?", "voucher"), (r"erhalten|bekommen", "get"), (r"gruppen?|segmente?n?", "segment"), (r"kauf(?:t|en|ten)|kaufen", "bought"),
    ),
    "fr": (
        (r"c['’]est (?:chez|dans) (?:les|la|le)", "for the"), (r"que (?:le|la|les) (?=panier|commande|chiffre)", ", the "),
        (r"nouve(?:aux|lles|au) (?:clients|clientes|client|acheteurs)", "new customers"),
        (r"pour la première fois", "for the first time"),
        (r"du chiffre d['’]affaires|des (?:ventes|recettes|revenus)|du ca", "of revenue"),
        (r"chiffre d['’]affaires|recettes|revenus?|ventes", "revenue"),
        (r"de (?:la|notre|votre) clientèle|des clients|de (?:nos|vos|tous les) clients", "of customers"),
        (r"clients?|clientes?|acheteurs|acheteuses|personnes", "customers"),
        (r"(?:valeur moyenne des|valeur moyenne d['’]une) commandes?|panier moyen|commande moyenne", "average order"),
        (r"commandes? par client", "orders per customer"), (r"commandes?", "orders"),
        (r"premier trimestre", "first quarter"), (r"deuxième trimestre", "second quarter"), (r"troisième trimestre", "third quarter"), (r"quatrième trimestre", "fourth quarter"),
        (r"chacun|chacune|par personne|par tête", "each"), (r"chaque", "each"), (r"déjà", "already"), (r"partis|parties|perdus", "left"), (r"viennent|provien\w+", "come from"), (r"bénéfices?|marge", "profit"), (rf"plus de(?= {_NAME})", "more"), (rf"moins de(?= {_NAME})", "fewer"), (rf"que de(?= {_NAME})", "than"), (rf"que (?:les|la|le)(?= {_NAME})", "than the"), (r"par commande", "per order"), (r"ne dépensent que|ne dépense que", "only spent"), (r"risque", "churn"), (r"par(?= client)", "per"), (r"en moyenne", "on average"),
        (r"dépensé|dépensent|encaissé|rapporté|rapportent|génèrent|généré|génère", "spent"),
        (r"n['’](?:a|ont) (?:pas|plus|rien) (?:re)?(?:commandé|acheté)(?: depuis)?", "last purchase"),
        (r"derni(?:er|ère) (?:achat|commande)", "last purchase"), (r"premi(?:er|ère) (?:achat|commande)", "first purchase"),
        (r"ne (?:pas|plus) (?:racheter|acheter|revenir|commander)(?: à nouveau)?|ne (?:rachètent|rachèteront|reviennent|reviendront) (?:pas|plus)", "not buy again"),
        (r"(?:probabilité|risque) (?:moyenne? )?de départ|départs?", "churn"), (r"taille", "size"), (r"doublé|doublent|double", "doubled"), (r"triplé", "tripled"), (r"dans les (\d+) jours", r"within \1 days"), (r"le plus élevé|la plus élevée|les plus élevés", "highest"), (r"attrition|désabonnement|churn", "churn"), (r"probabilité|risque de", "probability of"), (r"devraient|attendus?|prévus?", "expected"),
        (r"1er", "1"), (r"de(?= \[\[f\d+\]\] à)", "from"), (r"recule(?:nt)?|baisse(?:nt)?", "fell"), (r"(?:re)?passé commande|recommandé", "ordered again"), (r"revenir", "come back"), (r"retours", "returns"), (rf"passée?s? de(?= {_NAME})", "moved from"), (r"passés|passées|migré|basculé|glissé", "moved"),
        (r"dans les (\d+) prochains jours|dans les (?:prochains )?(\d+) jours|au cours des (\d+) prochains jours", r"in the next \1\2\3 days"),
        (r"(?:à|sur) (\d+) jours", r"over \1 days"), (r"médiane?", "median"),
        (r"(?:a|ont) (?:progressé|augmenté|grimpé) de|en hausse de", "rose by"), (r"(?:a|ont) (?:baissé|reculé|diminué|chuté) de|en baisse de", "fell by"),
        (r"par rapport à|comparé à|contre", "compared with"),
        (r"fois (?:plus|autant|celui|celle|le|la)(?: de| élevé que)?", "times that of"), (r"la plus grande|le plus grand|le plus(?: de)?|la plus(?: grosse)?|les plus", "largest"), (r"le moins|la plus petite|le plus petit", "smallest"),
        (r"plus de|plus que", "more than"), (r"moins de", "less than"), (r"moins", "less"), (r"plus", "more"), (r"presque|près de|quasiment", "nearly"), (r"environ", "about"),
        (r"(?:un )?(?:dixième|neuvième|huitième|septième|sixième)", "a tenth"), (r"(?:un )?cinquième", "a fifth"), (r"la moitié", "half"), (r"un tiers", "a third"), (r"un quart", "a quarter"), (r"le double", "double"), (r"respectivement", "respectively"),
        (r"entre", "between"), (r"manquent|manque", "lack"), (r"il y a \[\[(f\d+)\]\]", r"[[\1]] ago"), (r"janvier", "January"), (r"février", "February"), (r"mars", "March"), (r"avril", "April"), (r"mai", "May"), (r"juin", "June"), (r"juillet", "July"),
        (r"août", "August"), (r"septembre", "September"), (r"octobre", "October"), (r"novembre", "November"), (r"décembre", "December"),
        (r"le mois dernier", "last month"), (r"l['’]année dernière|l['’]an dernier", "last year"), (r"depuis", "since"), (r"actuellement|aujourd['’]hui", "currently"),
        (r"boutique|magasin", "shop"), (r"segments?|groupes?", "segment"), (r"remonte(?:nt)? à|s['’]élève(?:nt)? à|atteint|atteignent|est de", "is"),
        (r"sont au nombre de|comptent|compte|comprend|regroupe", "have"), (r"représente(?:nt)?|pèsent|pèse|apportent|apporte", "account for"), (r"est|sont", "are"), (r"ont|a", "has"),
        (r"tandis que|alors que", "while"), (r"mais", "but"), (r"et", "and"), (r"ou", "or"), (r"qui", "who"), (r"que", "that"), (r"dont", "of which"), (r"seulement|ne .{1,30} que", "only"),
        (r"pas|jamais", "not"), (r"leurs?", "their"), (r"ils|elles", "they"), (r"ce|il", "it"), (r"en|dans|au cours de", "in"), (r"avec", "with"), (r"pour", "for"), (r"à|au|aux", "to"), (r"de la|du|des|de|d['’]", "of"), (r"le|la|les|l['’]", "the"), (r"une|un", "a"), (r"part", "share"), (r"jours", "days"), (r"au total", "in total"),
    ),
    "es": (
        (r"primer trimestre", "first quarter"), (r"segundo trimestre", "second quarter"), (r"tercer trimestre", "third quarter"), (r"cuarto trimestre", "fourth quarter"),
        (r"cada uno|cada una|por persona|por cabeza", "each"), (r"el más numeroso|más numeros[oa]s?", "largest"), (r"gasto medio", "average spend"),
        (r"(?:en el )?último año", "the last year"), (r"(?<=\d )de(?= (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre))|(?<=o )de(?= \d{4})|(?<=e )de(?= \d{4})|(?<=l )de(?= \d{4})", " "),
        (r"por pedido", "per order"), (r"por client[ea]s?", "per customer"), (r"ya", "already"), (r"beneficios?|ganancias?|margen", "profit"),
        (r"clientes nuevos|nuevos clientes", "new customers"), (r"por primera vez", "for the first time"),
        (r"de (?:los|sus|nuestros) ingresos|de (?:la|nuestra) facturación|de las ventas", "of revenue"), (r"ingresos|facturación|ventas", "revenue"),
        (r"de (?:los|todos los|nuestros|sus) clientes|de la clientela", "of customers"), (r"clientes?|compradores|personas", "customers"),
        (r"pedido medio|ticket medio|valor medio del pedido", "average order"), (r"pedidos por cliente", "orders per customer"), (r"pedidos?", "orders"),
        (r"ingresó|facturó|gastaron|gastado|gastan|generaron|generan|genera|recaudó", "spent"),
        (r"última compra|último pedido", "last purchase"), (r"primera compra|primer pedido", "first purchase"),
        (r"no (?:vuelvan|vuelven|volverán|volver) a comprar|no (?:comprar|compren|compran|repitan)(?: de nuevo| más)?", "not buy again"),
        (r"hace \[\[(f\d+)\]\](?: días)?", r"[[\1]] ago"), (r"tamaño", "size"), (r"duplicado|duplicaron|duplicó", "doubled"), (r"de media|medio|media", "average"), (r"mediana", "median"), (r"abandono|fuga", "churn"), (r"probabilidad", "probability"), (r"se espera(?: que)?|previstos|esperados", "expected"), (r"devoluciones", "returns"),
        (r"pasaron|migraron|se movieron", "moved"), (r"en los próximos (\d+) días", r"in the next \1 days"), (r"(?:a|en) (\d+) días", r"over \1 days"),
        (r"(?:ha |han )?(?:crecido|subido|aumentado)(?: un| en)?|creció|subió|aumentó|crecieron", "rose"), (r"(?:ha |han )?(?:caído|bajado|disminuido)(?: un| en)?|cayó|bajó|cayeron", "fell"),
        (r"respecto a|frente a|comparado con", "compared with"), (r"veces (?:el|la|más|lo)(?: de(?: los| las)?)?", "times that of the"), (r"el doble", "double"),
        (r"el mayor|la mayor|los mayores|más grande|más alta|más alto", "largest"), (r"el menor|la menor|más bajo|más baja", "smallest"), (r"más que(?: en)?", "more than in"), (r"más de", "more than"), (r"más", "more"), (r"menos", "less"),
        (r"casi", "nearly"), (r"unos|alrededor de|aproximadamente", "about"), (r"(?:un |una )?(?:décimo|décima parte|sexto|octavo)", "a tenth"), (r"(?:un )?quinto|quinta parte", "a fifth"), (r"la mitad", "half"), (r"un tercio", "a third"), (r"un cuarto", "a quarter"), (r"respectivamente", "respectively"),
        (r"entre", "between"), (r"faltan|falta", "lack"), (r"por última vez", "last"), (r"compraron|compran|compró", "bought"), (r"hace \[\[(f\d+)\]\]", r"[[\1]] ago"), (r"enero", "January"), (r"febrero", "February"), (r"marzo", "March"), (r"abril", "April"), (r"mayo", "May"), (r"junio", "June"), (r"julio", "July"), (r"agosto", "August"),
        (r"septiembre", "September"), (r"octubre", "October"), (r"noviembre", "November"), (r"diciembre", "December"), (r"el mes pasado", "last month"), (r"el año pasado", "last year"), (r"desde", "since"), (r"actualmente|hoy", "currently"),
        (r"tienda", "shop"), (r"segmentos?|grupos?", "segment"), (r"reúne(?:n)? a|reúne(?:n)?|cuentan? con|suman?|sumó|tienen?", "have"), (r"aportan?|representan?|supone(?:n)?", "account for"), (r"es|son|está|están|fue|fueron", "are"),
        (r"mientras que", "while"), (r"pero", "but"), (r"y", "and"), (r"o", "or"), (r"que", "who"), (r"no|nunca", "not"), (r"sólo|solo|solamente", "only"), (r"su|sus", "their"), (r"en", "in"), (r"con", "with"), (r"para", "for"), (r"de(?:l)?", "of"), (r"el|la|los|las", "the"), (r"una|un", "a"), (r"a|al", "to"), (r"parte", "share"), (r"días", "days"), (r"en total", "in total"), (r"media(?:na)?", "median"),
    ),
}  # fmt: skip  # noqa: E501


def language_of(text: str) -> Language | None:
    """The language whose words the text has most of; None for English and for what is too short."""
    found = {language: len(pattern.findall(text)) for language, pattern in _telltales().items()}
    best = max(found, key=lambda language: found[language])
    return best if found[best] > max(0, len(_ENGLISH.findall(text))) else None


@cache
def _telltales() -> dict[Language, re.Pattern[str]]:
    return {
        language: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
        for language, words in _TELLTALE.items()
    }


@cache
def _patterns(
    language: Language,
) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...]]:
    """All in one, so that nothing is read twice; and each by itself, with its English."""
    each = tuple(
        (re.compile(german, re.IGNORECASE), english) for german, english in _WORDS[language]
    )
    ungrouped = (re.sub(r"(?<!\\)\((?!\?)", "(?:", german) for german, _ in _WORDS[language])
    whole = "|".join(f"(?P<g{n}>{pattern})" for n, pattern in enumerate(ungrouped))
    return re.compile(rf"(?<![\w{_NAME}])(?:{whole})(?![\w{_NAME}])", re.IGNORECASE), each


def to_english(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with its German, French or Spanish words in English; `spans` hold names."""
    kept, plain = [], text
    for start, end in sorted(spans, reverse=True):
        kept.append(text[start:end])
        plain = plain[:start] + _NAME + plain[end:]
    language = language_of(plain)
    if language is None:
        return text
    plain = re.sub(rf"\b([DdLl])[’'](?={_NAME})", r"\1e ", plain)  # "d'Endormis"
    whole, each = _patterns(language)

    def english(match: re.Match[str]) -> str:
        pattern, words = each[int(str(match.lastgroup)[1:])]
        inner = pattern.fullmatch(match.group())
        return inner.expand(words) if inner else words

    plain = whole.sub(english, plain)
    for name in reversed(kept):
        plain = plain.replace(_NAME, name, 1)
    return plain
