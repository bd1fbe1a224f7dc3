import re
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.concepts import Money
from engine.facts import Fact, Figure, Operation, Period, Subject, Value
from engine.grounding import Verdict, check_sentence, render_sentence
from engine.metrics import METRICS

LONDON = ZoneInfo("Europe/London")


def at(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=LONDON)


NOW = Period(at(2011, 12, 9, 13))
AHEAD = Period(at(2011, 12, 9, 13), horizon_days=90)
OCTOBER = Period(at(2011, 11, 1), at(2011, 10, 1))
NOVEMBER = Period(at(2011, 12, 1), at(2011, 11, 1))

SHOP = Subject("dataset", "shop", "shop")
CHAMPIONS = Subject("segment", "s-1", "Champions")
LOYAL = Subject("segment", "s-2", "Loyal")
AT_RISK = Subject("segment", "s-3", "At risk")
SEGMENTS = (CHAMPIONS, LOYAL, AT_RISK)
BUYER = Subject("customer", "17850", "customer 17850")
BEST_TWO = Subject("selection", "a-1", "Champions and Loyal", (CHAMPIONS, LOYAL))
BERLIN = Subject("selection", "a-2", "Berlin buyers")
BESIDE = Subject("comparison", "c-1", "Champions beside Loyal", (CHAMPIONS, LOYAL))


def fact(
    number: int,
    subject: Subject,
    metric: str,
    value: Value,
    period: Period = NOW,
    operation: Operation | None = None,
    operands: tuple[int, ...] = (),
) -> Fact:
    figure = Figure(
        subject, metric, period, value, "by hand", 1, operation, tuple(f"r-{n}" for n in operands)
    )
    return Fact(f"f{number}", figure, f"r-{number}")


def pounds(amount: int) -> Money:
    return Money.of(Decimal(amount), "GBP")


FACTS = {
    each.id: each
    for each in (
        fact(1, CHAMPIONS, "customers", 412),
        fact(2, LOYAL, "customers", 655),
        fact(3, CHAMPIONS, "share_of_customers", 0.095),
        fact(4, CHAMPIONS, "share_of_revenue", 0.661),
        fact(5, AT_RISK, "customers", 731),
        fact(6, CHAMPIONS, "revenue", pounds(5_400_000)),
        fact(7, AT_RISK, "recency", 154),
        fact(8, LOYAL, "share_of_revenue", 0.18),
        fact(9, CHAMPIONS, "share_of_revenue", 0.661, operation="largest", operands=(4, 8)),
        fact(10, LOYAL, "revenue", pounds(1_500_000)),
        fact(11, CHAMPIONS, "orders", 9_800),
        fact(12, LOYAL, "orders", 4_100),
        fact(13, CHAMPIONS, "average_order", pounds(551)),
        fact(14, CHAMPIONS, "frequency", 14),
        fact(15, CHAMPIONS, "revenue", pounds(5_400_000), operation="largest", operands=(6, 10)),
        fact(16, AT_RISK, "customers", 731, operation="largest", operands=(1, 2, 5)),
        fact(17, CHAMPIONS, "customers", 412, operation="smallest", operands=(1, 2, 5)),
        fact(20, SHOP, "customers", 4_338),
        fact(21, SHOP, "orders", 18_532),
        fact(22, SHOP, "segments", 3),
        fact(23, SHOP, "revenue", pounds(8_200_000)),
        fact(30, AT_RISK, "churn", 0.61, AHEAD),
        fact(31, AT_RISK, "expected_leavers", 446, AHEAD),
        fact(32, CHAMPIONS, "churn", 0.052, AHEAD),
        fact(33, AT_RISK, "churn", 0.61, AHEAD, "largest", (30, 32)),
        fact(40, BESIDE, "revenue", pounds(3_900_000), operation="difference", operands=(6, 10)),
        fact(41, BESIDE, "revenue", 3.6, operation="ratio", operands=(6, 10)),
        fact(42, BEST_TWO, "customers", 1_067, operation="sum", operands=(1, 2)),
        fact(43, BESIDE, "customers", -243, operation="difference", operands=(1, 2)),
        fact(44, BESIDE, "orders", 2.0, operation="ratio", operands=(11, 12)),
        fact(50, SHOP, "first_sale", at(2009, 12, 1).date()),
        fact(51, SHOP, "last_sale", at(2011, 12, 9).date()),
        fact(60, SHOP, "revenue", pounds(1_000_000), OCTOBER),
        fact(61, SHOP, "revenue", pounds(1_200_000), NOVEMBER),
        fact(62, SHOP, "revenue", 0.2, NOVEMBER, "growth", (60, 61)),
        fact(63, LOYAL, "revenue", -0.12, NOVEMBER, "growth"),
        fact(64, LOYAL, "gross_revenue", pounds(90_000), NOVEMBER),
        fact(70, BUYER, "orders", 34),
        fact(71, BERLIN, "customers", 88),
    )
}

