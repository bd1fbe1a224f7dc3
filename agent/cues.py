"""Words by which it is known what a question wants: of moving, growing, comparing, ..."""

import re

STREAM = re.compile(
    r"\b(?:streams?|streaming|kafka|dead letters?|event feed|lag(?:ging)?|events? (?:came|arriv\w*|"
    r"read|waiting))\b",
    re.IGNORECASE,
)
TREND = re.compile(
    r"\b(?:grow(?:ing|n|th)?|grew|ris(?:e|ing|en)|rose|fall(?:ing|en)?|fell|declin\w+|drop(?:ped|"
    r"ping)?(?! per\b)|increas\w+|decreas\w+|shr[aiu]nk\w*|"
    r"trends?|develop\w*|year on year|yoy|picking up|going (?:up|down)|up or down|(?:compared|"
    r"relative) (?:to|with)|than (?:the )?(?:year|month|quarter|week) before|"
    r"better or worse|than <PERIOD>|chang(?:e|ed|es)|jump(?:ed|s)?|spik(?:e|ed|es)|slump\w*|"
    r"plung\w*|tank(?:ed|ing)|soar\w*|cliff|weak(?:er)?|drove|driving|collapse\w*|crash\w*)\b",
    re.IGNORECASE,
)
MOVING = re.compile(
    r"\b(?:did\b.{0,30}\b(?:leave|join|enter)|mov(?:e|es|ed|ing|ers?|ements?)|hopped|hop|"
    r"jumped (?=from)|swap(?:ped|s|ping)?|"
    r"gained (?:the )?(?:most|more|any)? ?(?:people|customers|members)|shifts?|migrat\w+|switched|"
    r"entered|joined|join|"
    r"climb\w*|slid|sliding|upgraded|downgraded|promoted|demoted|bled|"
    r"(?<!much )(?<!what )c[ao]me? in(?:to|side)?|coming in(?:to)?|got into|get into|"
    r"went (?:where|from|to|into)|left|"
    r"leavers from|net change|in and out|vanish\w*|gone (?:completely|altogether|for good)|"
    r"lost from|"
    r"chang(?:ed|ing) (?:segments?|groups?|sides|hands)|"
    r"(?:segments?|groups?) (?:has |have )?chang(?:ed|es)|"
    r"(?:segments?|groups?|SEGMENT>).{0,20}\b(?:grew|grown|shrank|shrunk|grow(?:ing|n)?|"
    r"shrink\w*|"
    r"lost|gained|added|bigger or smaller|change|changed|gaining|losing|piling up|swell\w*|"
    r"filling up|fading|dying|bleeding|draining|emptying|emptied)|(?:grown|shrunk)(?= <SEGMENT>)|"
    r"(?:gaining|losing) (?:or|"
    r"and) (?:gaining|losing)|joiners?|"
    r"(?:fresh|new) blood|(?:winners?|losers?|gainers?)\b.{0,30}\b(?:segments?|groups?)|"
    r"(?:segments?|groups?).{0,30}\b(?:winners?|losers?|gainers?)|before (?:and|n) after|"
    r"what(?: is| has| was| have|)? ?(?:changed|changes|change|different|new|happened|happening)|"
    r"(?:any|anything|something) (?:changed|changes|new|different|happened|movement)|news|"
    r"change in)(?= <SEGMENT>|\b)|^\W*(?:into|out of|and out|and in)\b",
    re.IGNORECASE,
)
WHY = re.compile(
    r"\b(?:why|how come|what explains|what (?:is driving|drives|drove)|reasons?|what (?:made|"
    r"makes|keeps|holds)|end up)\b",
    re.IGNORECASE,
)
COMPARING = re.compile(
    r"\b(?:compare\w*|versus|vs\.?|against|differ\w*|next to|side by side|sets? .* apart|"
    r"apart from|more .* than|"
    r"less .* than|fewer .* than|\w+er than|than|or|(?:and|both|each|between|respectively))\b",
    re.IGNORECASE,
)
OVERALL = re.compile(
    r"\b(?:overall|whole shop|the shop|average customer|everyone else|the rest|all customers|"
    r"in general)\b",
    re.I,
)
LISTING = re.compile(
    r"\b(?:list|export|download|csv|file|ids?|customer numbers?|names of|who exactly)\b",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|thanks?|thank you|good (?:morning|afternoon|evening)|help|hallo|danke|"
    r"hola|gracias|bonjour|merci)\b[\w\s,!]{0,20}$",
    re.I,
)
QUALITY = re.compile(
    r"\b(?:how (?:good|accurate|reliable|sure|far)|trust|accura\w+|believe)\b.*"
    r"\b(?:predict\w*|scores?|churn|forecasts?|probabilit\w+)\b",
    re.IGNORECASE,
)
METHOD = re.compile(
    r"\b(?:k-?means|h?dbscan|gmms?|gaussian mixtures?|mini-?batch|hierarchical|"
    r"silhouettes?|algorithms?|rfm rules)\b|"
    r"\b(?:segments?|groups?|clusters?|segmentation)\b.{0,20}\b(?:really (?:there|exist)|for real|"
    r"real|made up|genuine|natural|arbitrary|trustworthy)\b",
    re.IGNORECASE,
)
NEWS = re.compile(rf"{MOVING.pattern}|\b(?:chang\w*|different|new|happen\w*)\b", re.IGNORECASE)
PART = re.compile(
    r"\b(?:shares?|percent\w*|parts?|proportion|fraction|how much of|account for|contribut\w+|"
    r"make up)\b|%",
    re.IGNORECASE,
)
SAVED = re.compile(r"\baudiences?\b", re.IGNORECASE)
EACH = re.compile(
    r"\b(?:each|every|by|per|all|split|break ?down|list|across|over)\b", re.IGNORECASE
)
AHEAD_OF_ONE = re.compile(r"\b(?:likely to|going to|do next|next (?:move|step))\b", re.IGNORECASE)
