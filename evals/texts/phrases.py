"""What customers say of a shop, as sentences: by topic, and by how they feel about it.

Written apart from the engine's words: statements rather than adjectives, so that a method which
only knows adjectives is found out.
"""

from typing import Literal

Feeling = Literal["positive", "negative", "neutral"]

PHRASES: dict[str, dict[Feeling, tuple[str, ...]]] = {
    "delivery": {
        "positive": (
            "the parcel was here the very next morning",
            "delivery was quick and the driver rang before he came",
            "everything arrived safe and sound",
            "shipping took just one day, I am impressed",
            "the courier was so careful with the box",
            "my delivery came right on schedule, no fuss",
        ),
        "negative": (
            "my parcel has been sitting in a depot since last Tuesday",
            "the courier dumped the box in a puddle",
            "delivery took over a month and nobody told me why",
            "the parcel turned up open and half of it was gone",
            "they claim the driver knocked, we were home all day",
            "shipping is a lottery with this company",
        ),
        "neutral": (
            "the parcel goes to my office address",
            "which courier do you use for delivery",
            "the tracking number starts with JD",
            "shipping is to Cardiff this time",
        ),
    },
    "quality": {
        "positive": (
            "the material feels thick and well made",
            "five years of daily use and it still looks new",
            "it survived being dropped down the stairs",
            "the workmanship is a pleasure to see",
            "it has never let me down",
            "the finish is smooth and the colours are vivid",
        ),
        "negative": (
            "the material is so thin you can see through it",
            "it stopped charging on day three",
            "the seam split when I sat down",
            "paint came off on my fingers",
            "it bent the moment I put weight on it",
            "the zip was stuck straight out of the box",
        ),
        "neutral": (
            "the material is cotton with some linen",
            "the handle is made of metal",
            "it has two buttons and a zip",
            "the finish comes in matt or gloss",
        ),
    },
    "service": {
        "positive": (
            "the lady on the helpline stayed on until it was fixed",
            "customer service answered within minutes",
            "your staff could not do enough for me",
            "the agent was patient and explained every step",
            "a real person wrote back the same evening, lovely service",
            "the support team replaced it without any argument",
        ),
        "negative": (
            "customer service hung up on me",
            "the agent read from a script and did not listen",
            "I have been on hold for fifty minutes",
            "nobody in your support team answers e-mails",
            "the staff laughed when I asked for the manager",
            "support closed my ticket without an answer",
        ),
        "neutral": (
            "the agent asked for my postcode",
            "is customer service open on Sundays",
            "I spoke to the support team on Monday",
            "my ticket number is in the e-mail",
        ),
    },
    "price": {
        "positive": (
            "you will not find it for less anywhere",
            "great value for what I paid",
            "the discount made it a bargain",
            "so much quality for such a small price",
            "I would gladly pay twice the price",
        ),
        "negative": (
            "the price doubled the day after I looked",
            "I paid a fortune for something this small",
            "you can get the same for half the price next door",
            "hidden fees at the end, the price was not what I was shown",
            "far too expensive for a piece of plastic",
        ),
        "neutral": (
            "the price on the label was twelve pounds",
            "is there a discount for students",
            "I paid by card",
            "the voucher covers part of the price",
        ),
    },
    "size": {
        "positive": (
            "the size is true and it sits just right",
            "it fits perfectly round the waist",
            "at last sleeves that are the right length",
            "the fit flatters me so well",
        ),
        "negative": (
            "the sleeves end at my elbows",
            "I could not get it over my head in my usual size",
            "the size chart is a work of fiction",
            "the waist gapes and the fit is awful",
        ),
        "neutral": (
            "I take a size twelve",
            "the sleeves can be rolled up",
            "what is the waist in centimetres",
            "the size chart is below the photos",
        ),
    },
    "returns": {
        "positive": (
            "the refund was in my account before I had posted the thing",
            "exchanging it at the counter took two minutes and a smile",
            "no questions asked when I took it back, brilliant refund policy",
            "the return label was in the box, so easy",
        ),
        "negative": (
            "I am still chasing my refund after six weeks",
            "they refuse to take it back although the label is on",
            "the exchange was the same faulty thing again",
            "returning it costs more than I paid, what a cheek",
        ),
        "neutral": (
            "I would like to exchange it for the grey one",
            "the return label is in the box",
            "a refund goes to the card I used",
            "I am returning one of the three",
        ),
    },
}

# Said of a thing, with the feeling that a reader takes from it; {thing} is what it is about.
FRAMES: dict[Feeling, tuple[str, ...]] = {
    "positive": (
        "I'm not disappointed with the {thing} at all",
        "this {thing} isn't bad",
        "nothing wrong with this {thing}",
        "what a {thing}, wow",
        "couldn't ask for a better {thing}",
        "the {thing} makes me smile every morning",
        "this {thing} is extremely good",
        "I recommended the {thing} to all my friends",
    ),
    "negative": (
        "I'm not happy with the {thing}",
        "this {thing} isn't good",
        "nothing about this {thing} is nice",
        "what a useless {thing}",
        "I would not recommend this {thing}",
        "the {thing} went straight to the charity shop",
        "this {thing} is extremely disappointing",
        "I wish I had never bought the {thing}",
    ),
    "neutral": (
        "this is the {thing} from the spring catalogue",
        "the {thing} stands in the kitchen",
        "I ordered the {thing} for my sister",
        "is the {thing} dishwasher proof",
        "the {thing} is the one on page nine",
    ),
}
THINGS = (
    "kettle", "jumper", "lamp", "rug", "mug", "backpack", "candle", "frying pan", "scarf", "clock",
)  # fmt: skip
CONTRASTS = ("{0}, but {1}", "{0}. However, {1}", "{0}, although {1}", "{0} and yet {1}")