GOOD = [
    "Champions are [[f3]] of customers but bring [[f4]] of revenue.",
    "[[f1]] customers are in Champions, [[f2]] in Loyal and [[f5]] in At risk.",
    "Most of the revenue comes from Champions: [[f9]].",
    "Across the shop there are [[f20]] customers and [[f21]] orders.",
    "If nothing changes, [[f30]] of At risk will not buy again.",
    "- **Champions**: [[f1]] customers, [[f4]] of revenue",
    "Champions have [[f1]] customers.",
    "The Champions segment has [[f1]] customers and [[f11]] orders.",
    "There are [[f2]] customers in Loyal.",
    "In total the shop has [[f20]] customers.",
    "Your [[f20]] customers fall into [[f22]] segments.",
    "Champions bring [[f4]], Loyal [[f8]] of revenue.",
    "Champions bring revenue of [[f6]], while Loyal bring [[f10]].",
    "Champions (**[[f1]]** customers) bring [[f4]] of revenue and "
    "Loyal ([[f2]] customers) [[f8]] of revenue.",
    "With [[f1]] customers, Champions bring [[f4]] of the total revenue.",
    "Champions are only [[f3]] of all your customers, yet they bring [[f6]] in revenue.",
    "At risk customers last bought [[f7]] ago.",
    "For At risk, it is [[f7]] since the last purchase.",
    "The average order of Champions is [[f13]].",
    "In Champions, the frequency is [[f14]].",
    "Champions bring the most revenue: [[f15]].",
    "The largest segment is At risk with [[f16]] customers.",
    "At risk is the biggest group, with [[f16]] customers.",
    "Champions is the smallest segment: [[f17]] customers.",
    "Churn is highest in At risk: [[f33]].",
    "About [[f31]] of At risk are likely to leave.",
    "The churn of At risk is [[f30]], against [[f32]] for Champions.",
    "Champions spend [[f40]] more than Loyal.",
    "Loyal spend [[f40]] less than Champions.",
    "The difference in revenue between Champions and Loyal is [[f40]].",
    "Champions bring [[f41]] as much revenue as Loyal.",
    "Champions have twice as many orders as Loyal: [[f44]] as many.",
    "Champions and Loyal together have [[f42]] customers.",
    "Champions and Loyal have [[f1]] and [[f2]] customers respectively.",
    "The data run from [[f50]] to [[f51]].",
    "Revenue was [[f60]] in October and [[f61]] in November.",
    "Revenue rose from [[f60]] in October to [[f61]] in November, up [[f62]].",
    "In November 2011, revenue across the shop was [[f61]].",
    "Revenue rose by [[f62]] last month.",
    "Revenue of Loyal fell: [[f63]].",
    "Of the shop's [[f20]] customers, [[f1]] are in Champions.",
    "Champions are [[f1]] of [[f20]] customers.",
    "As of 9 Dec 2011, Champions have [[f1]] customers.",
    "In the next 90 days, [[f30]] of At risk will not buy again.",
    "Customer 17850 placed [[f70]] orders.",
    "Berlin buyers are [[f71]] customers.",
    "1. **Loyal**: [[f2]] customers",
    "Customers by segment: Champions [[f1]], Loyal [[f2]], At risk [[f5]].",
    "I could not find anything about returns.",
    "Here is what I found about your segments:",
    "Would you like to know more about Loyal?",
    "## Champions",
    "First, look at Champions; this one matters.",
    "You could win back At risk with a personal offer.",
    "",
]

