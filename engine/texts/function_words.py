"""The small words of six languages that customers write in, and of some neighbours.

A text is recognised by them: they are in almost every sentence and seldom in another language's.
The neighbours are here to be told apart from the six, not to be read. Shop words help where a text
is only a few words long; they are apart because they say what a text is about.
"""

FUNCTION_WORDS: dict[str, str] = {
    "en": """
    the a an and or but if of to in on at by for from with without about as than then that
    this these those it its it's i i'm i've i'd i'll my me mine we our us you your he she
    his her they their them is are was were be been being am do does did don't didn't
    doesn't have has had haven't not no never can can't could would should will won't what
    when where which who how why there here very too so just only also again after before
    because while still all any some more most much many up out off over into now one two
    get got please really even every small large down through back same something anything
    everything nothing someone anyone everyone well made make makes making goes go going
    gone see seen look looks looking things let put take takes took taken give gave given
    say said says know think thought tell told ask asked want wanted need needed find found
    try tried next once today yesterday tomorrow own each both few lot lots half three four
    five six another such though yet between during until since shall may might must feel
    feels felt keep keeps kept come comes coming went getting gets seems seem straight
    around away nowhere anywhere twice whole round open opened close closed doing done
    having myself yourself itself themselves whom whose
    """,
    "de": """
    der die das den dem des ein eine einen einem einer eines und oder aber wenn dass daß
    weil von vom zu zum zur im in am an auf aus bei beim mit ohne für nach über unter vor
    bis um als wie ich mich mir mein meine meinen wir uns unser unsere du sie ihr ihre er es
    ist sind war waren sein wird werden wurde hat habe haben hatte bin nicht kein keine
    keinen nie noch nur auch schon sehr so da hier dort was wann wo wer warum kann können
    konnte muss soll bitte danke leider immer wieder mehr viel alles etwas man sich diese
    dieser dieses jetzt sofort ganz gut toll schnell passt schön schöne melden
    """,
    "fr": """
    le la les l un une des du de d et ou mais si que qu qui quoi dont où je j me m moi mon
    ma mes nous notre nos vous votre vos il elle ils elles on ce c cet cette ces ça est sont
    était suis être été ai as a ont avait avoir avez avons ne n pas plus jamais rien
    personne très trop bien bon bonne aussi encore déjà pour par avec sans dans sur sous
    chez en au aux à y se s sa son ses leur leurs quand comment pourquoi tout tous toute
    toutes même peu après avant depuis merci bonjour belle beau toujours fait rapide
    déçu déçue
    """,
    "es": """
    el la los las un una unos unas de del al y o pero si que qué quien quién yo me mi mis
    nos nuestro nuestra tú tu te su sus usted ustedes él ella ellos lo le les se es son era
    fue ser está están estoy estaba ha he han había haber hay no ni nunca nada nadie muy más
    mas menos también ya todavía para por con sin en sobre desde hasta entre como cómo
    cuando cuándo donde dónde porque todo todos toda todas este esta esto estos ese esa eso
    bien mal bueno buena mucho gracias hola tarde rápido perfecto contento contenta funciona
    """,
    "it": """
    il lo la i gli le un uno una di del dello della dei degli delle da dal dalla in nel
    nella nei su sul sulla con senza per tra fra e ed o ma se che chi cui io mi mio mia miei
    mie noi ci nostro tu ti tuo voi vi lui lei loro si è sono era erano essere stato stata
    ho ha hanno aveva avere non né mai niente nulla nessuno molto più meno anche ancora già
    come quando dove perché tutto tutti tutta tutte questo questa questi queste quello
    quella bene male buono buona ottimo grazie buongiorno vorrei dopo sarà bellissimo bello
    bella sempre veloce
    """,
    "nl": """
    de het een en of maar als dat die dit deze van voor naar met zonder bij op in uit aan te
    om door over onder na tot ik mij me mijn wij we ons onze jij je jullie u uw hij zij ze
    haar hun er is zijn was waren ben bent wordt worden werd heb hebt heeft hebben had niet
    geen nooit nog al ook wel zo zeer erg heel veel meer alles iets niets hier daar wat
    wanneer waar wie hoe waarom kan kunnen moet zal zou graag dank bedankt helaas weer terug
    altijd steeds snel goed mooi mooie slecht past leuk blij tevreden
    """,
    "pt": """
    o os as um uma uns umas do da dos das no na nos nas ao à e ou mas se que quem eu meu
    minha você seu sua ele ela eles é são era foi ser está estou tem tinha não nem nunca
    nada muito mais também já ainda para por com sem em pelo pela até como quando onde
    porque tudo todos este esta isso bem produto chegou prazo comprei entrega qualidade
    obrigado obrigada recomendo antes dinheiro pedido loja
    """,
    "sv": """
    och att det som en ett den är var på av för med till inte jag du han hon vi ni de mig
    min mitt har hade kan ska från om men eller så mycket aldrig tack bra köpt varan
    leverans
    """,
    "da": """
    og at det som en et den er var på af for med til ikke jeg du han hun vi de mig min mit
    har havde kan skal fra om men eller så meget aldrig tak godt tilfreds købt varen
    levering blev
    """,
    "pl": """
    i w na z do się nie to jest że o jak za po od co ale czy są był była było mam proszę
    bardzo dla przez tylko już jeszcze nigdy dziękuję paczka zwrot pieniędzy zamówienie
    towar
    """,
}

SHOP_WORDS: dict[str, str] = {
    "en": """
    super bought order ordered arrived came delivery parcel product quality shop store price item
    money refund size day days week weeks month year time use used using work works thing
    customer service support website site page app phone call chat email mail reply courier
    driver package packaging box bag shipping shipped post return returned returns exchange
    exchanged colour color fabric material battery screen handle lid zip button shoe shoes
    boots dress shirt coat jumper trousers jeans lamp kettle mug table chair rug bed kitchen
    house home present gift birthday mother daughter son husband wife children kids friend
    friends purchase purchased recommend review stars sale offer discount voucher card pay
    paid payment charged account checkout basket stock available medium washing wash water
    first second last old new years months minutes hours
    """,
    "de": """
    super lieferung paket bestellt bestellung gekauft ware artikel geld tage tagen woche wochen
    größe preis farbe kundendienst zurück kaputt angekommen qualität
    """,
    "fr": """
    super livraison colis commande commandé acheté produit qualité prix taille argent jours
    semaine reçu arrivé arrivée cassé remboursement magasin service client
    """,
    "es": """
    super pedido paquete llegó compra compré comprar producto calidad precio talla dinero días
    semana envío entrega tienda devolver devolución roto rota
    """,
    "it": """
    super pacco consegna ordine ordinato arrivato arrivata comprato acquisto prodotto qualità
    prezzo taglia soldi giorni settimana negozio rimborso rotto rotta spedizione servizio
    """,
    "nl": """
    super levering pakket bestelling besteld gekocht artikel product kwaliteit prijs maat geld
    dagen weken week winkel klantenservice kapot
    """,
}
