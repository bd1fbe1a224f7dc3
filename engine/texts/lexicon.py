"""What English words and short phrases say of a customer's feeling, and what turns it.

Written for shops: what is said of goods, parcels, prices and people at the counter. The number is
how strongly a word leans, on its own; `engine.texts.sentiment` says how they add up. A phrase is
taken before its words ("waste of money" is not money). Other forms of a word (broke, broken,
breaks) stand here as words of their own, so that what counts can be looked up.
"""

from functools import lru_cache

# strength: the words
_POSITIVE_WORDS = {
    3.0: """
    adore adored adores amazing amazed awesome best beautiful beautifully beauty brilliant
    brilliantly delighted delightful excellent exceptional exquisite fab fabulous fantastic
    flawless flawlessly gem glorious eous heaven heavenly impeccable incredible incredibly
    love loved lovely loves loving magnificent marvellous marvelous obsessed outstanding
    perfect perfection perfectly phenomenal sensational spectacular splendid star stellar
    stunning stunner sublime superb superbly terrific thrilled treasure treasured unbeatable
    unreal wonderful wonderfully wow yay yum yummy chuffed lush ace cracking stoked ecstatic
    dreamy divine
    """,
    2.0: """
    accurate admire affordable appreciate appreciated attentive bargain blessed bliss bravo
    charming cheerful clever comfortable comfortably comfy compliment complimented compliments
    congrats convenient convinced cosy courteous cute delicious delight dependable durable
    easily easy effortless effortlessly efficient elegant enjoy enjoyable enjoyed enjoying
    enjoys exceeded faultless favorite favourite favourites fresh friendly fun generous
    genuine glad good gratitude great greatest grateful handy happier happiest happily happy
    helpful hooked impress impressed impressive intact joy kind kinder kindest kindly
    lifesaver luxurious nice nicely nicer nicest painless patient plush pleasant pleasantly
    pleased pleasure polite praise pretty professional prompt promptly proud recommend
    recommended recommending recommends reliable reliably robust rocks satisfied seamless
    sharp sleek slick smart smooth smoothly snug soft softest solid sparkling speedy steal
    sturdy stylish super superior sweet swift swiftly tasty terrifically thoughtful tidy
    timeless top treat understanding upgrade useful versatile vibrant warm welcoming worth
    worthwhile win winner wonders hooray wicked sound smashing dandy delightfully bestest yes
    """,
    1.0: """
    better bright clean clear correct crisp fair fast faster fine gentle lasting light neat ok
    okay quick quicker quickest quickly quiet reasonable right safe safely simple sorted
    spacious spotless stable straightforward strong stronger successfully supportive
    sufficient thank thanks thankful thankyou thx tx cheers cool decent works worked working
    workable polished
    """,
}
_NEGATIVE_WORDS = {
    3.0: """
    abysmal angry annoyed annoying annoyingly appalled appalling atrocious avoid awful awfully
    broke broken crap cheat cheated cheats con conned disaster disastrous disgrace disgraceful
    disgusted disgusting dreadful dreadfully enraged fake faulty fraud fraudulent fuming
    furious garbage ghastly gross hate hated hates horrendous horrible horribly horrid
    horrific hopeless inexcusable infuriating insult insulting joke junk liar liars livid mess
    nasty nightmare outrage outrageous outraged pathetic revolting ridiculous rotten rubbish
    ruin ruined ruins scam scammed scammers shambles shameful shocking shoddy sickening stolen
    terrible terribly trash unacceptable unusable useless vile waste wasted worse worst
    worthless wtf crappy shite shit diabolical naff tat ripoff thieves unsafe dangerous
    """,
    2.0: """
    aggressive arrogant bad badly bent bin binned blame bland boring bother bothered breakage
    breaking breaks bug buggy bugs burnt burst careless cheaply chipped clumsy collapsed
    complain complained complaint complaints confused confusing cracked crack cracks crash
    crashed crashes crashing creaks creak creased crooked crushed cursed damage damaged dead
    defect defective dented dent dents difficult dirty disappoint disappointed disappointing
    disappointingly disappointment disappoints dismissive dull embarrassed embarrassing
    expired fade faded fades fading fail failed failing fails failure filthy flawed flimsy
    fobbed forgot forgotten fray frayed fraying frustrated frustrating frustratingly
    frustration grim grubby grumpy hideous hassle hurt hurts ignored ignoring ignorant
    impossible inaccurate incompetent incomplete inconvenient incorrect incorrectly inedible
    inferior itchy jammed jams lame late leak leaked leaking leaks leaky letdown lied lies
    lost lousy misleading misled mislead missed missing mistake mistakes mould mouldy moldy
    noisy obnoxious odd ordeal overcharged overpriced pain painful patronising peel peeled
    peeling peels pointless poor poorer poorest poorly pricey problem problems problematic
    puncture punctured rash rattles rattle rattling refused refuses refuse regret regretted
    regretting reject rejected ripped rip rough rude rudely rusted rusting rusty sad sadly
    scratched scratches scratch scratchy scruffy shame shattered shrank shrink shrinks shrunk
    sick sloppy slow smashed smell smelled smells smelly smelt snapped snaps soaked sore sour
    spilled spilt spoiled spoilt stain stained stains stale stank stink stinks stinking stuck
    stupid sucks suck tacky tangled tasteless tear tearing tore torn troublesome trouble
    ugliest ugly unable uncomfortable underwhelmed underwhelming unfair unfriendly
    unfortunately unhappy unhelpful unimpressed unpleasant unprofessional unreadable
    unreliable unsatisfied unsatisfactory unstable unsuitable unwearable upset upsetting
    warped wobbles wobbly wobble worn worried worrying wrong yuck yucky bleak gutted fuzzy
    blurry nope nah unresponsive unsympathetic unhygienic unresolved unhelpfully squashed
    ruining threw thrown shouted hung pilling pills stiff soggy damp
    """,
    1.0: """
    apologise apologize apologies apology average chaos cheap cold crumpled delay delayed
    delays disagree excuse excuses expensive fault faults flat hard heavy ill issue issues
    lacking lacks less limp loose loud meh mediocre messy sorry outdated overdue patchy plain
    short slipped sluggish tired tight thin tiny unclear uneven unexpectedly vague weak
    weird wait waiting waited chase chased chasing complicated cramped dim awkward fiddly
    """,
}
# strength: the phrases, with commas between them
_POSITIVE_PHRASES = {
    3.0: """
    above and beyond, blown away, can't fault, cannot fault, couldn't fault, could not fault,
    can't get enough, couldn't be happier, could not be happier, couldn't be better, could not
    have been better, could not be more helpful, couldn't be more helpful, couldn't have been
    more helpful, exceeded my expectations, exceeded expectations, five stars, 5 stars, 5/5,
    10/10, ten out of ten, 10 out of 10, hats off, highly recommend, in a heartbeat, next
    level, over the moon, second to none, spot on, top notch, top quality, worth every penny,
    game changer, must have, life saver, to die for
    """,
    2.0: """
    as described, as good as new, as promised, buy again, order again, come back for more, be
    back, bang on, best buy, does what it says, does the trick, fits like a glove, going
    strong, good value, great value, look no further, looks after, no complaints, no
    fuss, no problem, no problems, no regrets, no trouble, nothing to complain about, on time,
    pleasant surprise, thumbs up, true to size, well done, well made, well packed, well
    packaged, well wrapped, works a treat, works like a charm, not disappointed, never
    disappoints, without a hitch, without any trouble, a joy
    """,
}
_NEGATIVE_PHRASES = {
    3.0: """
    a joke, complete waste, daylight robbery, fell apart, falling apart, falls apart, fell to
    bits, never again, rip off, ripped off, total waste, waste of money, waste of time, waste
    of space, zero stars, one star, 1 star, 0/10, 1/10, 1/5, want my money back, not fit for
    purpose
    """,
    2.0: """
    at my wits end, came apart, coming apart, came off, comes off, coming off, fell off, falls
    off, cut off, don't bother, do not bother, not again, not what i ordered, not what i
    expected, not as described, no answer, no apology, no good, no help, no idea, no longer
    works, no refund, no reply, no response, no sign of, no stars, no use, no one answers, no
    one picks up, nobody answers, nobody replies, nobody picks up, been ignored, charged
    twice, gave up, give up, in bits, in pieces, to pieces, let down, let me down, lets it
    down, never arrived, never came, never turned up, never worked, not worth, not happy, not
    impressed, not good enough, not working, not work, doesn't work, does not work, didn't
    work, did not work, won't work, stopped working, on hold, out of order, passed around,
    round in circles, run around, runaround, sent back, sort it out, still no, still not,
    still nothing, still waiting, still wait, too big, too expensive, too large, too long, too
    loud, too much, too short, too small, too thin, too tight, too heavy, took ages, went
    wrong, where is my, wrong item, wrong size, wrong colour, wrong color, had enough, fed up,
    far from
    """,
}
# The faces and signs themselves; they mean the same in every language.
_POSITIVE_SIGNS = "😀😃😄😁😆😊🙂😍🥰😘🤩😎🤗👍👌👏🙌💪❤♥🧡💛💚💙💜🖤💕💖💗🎉🥳⭐🌟✨💯😋🙏😻☺🔥😇"
_NEGATIVE_SIGNS = "😠😡🤬😤😞😔😟😕🙁☹😣😖😫😩😢😭😒🙄👎💔🤮🤢😱😨😰🤦💩😾🚮🗑"