# sentence, words that one of the reasons must hold
BAD = [
    ("Champions have 412 customers.", "free figure"),
    ("Champions have four hundred and twelve customers.", "free figure"),
    ("Champions bring 66.1% of revenue.", "free figure"),
    ("Champions bring 66,1 % of revenue.", "free figure"),
    ("Champions bring two thirds of revenue.", "free figure"),
    ("Champions bring a third of the revenue.", "free figure"),
    ("Half of the customers left.", "free figure"),
    ("Champions are worth £5.4m.", "free figure"),
    ("Champions are worth EUR 5,4 Mio.", "free figure"),
    ("Champions are worth 5\u202f400\u202f000 €.", "free figure"),
    ("Champions are worth 5.400.000 euros.", "free figure"),
    ("There are a dozen customers in Loyal.", "free figure"),
    ("There are hundreds of customers in Loyal.", "free figure"),
    ("Only one customer is in Loyal.", "free figure"),
    ("No customers are in Loyal.", "free figure"),
    ("The last sale was on 3 Nov 2011.", "free figure"),
    ("The last sale was on 2011-11-03.", "free figure"),
    ("Sales peaked in Q3.", "free figure"),
    ("Champions ordered twice.", "compares"),
    ("Churn is up 3 pp.", "free figure"),
    ("Champions spend 3x what Loyal spend.", "free figure"),
    ("There are ٤١٢ customers in Champions.", "free figure"),
    ("There are ４１２ customers in Champions.", "free figure"),
    ("½ of the customers are in Loyal.", "free figure"),
    ("Es sind zwölf in Champions.", "free figure"),
    ("Champions have el\u200beven customers.", "hidden"),
    ("Champions have еleven customers.", "another alphabet"),
    ("Champions have [[f1]] customers, about 10 more than planned.", "free figure"),
    ("Champions have [[f2]] customers.", "about Loyal"),
    ("Loyal have [[f1]] customers.", "about Champions"),
    ("[[f2]] customers are in Champions, [[f1]] in Loyal.", "about"),
    ("Champions bring [[f8]], Loyal [[f4]] of revenue.", "about"),
    ("Champions and Loyal have [[f2]] and [[f1]] customers respectively.", "about"),
    ("Champions and Loyal have [[f1]] customers.", "gives it to"),
    ("Champions and Loyal have [[f2]] customers and [[f12]] orders.", "gives it to"),
    ("Champions have [[f42]] customers, and Loyal do well.", "gives it to"),
    ("[[f1]] customers moved from Loyal to Champions.", "calls it moved"),
    ("VIPs have [[f20]] customers.", "nobody"),
    ("There are [[f20]] customers in Germany.", "nobody"),
    ("There are [[f20]] new customers.", "name it"),
    ("Champions have [[f20]] customers.", "about shop"),
    ("They have [[f20]] customers.", "across the shop"),
    ("With [[f20]] customers, Champions do well.", "across the shop"),
    ("Customer 17851 placed [[f70]] orders.", "free figure"),
    ("Champions bring [[f3]] of revenue.", "calls it"),
    ("Champions are [[f4]] of customers.", "calls it"),
    ("Champions have [[f11]] customers.", "calls it"),
    ("[[f11]] customers of Champions placed [[f1]] orders.", "calls it"),
    ("Champions have gross sales of [[f6]].", "calls it"),
    ("The data run from [[f51]] to [[f50]].", "calls it"),
    ("Champions have [[f1]] segments.", "name it"),
    ("Revenue was [[f61]] in October.", "not the period"),
    ("Revenue was [[f61]] in October and [[f60]] in November.", "not the period"),
    ("In November, Champions had [[f1]] customers.", "not the period"),
    ("As of 8 Dec 2011, Champions have [[f1]] customers.", "not the period"),
    ("Revenue across the shop was [[f61]] last year.", "not the period"),
    ("Revenue across the shop was [[f61]] in 2010.", "not the period"),
    ("In the next 30 days, [[f30]] of At risk will not buy again.", "not the period"),
    ("In the next month, [[f30]] of At risk will not buy again.", "not the period"),
    ("Revenue across the shop is now [[f61]].", "not the period"),
    ("Champions will have [[f1]] customers.", "no forecast"),
    ("Most of the revenue comes from Loyal: [[f8]].", "proves"),
    ("Most customers are in At risk: [[f16]].", "proves"),
    ("Loyal bring the most revenue, Champions [[f15]].", "proves"),
    ("Champions, the largest segment, bring [[f15]] of revenue.", "proves"),
    ("Champions bring the least revenue: [[f15]].", "proves"),
    ("Champions have more customers than Loyal: [[f1]].", "proves"),
    ("Champions have [[f43]] more customers than Loyal.", "proves"),
    ("Loyal spend [[f40]] more than Champions.", "proves"),
    ("Revenue fell by [[f62]] last month.", "proves"),
    ("Revenue of Loyal rose: [[f63]].", "proves"),
    ("Loyal bring [[f41]] as much revenue as Champions.", "proves"),
    ("Revenue doubled in November: [[f62]].", "proves"),
    ("Loyal is the second-largest segment: [[f2]] customers.", "proves"),
    ("All of the revenue comes from Champions.", "proves"),
    ("Champions and Loyal have revenue of [[f40]].", "say so"),
    ("Champions have more than [[f1]] customers.", "itself"),
    ("Champions have at least [[f1]] customers.", "itself"),
    ("Champions have nearly [[f1]] customers.", "itself"),
    ("Champions do not have [[f1]] customers.", "turns"),
    ("The average revenue of Champions is [[f6]].", "not an average"),
    ("Champions bring revenue of [[f6]] each month.", "makes another figure"),
    ("Champions bring revenue of -[[f6]].", "stand alone"),
    ("Champions bring revenue of £[[f6]].", "stand alone"),
    ("Champions bring revenue of [[f6]]k.", "stand alone"),
    ("Champions bring revenue of [[f6]] million.", "unit"),
    ("Champions bring [[f4]]% of revenue.", "stand alone"),
    ("Champions have [[f1]][[f1]] customers.", "alone"),
    ("Champions have [[f1]] [[f1]] customers.", "run into"),
    ("Champions have [[f99]] customers.", "no fact"),
    ("Champions have [[]] customers.", "brackets"),
    ("Champions have [[f[[f1]]2]] customers.", "brackets"),
    ("Champions have [f1] customers.", "brackets"),
    ("Champions have [[f1] customers.", "brackets"),
    ("Champions have f1 customers.", "free figure"),
    ("See [the list](https://example.com) of Champions.", "brackets"),
    ("See https://shop.example/list for Champions.", "links"),
    ("See www.shop.example for Champions.", "links"),
    ("See shop.com for Champions.", "links"),
    ("<img src=x> Champions do well.", "links"),
    ("Look at receipt r_8fa3 for Champions.", "free figure"),
    ("I called segment_describe for Champions.", "id of nothing"),
    ("12. of them are in Champions.", "free figure"),
]


