"""What customers write: by language, topic and sentiment; `{}` is the product."""

LANGUAGES = ("en", "de", "fr", "es")
TOPICS = ("quality", "delivery", "price", "service")
SENTIMENTS = ("negative", "neutral", "positive")
WORDINGS = 2  # for each language, topic and sentiment

# language -> topic -> negative, neutral, positive -> wordings
TEXTS: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "en": {
        "quality": (
            ("The {} fell apart within a week.", "Nothing like the picture: the {} feels cheap."),
            ("The {} is all right, nothing special.", "An ordinary {}. It does its job."),
            ("I love the {}, it is beautiful.", "Excellent quality, the {} is just as shown."),
        ),
        "delivery": (
            ("The {} arrived broken and three weeks late.",
             "Still waiting for the {}. The parcel is lost."),
            ("The {} came on the last day that was promised.", "Delivery of the {} took a week."),
            ("The {} was here the next day, well packed.", "Fast delivery of the {}, thank you!"),
        ),
        "price": (
            ("Far too expensive, the {} is not worth half of it.",
             "The {} was cheaper a day later. I feel cheated."),
            ("The {} costs about what it costs elsewhere.", "A usual price for a {}."),
            ("A bargain! The {} is great value.", "Such a good price for a lovely {}."),
        ),
        "service": (
            ("Nobody answers my messages about the {}.",
             "Your support was rude when I sent the {} back."),
            ("I asked about the {} and had an answer after two days.",
             "The exchange of the {} went as usual."),
            ("They replaced the {} at once, wonderful people.",
             "So helpful when I had a question on the {}!"),
        ),
    },
    "de": {
        "quality": (
            ("Das Produkt „{}“ ging nach einer Woche kaputt.", "„{}“ wirkt leider sehr billig."),
            ("„{}“ ist in Ordnung, nichts Besonderes.", "„{}“ erfüllt seinen Zweck."),
            ("Ich liebe „{}“, einfach wunderschön.", "„{}“: hervorragende Qualität."),
        ),
        "delivery": (
            ("„{}“ kam zerbrochen und viel zu spät an.", "Das Paket mit „{}“ ist verschwunden."),
            ("„{}“ kam nach einer Woche.", "„{}“ kam zur angegebenen Zeit."),
            ("„{}“ war am nächsten Tag da, toll verpackt.", "Schnelle Lieferung von „{}“, danke!"),
        ),
        "price": (
            ("„{}“ ist viel zu teuer.", "Einen Tag später war „{}“ billiger, ärgerlich."),
            ("„{}“ kostet so viel wie anderswo.", "Ein üblicher Preis für „{}“."),
            ("„{}“ ist ein echtes Schnäppchen!", "Toller Preis für „{}“."),
        ),
        "service": (
            ("Niemand antwortet auf meine Fragen zu „{}“.", "Unfreundlich bei Rückgabe von „{}“."),
            ("Zu „{}“ kam nach zwei Tagen eine Antwort.", "Der Umtausch von „{}“ lief wie üblich."),
            ("„{}“ wurde sofort ersetzt, großartig.", "Sehr freundliche Hilfe zu „{}“!"),
        ),
    },
    "fr": {
        "quality": (
            ("L'article « {} » s'est cassé en une semaine.", "« {} » fait vraiment bas de gamme."),
            ("« {} » est correct, sans plus.", "« {} » : un article ordinaire."),
            ("J'adore « {} », c'est magnifique.", "« {} » : excellente qualité."),
        ),
        "delivery": (
            ("« {} » est arrivé cassé et en retard.", "Le colis avec « {} » est perdu."),
            ("« {} » est arrivé au bout d'une semaine.", "« {} » livré dans le délai prévu."),
            ("« {} » reçu le lendemain, bien emballé.", "Livraison rapide de « {} », merci !"),
        ),
        "price": (
            ("« {} » est beaucoup trop cher.", "Déçu : « {} » moins cher le lendemain."),
            ("« {} » coûte le même prix qu'ailleurs.", "Un prix habituel pour « {} »."),
            ("« {} » : une très bonne affaire !", "Super prix pour « {} »."),
        ),
        "service": (
            ("Personne ne répond au sujet de « {} ».", "Accueil désagréable au retour de « {} »."),
            ("Une réponse sur « {} » après deux jours.", "Échange de « {} » sans surprise."),
            ("« {} » remplacé tout de suite, bravo.", "Une aide très aimable pour « {} » !"),
        ),
    },
    "es": {
        "quality": (
            ("El producto «{}» se rompió en una semana.", "«{}» parece muy barato, mala calidad."),
            ("«{}» está bien, nada especial.", "«{}»: un artículo corriente."),
            ("Me encanta «{}», es precioso.", "«{}»: excelente calidad."),
        ),
        "delivery": (
            ("«{}» llegó roto y muy tarde.", "El paquete con «{}» se ha perdido."),
            ("«{}» llegó en una semana.", "La entrega de «{}» tardó lo previsto."),
            ("«{}» llegó al día siguiente, muy bien embalado.", "¡Gracias, «{}» vino rápido!"),
        ),
        "price": (
            ("«{}» es demasiado caro.", "«{}» costaba menos al día siguiente, qué decepción."),
            ("«{}» cuesta lo mismo que en otras tiendas.", "Un precio normal para «{}»."),
            ("¡«{}» es una ganga!", "Muy buen precio para «{}»."),
        ),
        "service": (
            ("Nadie responde sobre «{}».", "Fueron groseros cuando devolví «{}»."),
            ("Me respondieron sobre «{}» en dos días.", "El cambio de «{}» fue como siempre."),
            ("Cambiaron «{}» enseguida, estupendo.", "¡Muy amables con mi duda sobre «{}»!"),
        ),
    },
}  # fmt: skip

# source -> language -> the text inside a call with the service, or a post; reviews stand alone
FRAMES: dict[str, dict[str, str]] = {
    "review": {"en": "{}", "de": "{}", "fr": "{}", "es": "{}"},
    "transcript": {
        "en": "Agent: How can I help? Customer: {} Agent: Thank you for telling us.",
        "de": "Service: Was kann ich tun? Kunde: {} Service: Danke für die Rückmeldung.",
        "fr": "Conseiller : Comment puis-je aider ? Client : {} Conseiller : Merci du message.",
        "es": "Agente: ¿En qué puedo ayudar? Cliente: {} Agente: Gracias por avisar.",
    },
    "social": {"en": "{} #homefinds", "de": "{} #zuhause", "fr": "{} #maison", "es": "{} #hogar"},
}