def _set_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS = _set_of("""
    not no never none nothing nobody neither nor without hardly barely scarcely cannot can't
    won't don't doesn't didn't isn't wasn't aren't weren't haven't hasn't hadn't wouldn't
    couldn't shouldn't ain't cant wont dont doesnt didnt isnt wasnt arent werent havent hasnt
    hadnt wouldnt couldnt shouldnt aint lacks stopped
""")
STRONGER = _set_of("""
    very really so extremely absolutely totally utterly completely incredibly super too truly
    highly seriously ever exceptionally especially massively proper damn far much such soooo
    sooo terribly awfully insanely beyond most simply
""")
WEAKER = _set_of("""
    slightly somewhat fairly quite bit little rather kinda sorta mildly relatively almost
    partly tad
""")
CONTRASTS = _set_of("but however yet though although except whereas unfortunately still")


@lru_cache(maxsize=1)
def load_lexicon() -> dict[str, float]:
    """Word, phrase or sign -> strength; above zero it speaks well of what it is said of."""
    lexicon: dict[str, float] = {}
    for sign, words in ((1, _POSITIVE_WORDS), (-1, _NEGATIVE_WORDS)):
        for strength, text in words.items():
            lexicon.update(dict.fromkeys(text.split(), sign * strength))
    for sign, phrases in ((1, _POSITIVE_PHRASES), (-1, _NEGATIVE_PHRASES)):
        for strength, text in phrases.items():
            found = (" ".join(phrase.split()) for phrase in text.split(","))
            lexicon.update(dict.fromkeys(found, sign * strength))
    lexicon.update(dict.fromkeys(_POSITIVE_SIGNS, 2.0) | dict.fromkeys(_NEGATIVE_SIGNS, -2.0))
    return lexicon