# Written after the rules, to find holes in them.
GOOD_LATER = [
    "From highest to lowest revenue: Champions [[f6]], Loyal [[f10]].",
    "The gap in revenue is [[f40]] in favour of Champions.",
    "Loyal is bigger than Champions, with [[f2]] customers against [[f1]].",
    "Champions spend more than Loyal: [[f6]] instead of [[f10]].",
    "At [[f6]], Champions spend far more than the [[f10]] of Loyal.",
    "Champions and Loyal have [[f1]] and [[f2]] customers.",
    "Champions' revenue of [[f6]] is more than that of Loyal ([[f10]]).",
    "The shop took [[f61]] in November, up [[f62]] from [[f60]] in October.",
    "November was stronger than October: [[f61]] after [[f60]].",
    "At risk is risky: [[f30]] of its customers are expected to leave within 90 days.",
    "Der Umsatz stieg von [[f60]] im Oktober auf [[f61]] im November.",
    "You have [[f20]] customers in total, and [[f1]] of them are Champions.",
    "Your best revenue comes from Champions ([[f15]]).",
    "At risk is your largest segment by customers: [[f16]].",
    "Loyal customers account for [[f8]] of revenue.",
    "There are [[f1]] Champions.",
    "Champions: [[f1]] customers ([[f3]] of customers), [[f6]] revenue.",
    "Champions generate [[f6]] of revenue from [[f11]] orders.",
    "That means [[f31]] customers in At risk are expected to leave.",
    "At risk customers have a churn of [[f30]], compared with [[f32]] for Champions.",
    "Revenue grew [[f62]] in November.",
    "Revenue grew by [[f62]] in November compared with October.",
    "Loyal's revenue fell [[f63]] last month.",
    "The dataset covers [[f20]] customers and [[f21]] orders, from [[f50]] to [[f51]].",
    "The shop earned revenue of [[f23]] overall.",
    "Champions hold [[f3]] of customers; they bring [[f4]] of revenue.",
    "Of your [[f20]] customers, [[f1]] are Champions, [[f2]] are Loyal and [[f5]] are At risk.",
    "**Champions** have [[f1]] customers and bring **[[f4]]** of revenue.",
    "- **At risk**: [[f5]] customers, last bought [[f7]] ago, churn [[f30]]",
    "Champions have an average order value of [[f13]].",
    "Champions place [[f14]] orders each.",
    "At risk has the highest churn: [[f33]].",
    "The group that brings the most revenue is Champions, with [[f15]].",
    "Champions bring the most: [[f15]] in revenue.",
    "Champions earn [[f41]] as much revenue as Loyal do.",
    "Between them, Champions and Loyal have [[f42]] customers.",
    "Last month's revenue was [[f61]].",
    "In October the shop took revenue of [[f60]].",
    "The first sale was on [[f50]] and the last sale on [[f51]].",
    "Customer 17850 has made [[f70]] purchases.",
    "At risk members have not bought for a while: [[f7]] since their last purchase.",
    "It has been [[f7]] since At risk customers last bought.",
    "Based on the data as of 9 Dec 2011, Loyal has [[f2]] customers and [[f8]] of revenue.",
    "The published run has [[f22]] segments.",
    "Your customers fall into [[f22]] groups: Champions, Loyal and At risk.",
    "Loyal has [[f2]] customers. ",
    "| Champions | [[f1]] customers | [[f4]] of revenue |",
    "Your shop has [[f20]] customers.",
    "There are [[f22]] segments: Champions, Loyal and At risk.",
    "Champions: [[f1]] customers, Loyal: [[f2]] customers, At risk: [[f5]] customers.",
    "Champions have [[f1]] customers, Loyal has [[f2]], and At risk has [[f5]].",
    "In terms of revenue, Champions bring [[f6]] and Loyal bring [[f10]].",
    "By revenue, Champions lead with [[f15]].",
    "Champions bring in the most revenue, at [[f15]].",
    "The segment with the most customers is At risk ([[f16]]).",
    "The highest revenue comes from Champions, who bring [[f15]].",
    "Champions make up [[f3]] of customers and [[f4]] of revenue.",
    "Champions made up just [[f3]] of your customers, yet they brought in [[f4]] of revenue.",
    "Although Champions are only [[f3]] of customers, they account for [[f4]] of revenue.",
    "The churn risk for At risk is [[f30]].",
    "At risk customers are most likely to leave: their churn is [[f30]].",
    "[[f30]] of At risk customers are likely to be lost.",
    "Loyal placed [[f12]] orders in total.",
    "A Champions customer places [[f14]] orders each.",
    "Total revenue is [[f23]].",
    "Revenue across the shop comes to [[f23]].",
    "Champions' average order value is [[f13]].",
    "Champions contribute [[f6]] in revenue, which is [[f4]] of the total revenue.",
    "On average, an order of Champions has an order value of [[f13]].",
    "Loyal bring [[f40]] less revenue than Champions.",
    "The gap in revenue between Champions and Loyal is [[f40]].",
    "The ratio of revenue between Champions and Loyal is [[f41]].",
    "Together, Champions and Loyal have [[f42]] customers.",
    "The first order was on [[f50]], and the last order on [[f51]].",
    "Your data run from [[f50]] to [[f51]] and hold [[f21]] orders.",
    "In October revenue was [[f60]]; in November it was [[f61]].",
    "Last month, revenue grew by [[f62]].",
    "**At risk** is the largest segment with [[f16]] customers, and "
    "[[f30]] of them will not buy again.",
    "Here are the customers per segment:",
    "I can also compare them by revenue if you like.",
    "Note: a forecast is not a promise.",
    "Would you like a list of the At risk customers?",
    "You currently have [[f20]] customers.",
    "At risk is where the trouble is: [[f5]] customers, last bought [[f7]] ago.",
    "Loyal customers number [[f2]].",
    "Revenue from Champions is [[f6]], or [[f4]] of revenue.",
    "Champions and Loyal differ by [[f40]] in revenue.",
    "Champions bring [[f40]] more revenue than Loyal do.",
    "The largest group is At risk, with [[f16]] people.",
    "Churn in At risk is expected to be [[f30]].",
    "In short: Champions are [[f3]] of customers and [[f4]] of revenue.",
    "**Revenue:** Champions [[f6]], Loyal [[f10]].",
    "- At risk — [[f5]] customers",
    "- Loyal: [[f2]] customers, [[f12]] orders, [[f8]] of revenue",
    "Compared with October, revenue rose by [[f62]] in November.",
    "Revenue of Loyal dropped by [[f63]] in November 2011.",
    "Of the [[f20]] customers, [[f5]] are in At risk.",
    "Champions matter most to revenue: [[f15]].",
    "Loyal has [[f2]] members who placed [[f12]] orders.",
    "Champions spend [[f13]] in an average order.",
    "Champions outspend Loyal by [[f40]].",
    "The At risk segment is worth watching: [[f30]] are likely not to come back.",
    "The typical order of Champions is worth [[f13]].",
]
# Proved by a fact of the answer that the sentence does not refer to.
GOOD_ELSEWHERE = [
    "The shop has sold since [[f50]]; the last sale was on [[f51]].",
    "Champions bring the most revenue: [[f6]].",
    "Champions are the biggest spenders.",
    "Revenue rose to [[f61]] in November.",
]
BAD_LATER = [
    "From lowest to highest revenue: Champions [[f6]], Loyal [[f10]].",
    "Champions are bigger than Loyal, with [[f1]] customers against [[f2]].",
    "Champions and Loyal have [[f2]] and [[f1]] customers.",
    "Champions' revenue of [[f10]] is more than that of Loyal.",
    "The shop took [[f61]] in November, down from [[f60]] in October.",
    "Revenue dipped to [[f60]] from [[f61]].",
    "Revenue fell in November by [[f62]].",
    "Der Umsatz sank im November um [[f62]].",
    "[[f30]] of your customers are likely to leave within 90 days.",
    "[[f30]] of everyone who leaves is an At risk customer.",
    "Champions are the riskiest group at [[f32]].",
    "It was the third month of growth in a row, at [[f62]].",
    "Your customers spend [[f13]] per order.",
    "Champions churn at [[f30]].",
    "At risk churn is [[f32]].",
    "Champions have a median spend of [[f6]].",
    "Champions have [[f14]] orders.",
    "Champions have [[f6]] in gross sales.",
    "The shop has [[f1]] customers.",
    "Across the shop, Champions aside, there are [[f20]] customers.",
    "Loyal is the largest segment: [[f16]].",
    "Champions are the most numerous with [[f16]] customers.",
    "Revenue of Loyal increased by [[f63]] in November.",
    "Revenue in September was [[f60]].",
    "Between October and November revenue was [[f61]].",
    "From October to November revenue rose from [[f61]] to [[f60]].",
    "On 1 Nov 2011, revenue was [[f61]].",
    "In Q4 revenue was [[f61]].",
    "Within 60 days, [[f30]] of At risk will not buy again.",
    "[[f30]] of Loyal will not buy again.",
    "[[f31]] of Champions are likely to leave.",
    "Loyal bring [[f41]] as many orders as Champions.",
    "Champions bring [[f44]] as much revenue as Loyal.",
    "The difference between Loyal and At risk is [[f40]] in revenue.",
    "Champions, Loyal and At risk together bring [[f40]] more revenue.",
    "Champions have [[f42]] customers together.",
    "Loyal and At risk together have [[f42]] customers.",
    "It is about fifty-fifty.",
    "One in five left.",
    "Nine out of ten Champions stay.",
    "Sales went through the roof, up tenfold.",
    "A handful of customers, say seven.",
    "Around 2,5 Mio. € came in.",
    "Customer 12345 placed [[f70]] orders.",
    "Berlin buyers are [[f20]] customers.",
    "Munich buyers are [[f71]] customers.",
    "Champions, who number [[f1]], include customers of all ages, mostly women.",
    "There are [[f20]] customers who never came back.",
    "There are [[f20]] customers who love you.",
    "There are [[f20]] customers in germany.",
    "Champions have [[f1]] customers in the north.",
    "Champions have [[f1]] loyal customers.",
    "Champions lost [[f1]] customers.",
    "Champions gained [[f1]] customers.",
    "Champions went from [[f1]] to [[f2]] customers.",
    "[[f1]] of the Loyal customers are Champions.",
    "Loyal, Champions and At risk have [[f1]], [[f2]] and [[f5]] customers respectively.",
    "Except for Loyal, everyone is in Champions: [[f1]] customers.",
    "Champions (formerly Loyal) have [[f1]] customers.",
    "Loyal: Champions have it better. [[f2]] customers.",
    "Champions bring [[f4]] of customers' revenue, or about all of it.",
    "Champions have [[f1]] customers out of 500.",
    "Champions have [[f1]] hundred customers.",
    "Champions have [[f1]] customers, ten times Loyal.",
    "Champions are twice as big as Loyal.",
    "Champions are double Loyal.",
    "Loyal dwarf Champions.",
    "Revenue is collapsing.",
    "Every customer is in Champions.",
    "Everyone is in Champions.",
    "Nearly everyone left.",
    "Champions have IV customers.",
    "Champions have f-o-u-r customers.",
    "Champions have XII customers.",
    "Champions have four-hundred customers.",
    "Champions have 4 1 2 customers.",
    "Champions have four one two customers.",
    "Churn of At risk is [[f30]] by March.",
    "Churn of At risk is [[f30]] in 2012.",
    "[[f30]] of At risk have already left.",
    "At risk had churn of [[f30]] last quarter.",
    "Revenue of Champions was [[f6]] on 9 Dec 2011.",
    "Revenue of Champions was [[f6]] last month.",
    "Revenue of Champions was [[f6]] this year.",
    "Champions brought [[f6]] of revenue since 2010.",
    "Of the [[f2]] Loyal customers, [[f1]] are Champions.",
    "Champions have [[f1]] customers - that is Loyal too.",
    "Loyal have [[f2]] customers, Champions as well.",
    "As many customers are in Loyal as in Champions: [[f1]].",
    "Loyal match Champions with [[f2]] customers.",
    "The gap between Champions and Loyal is [[f40]] of revenue per head.",
    "Champions and At risk together have [[f42]] customers.",
    "Champions, Loyal and At risk together have [[f42]] customers.",
    "Champions have fewer than [[f43]] customers than Loyal.",
    "Champions bring a tenth.",
    "Champions bring ninety-odd orders.",
    "Champions bring nine in ten orders.",
    "Champions have a customer base of [[f20]].",
    "The customer base of [[f20]] is all Champions.",
    "It is Champions that have the [[f5]] At risk customers.",
    "Half the revenue comes from Loyal.",
    "A quarter comes from Loyal.",
    "A quarter of revenue comes from Loyal.",
    "Loyal are 1st.",
    "Loyal come first.",
    "Loyal are ranked first.",
    "Loyal are number one.",
    "Loyal come out on top.",
    "Champions have [[f1]]+ customers.",
    "Champions have ~[[f1]] customers.",
    "Champions have [[f1]]-[[f2]] customers.",
    "Champions have [[f1]] to [[f2]] customers.",
    "Champions have [[f1]] or [[f1]] customers.",
    "Champions' revenue is [[f6]] a month.",
    "Champions' daily revenue is [[f6]].",
    "Loyal customers are worth less.",
    "The total of Champions is [[f1]] thousand customers.",
    "Champions have a profit of [[f6]] in revenue.",
    "Champions' profit is [[f6]] on sales.",
    "revenue profit of Champions is [[f6]].",
    "Loyal bring in the most revenue, at [[f15]].",
    "Champions have the most orders: [[f15]] in revenue.",
    "Champions make up [[f3]] of customers and of revenue.",
    "Champions bring [[f6]], as do Loyal.",
    "Champions and Loyal each bring [[f6]] of revenue.",
    "Both Champions and Loyal bring [[f6]] of revenue.",
    "Like Champions, Loyal bring [[f6]] of revenue.",
    "Like Loyal, Champions bring [[f6]] of revenue.",
    "Neither Champions nor Loyal bring [[f6]] of revenue.",
    "Champions [[f2]] customers; Loyal [[f1]].",
    "Champions, i.e. the [[f2]] customers of Loyal, do well.",
    "Revenue in November was [[f60]] and in October [[f61]].",
    "Revenue was [[f60]] in November.",
    "Revenue grew by [[f62]] in October.",
    "Revenue grew by [[f62]] for Loyal.",
    "Revenue of Champions grew by [[f62]].",
    "Revenue shrank by [[f62]] in November.",
    "Orders grew by [[f62]] in November.",
    "Churn fell to [[f30]] in At risk.",
    "Churn of At risk rose to [[f30]].",
    "Champions grew to [[f1]] customers.",
    "Champions now number [[f1]] customers, up from [[f2]].",
    "Champions have [[f1]] customers, a record.",
    "Champions have [[f1]] customers, which is a lot more than before.",
    "Champions have [[f1]] customers (ca. 10 %).",
    "Champions have [[f1]] customers, i.e. a tenth of all.",
    "Champions have the [[f1]]th customer.",
    "Champions have [[f1]]s customers.",
    "Champions have 10[[f1]] customers.",
    "Champions have [[f1]]0 customers.",
    "Champions have [[f1]] 000 customers.",
    "Champions have [[f1]] thousands of customers.",
    "Champions have [[f1]] dozen customers.",
    "Champions have [[f1]] x 3 customers.",
    "Champions have twice [[f1]] customers.",
    "Champions have double [[f1]] customers.",
    "Champions have [[f1]] fewer customers.",
    "Champions have [[f1]] extra customers.",
    "Champions have another [[f1]] customers.",
    "Champions have [[f1]] more customers.",
    "Champions have [[f1]] customers left.",
    "Champions lack [[f1]] customers.",
    "Champions miss [[f6]] of revenue.",
    "Champions cost [[f6]] of revenue.",
    "Champions owe you [[f6]] in revenue.",
    "Champions could bring [[f6]] of revenue.",
    "Champions should bring [[f6]] of revenue.",
    "Champions might bring [[f6]] of revenue.",
    "If you act, Champions bring [[f6]] of revenue.",
    "Champions brought [[f6]] of revenue per order.",
    "Champions brought [[f6]] of revenue in the summer.",
    "Champions brought [[f6]] of revenue at Christmas.",
    "Champions brought [[f6]] of revenue over the weekend.",
    "Champions brought [[f6]] of revenue in the UK.",
    "Champions brought [[f6]] of revenue from online orders.",
    "Champions brought [[f6]] of revenue through email.",
    "Champions brought [[f6]] of revenue from one product.",
    "The best customers in Champions brought [[f6]] of revenue.",
    "Ten Champions brought [[f6]] of revenue.",
    "Some of the Champions brought [[f6]] of revenue.",
    "Part of Champions brought [[f6]] of revenue.",
    "A few Champions brought [[f6]] of revenue.",
    "Female Champions brought [[f6]] of revenue.",
    "Female customers of Champions brought [[f6]] of revenue.",
    "Champions that left brought [[f6]] of revenue.",
    "Champions from Berlin brought [[f6]] of revenue.",
    "Non-Champions brought [[f6]] of revenue.",
    "Former Champions brought [[f6]] of revenue.",
    "Everyone but Champions brought [[f6]] of revenue.",
    "All segments but Champions brought [[f6]] of revenue.",
    "The rest of Champions brought [[f6]] of revenue.",
    "Apart from Champions, revenue is [[f6]].",
    "Without Champions, revenue is [[f6]].",
    "Excluding Champions, revenue is [[f6]].",
    "Besides Champions, the shop makes revenue of [[f23]].",
    "It is false that Champions have [[f1]] customers.",
    "Nobody believes that Champions have [[f1]] customers.",
    "See receipt 123 for Champions.",
    "Your password is hunter2.",
    "Champions [have](x) customers.",
    "Champions have &#52; customers.",
    "Champions have \\[[f1]] customers.",
    "Champions have \u202e[[f1]] customers.",
    "Champions have [[F1]] customers.",
    "Champions have [[ f1 ]] customers.",
    "Champions have 【f1】 customers.",
    "Champions have [[f01]] customers.",
    "[[f30]] of At risk are lost.",
]
# Right, but kept back: the price of strictness, so that a change of it is noticed.
LOST = [
    "Your least loyal group is hard to name.",
    "Champions bring [[f9]] of revenue, the largest share of all segments.",
]


