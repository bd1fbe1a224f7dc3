"""Questions in German, Spanish and French, put into the English words that the rules read.

Only what the commonest questions need; a word that is not listed stays as it is, and so do the
names of segments, countries and products. An English question is left alone.
"""

import re
from functools import cache
from typing import Literal

Language = Literal["de", "es", "fr"]

# Small words by which a language is known; each is no English word.
_TELLTALE: dict[Language, str] = {
    "de": r"januar|februar|märz|juni|juli|oktober|dezember|"
    r"wie|viele|wieviele?|wer|was|welche[rsn]?|und|ist|sind|wir|haben|unsere?|im|der|das|den|"
    r"dem|von|mit|für|nicht|kunden\w*|kunde|umsatz\w*|umgesetzt|bestell\w+|gruppen?|zeige?|liste|"
    r"letzte[nsr]?|abwander\w*|abspringen|ø|warum|seit|gibt|einen?|monat\w*|jahr|anzahl|oder|"
    r"nach|stück\w*|bei|mehr|bitte|gekauft|kauf\w*|gerade|grad|"
    r"wächst|schrumpf\w*|wieder|risiko|geht|läuft|neu(?:e|en|er)|durchschnitt\w*|verkauf\w*|"
    r"ausgegeben|zuletzt|größe|größten?|meisten?|"
    r"größte[rs]?|produkte?|wiederkaufs\w+|wo|womit|wozu|wohin|leute|man|meist|einem|einer|dass|"
    r"auch|noch|ohne|zeig|"
    r"durch|pro|schon|sich|ob|viel|wenig|hatten?|hat|bin|unter|alle[rsn]?|gegen|wären?|"
    r"vergleich\w*|beide[nrs]?|vergiss|ganzen?",
    "es": r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|"
    r"diciembre|devoluciones|porfa|cuánt[oa]s?|cuant[oa]s?|qué|quién(?:es)?|quien(?:es)?|"
    r"cuál(?:es)?|cual(?:es)?|hay|"
    r"tenemos|clientes?|ingresos|ventas|pedidos?|segmentos?|el|los|las|del|nuestros?|por|mes|año|"
    r"grupos?|compar[ae]r?|irse|abandon\w*|media|medio|desde|cómo|más|mas|q|que|se|nos|va|van|"
    r"valor|compran?|gasta\w*|productos?|vendid\w*|probabilidad|"
    r"países|nuevos?|crec\w+|cuanto|pedido|dinero|mostrar|muestra|lista|facturaci[oó]n|facturad\w+|"
    r"facturamos|n[ºo°]|término|nosotros|dime|sobre|entre|ha|han|hemos|está|están|son|una?|con|sin|"
    r"toda|tienda|olvid\w+|amb[oa]s",
    "fr": r"janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|"
    r"combien|ils|vont|rester|quel(?:le)?s?|qui|quoi|est|sont|avons|clients?|commandes?|"
    r"ventes|le|les|des|du|"
    r"nous|nos|notre|chiffre|affaires|segments|groupes?|pourquoi|depuis|mois|moyen(?:ne)?|panier|"
    r"quitter|quittent?|partir|par rapport|comment|svp|stp|ca|rapporte\w*|dépens\w*|neuf|nouve\w+|"
    r"monde|"
    r"probabilité|vendus?|produits?|groupe|perdre|segment le|pays|combien|plus|montre[rz]?|liste|"
    r"année|dernière?|panier|moy|départs?|chez|attendus?|perdu\w*|combien|avec|une?|pour|sur|par|"
    r"c'est|ça|où|dans|être|été|fait|veux|peut|on|s['’]il|"
    r"toute|tous|boutique|magasin|oubli\w+|deux",
}
_ENGLISH = re.compile(
    r"\b(?:the|of|and|how|what|which|who|is|are|do|does|did|we|our|in|from|with|for|many|much|"
    r"customers|orders|revenue|last|show|tell|why|were|after|before|than|has|have|had|this|that|"
    r"these|those|them|they|not|any|about|there|sales|give|get|got|most|more|people|spend|spent|"
    r"buy|bought|sell|sold|but|only|just|make|worth|should|could|would|can|will|to|than|it|by|at|"
    r"be|"
    r"you|your|their|compared|weak|down|up|out|since|per|average|items|shop|whole|week|month|"
    r"year)\b"
)
# In this order: the longer phrase first.
_WORDS: dict[Language, tuple[tuple[str, str], ...]] = {
    "de": (
        (r"seit (?:mehr als |über |mindestens )?(\d+ \w+) (?:nichts|nicht)(?: mehr)? "
         r"(?:gekauft|bestellt)", r"not bought for more than \1"),
        (r"(oder [^,]{2,30}), wo", r"\1,"), (r"wann", "when"), (r"nichts", "nothing"),
        (r"(?:im|das|ein|vor einem) (jahr|monat)e? (?:davor|zuvor|vorher)", r"the \1 before"),
        (r"(?<=kunden )(.{2,50}?)bestellt", r"\1bought"), (r"verschiedene[rn]?", "different"),
        (r"student(?:en|innen)|studierende[nr]?", "students"), (r"familien", "families"),
        (r"wiederkaufs(?:rate|quote)", "repeat rate"), (r"(?:reichen|genügen)", "will do"),
        (r"im jahre?(?= (?:19|20)\d\d)", "in"), (r"künftig\w*", "future"), (r"werte?", "value"),
        (r"männlich\w*", "male"),
        (r"weiblich\w*", "female"),
        (r"zuletzt (?:bestellt|gekauft)|letzte bestellung", "last order"),
        (r"(?:zum ersten mal|zuerst|erstmals) (?:bestellt|gekauft)|erste bestellung",
         "first order"),
        (r"nächste bestellung", "next order"),
        (r"(?:der|den|von|die) beiden", "of the two"), (r"alle beide|beide[ns]?", "both"),
        (r"vergleich\w*", "compare"), (r"(?:vergiss|vergessen wir)(?= (?:\w+['’ ])?<)", "forget"),
        (r"(?:den|der|im|für den) ganzen? (?:laden|shop)", "the whole shop"),
        (r"zwei", "two"), (r"drei", "three"), (r"vier", "four"), (r"fünf", "five"),
        (r"sechs", "six"), (r"sieben", "seven"), (r"acht", "eight"), (r"zehn", "ten"),
        (r"zwanzig", "twenty"),
        (r"am liebsten|am meisten|am häufigsten", "most"), (r"am wenigsten|am seltensten", "least"),
        (r"(?:kauft|kaufen|bestellt|bestellen) man|man (?:kauft|bestellt)", "sells"),
        (r"(?<=what )kauft|was (?:kauft|kaufen|bestellen|bestellt)(?: man| die leute)?(?= )",
         "which products do they buy"),
        (r"man", "they"), (r"womit", "with which product"), (r"wo", "in which country"),
        (r"umsatz(?:stärkste|reichste)[rsn]? (\w+)", r"best \1 by revenue"),
        (r"wahrscheinlichkeit, dass (.{2,40}?) (?:uns )?(?:abspringt|geht|kündigt|abwandert)",
         r"probability that \1 will leave"),
        (r"(?:uns )?(?:abspringt|abwandert)", "will leave"),
        (r"viel", "much"), (r"auch", "too"),
        (r"zwischen", "between"), (r"davon|von (?:denen|"
        r"ihnen)", "of them"), (r"ich mein(?:t)?e", "i meant"), (r"zurück (?:zum|zur|"
        r"zu)", "back to"), (r"nein", "no"),
        (r"aber", "but"), (r"ausgegeben|ausgeben|geben? .{0,20}aus", "spent"),
        (r"frühling|frühjahr", "spring"), (r"herbst", "autumn"), (r"bleiben|bleibt", "will stay"),
        (r"(?:rück)?erstattung(?:en)?", "refunds"), (r"denen|ihnen|die da", "them"),
        (r"schlechtesten?|schlimmsten?", "worst"),
        (r"wie läuft['’]?s|wie läuft es", "how are"),
        (r"(?:pro|je) (?:bestellung|einkauf|kauf|auftrag)", "per order"),
        (r"(?:pro|je) (?:kund(?:e|in|en)|kopf|person)", "per customer"),
        (r"(?:lassen|lässt)\b(.{0,40})\b(?:liegen|da|springen)", r"spend \1"),
        (r"retouren?|rücksendungen?|zurückgeschickt", "returns"), (r"rabatte?n?", "discount"),
        (r"wiederkehrende[rn]? kund(?:en|innen)|wiederkäufer(?:n|innen)?", "returning customers"),
        (r"wochentage?n?", "weekday"), (r"uhrzeit|tageszeit", "hour"),
        (r"kanäle?n?|kanal|vertriebswege?", "channel"), (r"frauen", "women"), (r"männer", "men"),
        (r"liegt vorn|liegt vorne|gewinnt|führt", "brings more"), (r"absteigend|aufsteigend", " "),
        (r"ohne", "without"), (r"au(?:ß|ss)er(?:halb)?", "except"), (r"als", "than"),
        (r"gegenüber", "versus"), (r"hoch ist|hoch war|hoch", "large"),
        (r"mehr", "more"), (r"weniger", "less"), (r"besser", "better"),
        (r"neu(?:e|en|er)?[ -]?kund(?:en|innen)", "new customers"),
        (r"kundenzahl|anzahl (?:der )?kund(?:en|innen)", "how many customers"),
        (r"kundennummern?", "customer ids"),
        (r"kundinnen und kunden|kund(?:en|innen)|käufer(?:innen)?|leuten?|köpfen?", "customers"),
        (r"kunde|kundin", "customer"),
        (r"(?:durchschnittliche[rsn]?|mittlere[rsn]?|ø) ?(?:bestellwert|bestellung|warenkorb)|"
         r"bestellwert|warenkorb|ø bestellung", "average order"),
        (r"umsatzanteil", "share of revenue"),
        (r"umsätze|umsatz(?:es)?|umgesetzt|geld|einnahmen|bringt uns|erlöse?|verdient", "revenue"),
        (r"bestellt öfter|bestellen öfter|häufigkeit", "orders more often"),
        (r"nach (?:stück\w*|menge)|stückzahl\w*|stück", "by units"),
        (r"wahrscheinlichkeit|wahrscheinlich", "probability"), (r"gekauft|kaufen|kauft", "bought"),
        (r"wächst|wachsen|gewachsen", "grows"), (r"schrumpf\w*|kleiner geworden", "shrunk"),
        (r"wieder", "again"), (r"gerade|grad|denn|mal|bitte|eigentlich", " "),
        (r"zuletzt", "last"), (r"bestellung(?:en)?|aufträge|bestellt", "orders"),
        (r"produkte?|artikel", "product"), (r"verkauft(?:e[ns]?)?|bestseller", "best selling"),
        (r"kategorien?|warengruppen?", "category"), (r"länder(?:n)?|land", "country"),
        (r"abwanderungs(?:risiko|wahrscheinlichkeit|quote)|abwanderung|abwandern|"
         r"churnrate", "churn"),
        (r"abwanderern?|verlieren", "expected to leave"),
        (r"springt uns|springen uns|abspringen|springt|ist gefährdet", "will leave"),
        (r"abwanderungsgefährdet\w*", "likely to leave"),
        (r"gefährdet|verlassen uns|verlässt uns|kündigt", "likely to leave"),
        (r"segmenten?|gruppen?", "segment"),
        (r"verändert|geändert|anders|gewechselt|wechselten|passiert", "changed"),
        (r"haben wir verloren|wir verloren|verloren haben", "have we lost"),
        (r"rausgegangen|abgewandert|verlassen|weggegangen", "left"),
        (r"reingekommen|dazugekommen|neu dazu", "entered"),
        (r"wächst|gewachsen|wachsen", "grow"), (r"schrumpfts?|geschrumpft", "shrink"),
        (r"anteil|prozent(?:satz)?", "percentage"), (r"im schnitt|durchschnittlich", "average"),
        (r"im vergleich zu|verglichen mit", "compared with"),
        (r"im vergleich|vergleiche?n?|gegen", "compare"),
        (r"wie viele|wieviele?|anzahl|wie viel", "how many"),
        (r"größte[rsn]?|meisten?|höchste[rsn]?|beste[rsn]?", "largest"),
        (r"kleinste[rsn]?|wenigsten?|niedrigste[rsn]?|schlechteste[rsn]?", "smallest"),
        (r"letzte[nsrm]? sommer|im sommer", "in summer"),
        (r"letzte[nsrm]?|vorige[nsrm]?|vergangene[nsrm]?", "last"), (r"diese[nsrm]?", "this"),
        (r"gestern", "yesterday"), (r"heute", "today"), (r"seit", "since"),
        (r"(\d)\. quartal", r"Q\1"), (r"quartal", "quarter"),
        (r"monat(?:en|e|s)?", "month"), (r"jahr(?:en|e|s|es)?", "year"),
        (r"wochen?", "week"), (r"tage?n?", "days"),
        (r"zeige?|zeig mir|liste(?: aller)?|auflisten", "list"), (r"selten", "rarely"),
        (r"warum|wieso|weshalb", "why"),
        (r"welche[rsnm]?", "which"), (r"wer", "who"), (r"was", "what"), (r"wie", "how"),
        (r"mehr als", "more than"), (r"weniger als", "less than"), (r"über", "over"),
        (r"insgesamt|gesamt", "in total"), (r"haben|hat", "have"), (r"gibt es", "are there"),
        (r"pro|nach", "by"), (r"und", "and"), (r"oder", "or"), (r"sind", "are"), (r"ist", "is"),
        (r"im|in der|in den", "in"), (r"bei|von|aus|vom", "of"), (r"nur", "only"), (r"mit", "with"),
        (r"der|die|das|den|dem|des", "the"), (r"unsere[rnm]?|wir|uns", "our"),
    ),
    "es": (
        (r"(?:que )?llevan? (?:ya )?(.{0,30}?\d+ (?:d[ií]as|semanas|meses)) sin "
         r"(?:comprar|pedir)(?: nada)?",
         r"have not bought for \1"),
        (r"cuándo", "when"), (r"m[aá]s de(?= \d)", "more than"), (r"devoluciones", "returns"),
        (r"menos de(?= \d)", "less than"),
        (r"por última vez|último pedido|última compra", "last order"),
        (r"por primera vez|primer pedido|primera compra", "first order"),
        (r"próximo pedido|próxima compra|volverá a (?:comprar|pedir)", "next order"),
        (r"de l[oa]s dos", "of the two"), (r"l[oa]s dos|amb[oa]s", "both"),
        (r"(?:olvid(?:a|emos))(?= (?:\w+['’ ])?<)", "forget"),
        (r"toda la tienda", "the whole shop"),
        (r"dos", "two"), (r"tres", "three"), (r"cuatro", "four"), (r"cinco", "five"),
        (r"seis", "six"), (r"siete", "seven"), (r"ocho", "eight"), (r"diez", "ten"),
        (r"veinte", "twenty"),
        (r"n[ºo°]\.? de|número de|cantidad de", "number of"),
        (r"por término medio|de media|en promedio|promedio", "average"),
        (r"de cuánto es|cuánto es", "what is"), (r"facturaci[oó]n|facturad[oa]s?", "revenue"),
        (r"hemos vendido|se ha vendido|vendemos más|vendemos|vendido", "revenue"),
        (r"bajas (?:esperadas|previstas)", "expected to leave"), (r"también", "too"),
        (r"entre", "between"), (r"(?:el )?(?:año|mes) anterior", "the year before"),
        (r"(?:la )?primera mitad (?:de|del)", "first half of"),
        (r"(?:la )?segunda mitad (?:de|del)", "second half of"),
        (r"nos compr(?:ó|aron)|compr(?:ó|aron)", "spent"),
        (r"de (?:ahí|allí|ellos|ellas|esos|estos)", "of them"), (r"quiero decir", "i meant"),
        (r"por (?:pedido|compra|cesta)", "per order"), (r"por (?:cliente|persona|cabeza)",
                                                        "per customer"),
        (r"(?:que|de que) (.{0,30})se vayan?|se marchen?|se vayan?", r"\1 will leave"),
        (r"devoluciones|devuelto", "returns"), (r"descuentos?|rebajas", "discount"),
        (r"d[ií]as? de la semana", "weekday"), (r"canal(?:es)?", "channel"),
        (r"mujeres", "women"), (r"hombres", "men"), (r"sin", "without"),
        (r"excepto|salvo|fuera de", "except"), (r"gastan? más|compran? más", "spend most"),
        (r"nuevos clientes|clientes nuevos", "new customers"),
        (r"quién(?:es)? se (?:nos )?(?:va|van|irá|irán|marcha)(?: a ir| a marchar)?|"
         r"quien(?:es)? se "
         r"(?:nos )?(?:va|van|irá|irán)(?: a ir)?", "who will leave"),
        (r"se (?:nos )?(?:va|van|irá|irán)(?: a ir| a marchar)?", "will leave"),
        (r"(?:valor|gasto|importe) medio por (?:compra|pedido|cesta)", "average order"),
        (r"lo (?:que|q) m[aá]s (?:compran?|se vende|venden?)", "best selling product"),
        (r"en (?:unidades|número|cantidad)|por unidades|unidades", "by units"),
        (r"(?:que|q) m[aá]s (?:dinero|ingresos) (?:dejan?|aportan?|generan?|traen?|dan)",
         "with most revenue"),
        (r"dejan?|aportan?|generan?|traen?|gast(?:ó|ado|an?|aron)|lleva gastado", "revenue"),
        (r"primavera", "spring"), (r"otoño", "autumn"), (r"invierno", "winter"), (r"o|u", "or"),
        (r"(?:va|van) a quedarse|se quedar[aá]n?", "will stay"),
        (r"(?:nos )?va(?:n)? a (?:dejar|gastar|traer|comprar|aportar)", "will spend"),
        (r"(?:los )?próximos meses", "the coming months"), (r"es[oa]s|ell[oa]s", "those"),
        (r"peores", "worst"),
        (r"probabilidad", "probability"), (r"qué hay de nuevo|novedades", "what is new"),
        (r"clientes?|compradores|personas|gente", "customers"),
        (r"pedido medio|ticket medio|valor medio (?:del|de los) pedidos?|compra media|"
         r"cesta media", "average order"),
        (r"ingresos|facturación|facturamos|ventas|vendimos|dinero|gana(?:mos)?", "revenue"),
        (r"más vendidos?", "best selling"), (r"pedidos?|compras", "orders"),
        (r"productos?|artículos?", "product"), (r"categorías?", "category"),
        (r"países|país", "country"), (r"segmentos?|grupos?", "segment"),
        (r"abandon\w*|irse|se (?:va|van|irán)|fuga|perder(?:emos)?|riesgo de irse|marchar\w*",
         "will leave"),
        (r"cambi(?:ó|ado|aron|os?)|movi(?:ó|eron)", "changed"), (r"entraron|entrado", "entered"),
        (r"salieron|salido", "left"), (r"crecido", "grown"), (r"crec(?:e|ió|iendo)", "grow"),
        (r"porcentaje|proporción|parte", "percentage"), (r"compar(?:a|ar|e|ación)|frente a|"
                                                         r"contra", "compare"),
        (r"cu[aá]nt[oa]s?", "how many"), (r"más grande|mayor(?:es)?|mejor(?:es)?|más", "most"),
        (r"más pequeñ[oa]|menor|peor(?:es)?|menos", "least"),
        (r"(?:de )?qué día (?:es|fue) (?:el|la) últim[oa]", "when was the last order"),
        (r"estudiantes?", "students"), (r"familias?", "families"),
        (r"(?:el )?mes pasado|último mes", "last month"), (r"(?:el )?año pasado", "last year"),
        (r"(?:la )?semana pasada", "last week"), (r"(?:el )?trimestre pasado", "last quarter"),
        (r"este mes", "this month"), (r"este año", "this year"), (r"verano", "summer"),
        (r"ayer", "yesterday"), (r"desde", "since"), (r"mes(?:es)?", "month"),
        (r"años?", "year"), (r"semanas?", "week"), (r"días?", "days"), (r"por", "by"),
        (r"lista|muestra(?:me)?|mostrar|enseña", "list"), (r"por qué", "why"),
        (r"cu[aá]l(?:es)?|qué|que", "which"), (r"qui[eé]n(?:es)?", "who"),
        (r"más de", "more than"), (r"menos de", "less than"), (r"hay", "are there"),
        (r"tenemos|tiene[n]?", "have"), (r"en total", "in total"), (r"solo", "only"),
        (r"y", "and"), (r"en", "in"), (r"de los|de las|del|de", "of"), (r"el|la|los|las", "the"),
        (r"nuestr[oa]s?", "our"), (r"es|son", "is"),
    ),
    "fr": (
        (r"qu['’](?=au )", "than "), (r"nouve(?:aux|lles?|au) (?:client(?:e?s)?|"
                                      r"customers)", "new customers"),
        (r"plus de (?=new customers|client|customers|command)", "more "),
        (r"(?:au |mode de vie )*étudiante?s?", "students"), (r"familles?", "families"),
        (r"en (?:nombre|termes) de pièces", "by units"), (r"en nombre de commandes", "by orders"),
        (r"toutes (?:les )?années confondues|depuis (?:le début|toujours)", "ever"),
        (r"(?:au |le )?(?:premier|1er) trimestre", "Q1"),
        (r"(?:au |le )?(?:deuxième|second|2e|2ème) trimestre", "Q2"),
        (r"(?:au |le )?(?:troisième|3e|3ème) trimestre", "Q3"),
        (r"(?:au |le )?(?:quatrième|4e|4ème) trimestre", "Q4"),
        (r"(?:n['’](?:ont|a)|ont|a) (?:plus )?rien (?:acheté|commandé) depuis (?:(?:plus|\+) de )?"
         r"(\d+ \w+)", r"have not bought for more than \1"),
        (r"quand est-ce que|à quand|quand", "when"), (r"plus de(?= \d)", "more than"),
        (r"moins de(?= \d)", "less than"),
        (r"pour la dernière fois|dernière commande|dernier achat", "last order"),
        (r"pour la première fois|première commande|premier achat", "first order"),
        (r"prochaine commande|prochain achat", "next order"),
        (r"(?:ont|a|sont) (?:quitté|partis? de|sortis? de)", "left"),
        (r"(?:ont|a) commandé", "ordered"),
        (r"gonflé|grossi", "grown"), (r"fondu|maigri|rétréci", "shrunk"),
        (r"des deux", "of the two"), (r"(?:tou(?:te)?s )?les deux", "both"),
        (r"(?:oubli(?:e|ons|ez))(?= (?:\w+['’ ])?<)", "forget"),
        (r"toute la boutique|tout le magasin", "the whole shop"),
        (r"leurs?", "their"),
        (r"deux", "two"), (r"trois", "three"), (r"quatre", "four"), (r"cinq", "five"),
        (r"huit", "eight"), (r"dix", "ten"), (r"vingt", "twenty"),
        (r"départs (?:attendus|prévus)|pertes attendues", "expected to leave"),
        (r"panier moy\.?|panier moyen|ticket moyen|moyenne des commandes", "average order"),
        (r"(?:a|ont|avons|avez|on a) perdu", "lost"), (r"aussi", "too"),
        (r"(?:clients?|clientes?) (français(?:es)?|allemands?|anglais(?:es)?|belges?) "
         r"(?:qui )?(?:dépensent le plus|les plus dépensiers)", r"top \1 customers by revenue"),
        (r"nombre de", "number of"), (r"chez", "in"),
        (r"entre", "between"), (r"par rapport (?:à|a|aux?)", "versus"), (r"avant", "before"),
        (r"printemps", "spring"), (r"automne", "autumn"), (r"hiver", "winter"),
        (r"(?:en|par) nombre de", "by number of"), (r"(?:le |la )?plus gros(?:se)?", "biggest"),
        (r"têtes", "customers"), (r"ils|elles", "they"), (r"il|elle", "it"),
        (r"(?:va|vont) rester|resteront", "will stay"),
        (r"encaissé|pès(?:e|ent)", "revenue"), (r"arrivées", "entered"),
        (r"(?:va|vont) (?:nous )?(?:dépenser|rapporter|laisser)", "will spend"),
        (r"(?:les )?prochains mois", "the coming months"), (r"parmi eux|d['’]entre eux", "of them"),
        (r"ceux-là|celles-là|ceux|celles", "those"),
        (r"pires", "worst"), (r"lâcher", "leave"), (r"je voulais dire", "i meant"),
        (r"nouveaux clients|nouvelles clientes", "new customers"),
        (r"combien (?:nous )?(?:rapport|gagn|dépens|encaiss)\w*", "how much revenue"),
        (r"(?:nous )?quitte(?:nt)?", "will leave"),
        (r"par (?:commande|achat|panier)", "per order"), (r"par (?:client|tête|personne)",
                                                          "per customer"),
        (r"dépens\w+ le plus|achèt\w+ le plus", "spend most"), (r"dépens\w+", "spend"),
        (r"achet\w+|achèt\w+", "bought"), (r"retours|remboursements", "returns"),
        (r"remises|réductions|rabais", "discount"), (r"jours? de la semaine", "weekday"),
        (r"canal|canaux", "channel"), (r"femmes", "women"), (r"hommes", "men"),
        (r"sans|hors|sauf|hormis", "without"), (r"(?:fait|réalisé) combien", "how much revenue"),
        (r"(?:combien de |en )?chiffre(?! d)", "revenue"), (r"gens|monde|personnes", "customers"),
        (r"quoi de neuf|du nouveau|des nouvelles", "what is new"),
        (r"clients?|clientes?|acheteurs|personnes|gens|monde", "customers"),
        (r"en (?:nombre|quantité|unités)|unités", "by units"), (r"svp|stp", " "),
        (r"rapportent?|rapporté|dépens(?:es|é|ent)|ramènent?", "revenue"),
        (r"(?:nous )?quittent?|s['’]en (?:va|vont|aller)|partent", "will leave"),
        (r"probabilité", "probability"), (r"comptent?", "have"), (r"un client", "a customer"),
        (r"panier moyen|commande moyenne|valeur moyenne (?:d['’]une |des )commandes?",
         "average order"),
        (r"chiffre d['’]affaires|recettes|revenus?|ventes|argent|\bca\b", "revenue"),
        (r"plus vendus?|mieux vendus?", "best selling"), (r"commandes?|achats", "orders"),
        (r"produits?|articles?", "product"), (r"catégories?", "category"), (r"pays", "country"),
        (r"segments?|groupes?", "segment"),
        (r"(?:va|vont|risquent? de) (?:nous )?(?:quitter|partir)|quitter|partir|perdre|attrition",
         "will leave"),
        (r"avons[- ]nous perdus?|a-t-on perdus?|on a perdus?|avons perdus?", "have we lost"),
        (r"changé|évolué|bougé|passé", "changed"), (r"entrés?|arrivés?", "entered"),
        (r"sortis?|partis?", "left"), (r"pourcentage|proportion|part", "percentage"),
        (r"compare[rz]?|comparaison|contre|face à", "compare"), (r"combien", "how many"),
        (r"le plus|la plus|les plus|plus gros(?:se)?|plus grand[es]*|meilleur[es]*|plus", "most"),
        (r"le moins|la moins|moins|plus petit[es]*|pire", "least"),
        (r"(?:le )?mois dernier|dernier mois", "last month"),
        (r"(?:l['’]année dernière|l['’]an dernier|année dernière)", "last year"),
        (r"(?:la )?semaine dernière", "last week"), (r"ce mois(?:-ci)?", "this month"),
        (r"cette année", "this year"), (r"(?:cet |l['’])?été", "summer"), (r"hier", "yesterday"),
        (r"depuis", "since"), (r"par", "by"), (r"mois", "month"), (r"années?|ans?", "year"),
        (r"semaines?", "week"), (r"jours?", "days"), (r"trimestre", "quarter"),
        (r"liste[rz]?|montre[rz]?(?:-moi)?|affiche[rz]?", "list"), (r"pourquoi", "why"),
        (r"quel(?:le)?s?", "which"), (r"qui", "who"), (r"comment", "how"),
        (r"y a-t-il|il y a", "are there"), (r"avons(?:-nous)?|ont|a", "have"),
        (r"au total", "in total"), (r"seulement", "only"), (r"et", "and"), (r"ou", "or"),
        (r"en|dans|au", "in"), (r"de la|du|des|de", "of"), (r"le|la|les", "the"),
        (r"nos|notre|nous", "our"), (r"sont|est", "is"),
    ),
}  # fmt: skip
# Months by their number; English knows its own.
_MONTHS = (
    r"januar|jänner|enero|janvier", r"februar|febrero|février|fevrier", r"märz|marzo|mars",
    r"abril|avril", r"mai|mayo", r"juni|junio|juin", r"juli|julio|juillet", r"agosto|août|aout",
    r"septiembre|septembre", r"oktober|octubre|octobre", r"noviembre|novembre",
    r"dezember|diciembre|décembre|decembre",
)  # fmt: skip
_ENGLISH_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
                   "September", "October", "November", "December")  # fmt: skip


def language_of(question: str) -> Language | None:
    """None is English, and whatever is not told by at least one word more than English is."""
    if "¿" in question:
        return "es"
    folded = question.casefold()
    english = len(_ENGLISH.findall(folded))
    hits = {
        language: len(re.findall(rf"(?<!\w)(?:{words})(?!\w)", folded))
        for language, words in _TELLTALE.items()
    }
    best = max(hits, key=lambda language: hits[language])
    return best if hits[best] > english else None


def to_english(question: str) -> str:
    """The question in the words of the rules, when it is in one of the other languages."""
    language = language_of(question)
    if language is None:
        return question
    for number, words in enumerate(_MONTHS):
        question = re.sub(
            rf"(?<!\w)(?:{words})(?!\w)", _ENGLISH_MONTHS[number], question, flags=re.I
        )
    for pattern, words in _patterns(language):
        question = pattern.sub(words, question)
    return question


@cache
def _patterns(language: Language) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"(?<![\w<])(?:{words})(?![\w>])", re.IGNORECASE), english)
        for words, english in _WORDS[language]
    )