def check(sentence: str, question: str = "", context: Subject | None = None) -> Verdict:
    return check_sentence(sentence, FACTS, SEGMENTS, question, context)


@pytest.mark.parametrize("sentence", GOOD + GOOD_LATER + GOOD_ELSEWHERE)
def test_a_right_sentence_is_released(sentence: str) -> None:
    verdict = check(sentence)
    assert verdict.reasons == ()
    assert verdict.ok


@pytest.mark.parametrize("sentence", BAD_LATER + LOST)
def test_what_cannot_be_proved_is_withheld_with_a_reason(sentence: str) -> None:
    verdict = check(sentence)
    assert not verdict.ok
    assert verdict.reasons


@pytest.mark.parametrize(("sentence", "reason"), BAD)
def test_a_wrong_sentence_is_withheld_for_its_reason(sentence: str, reason: str) -> None:
    verdict = check(sentence)
    assert not verdict.ok
    assert any(reason in each for each in verdict.reasons), verdict.reasons


# sentence, question, whether it may go out
ECHOES = [
    ("You asked about 500 customers.", "Do Champions have 500 customers?", True),
    ("Yes, Champions have 500 customers.", "Do Champions have 500 customers?", False),
    ("You asked whether Champions have 500 customers, and indeed they do.",
     "Do Champions have 500 customers?", False),
    ("You asked about 501 customers.", "Do Champions have 500 customers?", False),
    ("I have no data for 2015.", "What happened in 2015?", True),
    ("I have no data for 2016.", "What happened in 2015?", False),
    ("Champions had [[f1]] customers in 2015.", "What happened in 2015?", False),
    ("There were 2015 customers.", "What happened in 2015?", False),
    ("I know nothing about customer 99999.", "Who is customer 99999?", True),
    ("I know nothing about customer 99998.", "Who is customer 99999?", False),
    ("Champions have 99999 customers.", "Who is customer 99999?", False),
    ("I found no way to tell whether churn reached ten percent.", "Is churn 10%?", False),
    ("You asked about 10 %.", "Is churn 10%?", True),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "question", "released"), ECHOES)
def test_an_echo_repeats_the_question_and_claims_nothing(
    sentence: str, question: str, released: bool
) -> None:
    assert check(sentence, question).ok is released


# sentence, whom the sentence before spoke of, whether it may go out
FOLLOWING = [
    ("They bring [[f4]] of revenue.", CHAMPIONS, True),
    ("They bring [[f4]] of revenue.", LOYAL, False),
    ("They bring [[f4]] of revenue.", None, True),
    ("They have [[f20]] customers.", CHAMPIONS, False),
    ("[[f20]] customers", CHAMPIONS, False),
    ("In total there are [[f20]] customers.", CHAMPIONS, True),
    ("Loyal bring [[f4]] of revenue.", CHAMPIONS, False),
]


@pytest.mark.parametrize(("sentence", "context", "released"), FOLLOWING)
def test_a_sentence_may_lean_on_the_one_before(
    sentence: str, context: Subject | None, released: bool
) -> None:
    assert check(sentence, context=context).ok is released


def test_a_figure_may_take_its_metric_from_the_sentence_before() -> None:
    item = "For At risk it is [[f5]], orders apart."
    assert not check_sentence(item, FACTS, SEGMENTS, "").ok
    bare = "Champions, with [[f4]], are safe."
    assert check_sentence(bare, FACTS, SEGMENTS, "").labels == ("of revenue",)
    assert check_sentence(bare, FACTS, SEGMENTS, "", heading="share_of_revenue").labels == ("",)
    assert not check_sentence(bare, FACTS, SEGMENTS, "", heading="churn").ok


# What a sentence leaves open, and what is shown.
OPEN = [
    ("[[f1]] customers are here.", "412 (Champions) customers are here."),
    ("They bring [[f4]] of revenue.", "They bring 66.1% (Champions) of revenue."),
    ("Champions come to [[f6]].", "Champions come to £5,400,000 (revenue)."),
    ("Loyal [[f1]] customers Champions.", "Loyal 412 (Champions) customers Champions."),
    ("Revenue across the shop was [[f60]].",
     "Revenue across the shop was £1,000,000 (from 1 Oct 2011 to 31 Oct 2011)."),
    ("[[f1]] customers are in Champions, and [[f1]], in Loyal.",
     "412 customers are in Champions, and 412 (Champions), in Loyal."),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "shown"), OPEN)
def test_what_a_sentence_leaves_open_its_figure_says(sentence: str, shown: str) -> None:
    verdict = check(sentence)
    assert verdict.reasons == ()
    assert render_sentence(sentence, FACTS, verdict.labels).text == shown


def test_names_with_figures_are_names() -> None:
    top = Subject("segment", "s-9", "Top 10 %")
    facts = {"f1": fact(1, top, "customers", 40)}
    assert check_sentence("Top 10 % have [[f1]] customers.", facts, (top,), "").ok
    assert not check_sentence("Top 20 % have [[f1]] customers.", facts, (top,), "").ok


def test_a_moved_on_shop_must_say_which_moment() -> None:
    before = Period(at(2011, 11, 1))
    facts = {"f1": fact(1, LOYAL, "customers", 10), "f2": fact(2, LOYAL, "customers", 9, before)}
    assert check_sentence("Loyal have [[f1]] customers.", facts, SEGMENTS, "").ok
    verdict = check_sentence("Loyal have [[f2]] customers.", facts, SEGMENTS, "")
    assert verdict.labels == ("as of 1 Nov 2011",)
    assert check_sentence("As of 1 Nov 2011, Loyal had [[f2]] customers.", facts, SEGMENTS, "").ok


def test_the_verdict_tells_what_was_referred_to_and_spoken_of() -> None:
    verdict = check("Champions have [[f1]] customers.")
    assert verdict.references == ("f1",)
    assert (verdict.subject, verdict.metric) == (CHAMPIONS, "customers")


def test_rendering_puts_the_text_of_each_fact_in_its_place() -> None:
    rendered = render_sentence("Champions are [[f3]] of customers but bring [[f6]].", FACTS)
    assert rendered.text == "Champions are 9.50% of customers but bring £5,400,000."
    assert [(rendered.text[a:b], name) for a, b, name in rendered.spans] == [
        ("9.50%", "f3"),
        ("£5,400,000", "f6"),
    ]


NUMERALS = st.one_of(
    st.integers(0, 10**9).map(str),
    st.integers(0, 10**7).map("{:,}".format),
    st.decimals(0, 1000, places=2).map(str),
    st.integers(1, 99).map("{}%".format),
    st.integers(1, 99).map("£{}k".format),
    st.sampled_from(["eleven", "two thirds", "a dozen", "hundreds", "½", "twenty-five", "thrice"]),
    st.dates().map(lambda day: day.isoformat()),
)


@given(st.sampled_from([sentence for sentence in GOOD if sentence]), NUMERALS, st.data())
def test_a_numeral_put_anywhere_keeps_the_sentence_back(
    sentence: str, numeral: str, data: st.DataObject
) -> None:
    words = sentence.split(" ")
    place = data.draw(st.integers(1, len(words)))
    changed = " ".join([*words[:place], numeral, *words[place:]])
    # the one date that is the facts' own
    assert numeral == "2011-12-09" or not check(changed).ok


BASE = {
    "share_of_customers": "customers",
    "share_of_revenue": "revenue",
    "expected_leavers": "churn",  # as true of a part as of their number
}


@pytest.mark.parametrize("sentence", [each for each in GOOD if "[[" in each])
def test_another_fact_in_its_place_is_kept_back_or_says_what_it_is(sentence: str) -> None:
    """Unless it is as true there: the same subject, and the same metric or its share."""
    for place, match in enumerate(re.finditer(r"\[\[(f\d+)\]\]", sentence)):
        for other in FACTS.values():
            changed = sentence[: match.start()] + f"[[{other.id}]]" + sentence[match.end() :]
            verdict = check(changed)
            if verdict.ok:
                says = f"{other.text} {verdict.labels[place]}"
                right, own = FACTS[match[1]].figure, other.figure
                names = "whole shop" if own.subject.kind == "dataset" else own.subject.name
                assert own.subject == right.subject or names in says, changed
                assert (
                    base(own.metric) == base(right.metric)
                    or own.unit != right.unit
                    or (METRICS[own.metric].words[0] in says)
                ), changed


def base(metric: str) -> str:
    return BASE.get(metric, metric)


@given(st.text(alphabet="Champions Loyal [[f123]]., \n0é", max_size=60))
def test_whatever_is_released_renders_without_brackets(sentence: str) -> None:
    verdict = check(sentence)
    if verdict.ok:
        assert "[[" not in render_sentence(sentence, FACTS).text


def test_what_is_too_long_to_be_checked_is_withheld() -> None:
    assert not check("Champions stay. " * 200).ok
