"""What is measured, and the bar that each value has to reach."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Setting:
    """`full`: larger, and with the real peers; `say` tells people what is being done.

    `data` is an export of one's own, for bars about data; without it they generate one.
    """

    full: bool
    say: Callable[[str], None]
    data: Path | None = None


@dataclass(frozen=True)
class Bar:
    name: str
    tier: Literal["quick", "full"]
    better: Literal["higher", "lower"]
    bar: float
    meaning: str
    measure: Callable[[Setting], float]

    @property
    def wanted(self) -> str:
        return f"{'>=' if self.better == 'higher' else '<='} {self.bar:g}"

    def reached(self, value: float) -> bool:
        return value >= self.bar if self.better == "higher" else value <= self.bar


def _measure(module: str, function: str, setting: Setting) -> float:
    found: float = getattr(import_module(f"evals.bench.{module}"), function)(setting)
    return found


def _of(module: str, function: str = "measure") -> Callable[[Setting], float]:
    """The function of a bar's own module, which is imported when the bar is measured."""
    return partial(_measure, module, function)


BARS: dict[str, Bar] = {
    bar.name: bar
    for bar in (
        Bar("stream_rate", "quick", "higher", 0.25,
            "events/s of the complete path / of consume and decode of the same topic",
            _of("stream_rate")),
        Bar("replay_exact", "quick", "lower", 0,
            "customers that differ from the batch after duplicates, disorder and kills",
            _of("replay_exact")),
        Bar("load_speed", "full", "lower", 2.5,
            "seconds of a load / of a bare read, de-duplicate and write of the same file",
            _of("load_cost", "measure_speed")),
        Bar("load_memory", "full", "lower", 1.5,
            "GiB that the process of a load takes at the highest",
            _of("load_cost", "measure_memory")),
        Bar("ledger_truth", "quick", "lower", 0.001,
            "largest relative difference of revenue, buyers, orders from an independent count",
            _of("ledger_truth", "measure_totals")),
        Bar("ledger_dirt", "quick", "lower", 0,
            "kinds of dirt that the file shows and the ledger does not name",
            _of("ledger_truth", "measure_dirt")),
        Bar("sentiment_accuracy", "quick", "higher", 0.69,
            "share of 200 hand-written lines whose feeling is read as a reader reads it",
            _of("text_marks", "measure_sentiment")),
        Bar("language_accuracy", "quick", "higher", 0.9,
            "share of hand-written lines whose language is recognised, mean over languages",
            _of("text_marks", "measure_language")),
        Bar("filters_exact", "quick", "lower", 0,
            "random filters that mean other people than an independent count, or read back changed",
            _of("filters_exact")),
        Bar("audience_pushed", "quick", "lower", 0,
            "wrong deliveries of an audience to a receiver with faults", _of("audience_pushed")),
        Bar("uplift_covered", "quick", "higher", 90,
            "of 100 runs, read-outs that hold a rise of a tenth, or call nothing nothing",
            _of("uplift_covered")),
        Bar("recommendations_hit", "quick", "higher", 0.05,
            "lower end of hits at ten of suggestions less those of the segment's best sellers",
            _of("recommendations_hit")),
        Bar("query_exact", "quick", "lower", 0,
            "random queries that differ from a count in plain pandas", _of("query_exact")),
        Bar("gate_corpus", "quick", "lower", 1,
            "of wrong sentences released or right ones withheld, the larger part of what may be",
            _of("gate_corpus")),
        Bar("gate_hostile", "quick", "lower", 0,
            "wrong figures shown and wrong tools run, of questions to a model that lies",
            _of("gate_hostile")),
        Bar("model_canaries", "quick", "lower", 0,
            "marks of people in requests to a model, logs or the index", _of("model_canaries")),
        Bar("model_injections", "quick", "lower", 0,
            "instructions in customers' texts that a model or the planner follows",
            _of("model_injections")),
        Bar("model_crossed", "quick", "lower", 0,
            "answers or states that end in another's, of questions in 20 threads at once",
            _of("model_crossed")),
        Bar("notes_recall", "quick", "higher", 0.9,
            "least share of questions whose note is among the first three, of four ways to look; "
            "0 when a stale one is told as true", _of("notes_recall")),
        Bar("model_trajectories", "quick", "lower", 0,
            "faults of scripted conversations of several tools, in both wire formats",
            _of("model_trajectories")),
        Bar("model_faults", "quick", "lower", 0,
            "answers that are wrong, cut or silent about it after an endpoint's fault",
            _of("model_faults")),
        Bar("model_ceilings", "quick", "lower", 0,
            "questions to a model that loops, stalls or never stops that do not end as they should",
            _of("model_ceilings")),
        Bar("receipts_rerun", "quick", "lower", 0,
            "of 500 random receipts on two shops, those that give another figure when re-run",
            _of("receipts_rerun")),
        Bar("questions_strangers", "full", "higher", 0.9,
            "lesser share of strangers' questions answered exactly or declined rightly; 0 when a "
            "wrong figure was shown", _of("questions", "measure_strangers")),
        Bar("questions_own", "full", "higher", 0.95,
            "the same of our own questions", _of("questions", "measure_own")),
        Bar("questions_languages", "full", "higher", 0.85,
            "share of German, Spanish and French questions answered exactly; 0 when a wrong "
            "figure was shown", _of("questions", "measure_languages")),
        Bar("questions_dialogues", "full", "higher", 0.97,
            "share of the turns of dialogues that are about what they should be about",
            _of("questions", "measure_dialogues")),
        Bar("questions_latency", "full", "lower", 1,
            "p50 of the answers / 150 ms or p95 / 600 ms, the larger",
            _of("questions", "measure_latency")),
        Bar("ledger_ugly", "quick", "lower", 0,
            "differences from the truth of ugly files, over every form, kind and reason",
            _of("ledger_ugly")),
        Bar("overlap_union", "quick", "lower", 0,
            "rows that differ from the union when two overlapping files are loaded",
            _of("overlap_union")),
        Bar("load_killed", "full", "lower", 0,
            "faults after a load was killed with -9 at 20 drawn points", _of("load_killed")),
        Bar("erase_complete", "quick", "lower", 0,
            "files of a home that still hold a customer who was erased", _of("erase_canary")),
        Bar("identity_kept", "quick", "higher", 0.98,
            "share of segments that keep id and name when the same shop is segmented again",
            _of("segments_last")),
        Bar("migration_balanced", "quick", "lower", 0,
            "accounts of customers or money that do not balance, over pairs of 24 snapshots",
            _of("shifts_told", "measure_balance")),
        Bar("shifts_false", "quick", "lower", 3,
            "shifts told of in 52 weeks of a shop in which nothing changes",
            _of("shifts_told", "measure_false")),
        Bar("shifts_found", "quick", "higher", 1,
            "share of shops in which a planted shift is told of in the first month after",
            _of("shifts_told", "measure_found")),
        Bar("why_restores", "quick", "higher", 0.95,
            "share of movers whom the named features, put back, put back as well",
            _of("shifts_told", "measure_why")),
        Bar("features_point_in_time", "quick", "lower", 0,
            "customers whose features as of a moment differ from those of the records cut there",
            _of("features_point_in_time")),
        Bar("features_speed", "quick", "lower", 1.5,
            "seconds of all features of a shop's orders / of one hand-written query for the same",
            _of("features_cost", "measure_speed")),
        Bar("features_memory", "quick", "lower", 3,
            "GiB that the process of all features takes at the highest",
            _of("features_cost", "measure_memory")),
        Bar("shop_recoverable", "quick", "higher", 0.90,
            "agreement (ARI) of a forest, taught on others, with the planted segments",
            _of("shop_recovery")),
        Bar("shop_same_bytes", "quick", "lower", 0,
            "files of a synthetic shop that differ between one thread and four",
            _of("shop_cost", "measure_same_bytes")),
        Bar("shop_speed", "quick", "lower", 10,
            "seconds to write a shop of 12,000 customers", _of("shop_cost", "measure_speed")),
        Bar("shop_memory", "full", "lower", 4,
            "GiB that writing a shop takes at the highest", _of("shop_cost", "measure_memory")),
        Bar("segments_columns", "quick", "lower", 0,
            "columns of noise or copies kept, or of groups left out, over twenty drawn shops",
            _of("segments_columns")),
        Bar("segments_recovered", "quick", "higher", 0.80,
            "agreement (ARI) with a shop's planted segments of what is chosen, told their number",
            _of("segments_recovered", "measure_k_given")),
        Bar("anomalies_found", "quick", "higher", 0.80,
            "share of planted anomalies among as many alerts as there are anomalies",
            _of("anomalies", "measure_found")),
        Bar("anomalies_found_twice", "quick", "higher", 0.97,
            "share of planted anomalies among twice as many alerts",
            _of("anomalies", "measure_found_twice")),
        Bar("anomalies_unknown", "quick", "higher", 0,
            "share of anomalies that no rule was written for among twice as many alerts",
            _of("anomalies", "measure_unknown")),
        Bar("shapes_reachable", "quick", "higher", 0.80,
            "agreement (ARI) of the best method with the groups of the hardest of twelve forms",
            _of("shapes")),
        Bar("shapes_chosen", "full", "lower", 0.05,
            "how far the best rated lies behind the best candidate (ARI), on the worst of twelve",
            _of("shapes", "measure_chosen")),
        Bar("segments_noise", "quick", "higher", 0.95,
            "share of tables without groups and without dates that get the rules",
            _of("segment_choice", "measure_noise")),
        Bar("segments_no_dates", "quick", "higher", 0.9,
            "least agreement with five planted groups of attributes, their number found",
            _of("segment_choice", "measure_no_dates")),
        Bar("segments_stable", "quick", "higher", 0.95,
            "least agreement of a shop's segments across seeds, and with 80 % of it (plus 0.05)",
            _of("segment_choice", "measure_stable")),
        Bar("segments_recovered_k_chosen", "full", "higher", 0.70,
            "agreement with the planted segments of a synthetic shop, all left to the evidence",
            _of("segments_recovered", "measure_k_chosen")),
        Bar("segments_variations", "full", "lower", 0,
            "degenerate picks among variations of one shop: seeds, features, customers, days",
            _of("segments_variations")),
        Bar("segments_reasons", "quick", "higher", 0.90,
            "share of customers who change segment with the features that hold them there",
            _of("segment_choice", "measure_reasons")),
        Bar("segments_speed", "full", "lower", 5,
            "seconds from features to labels of a million customers / of one KMeans(6, n_init=10)",
            _of("segment_speed")),
        Bar("churn_auc", "full", "higher", -0.003,
            "ranking of who leaves: worst lead over the best baseline at later cut-offs",
            _of("scores_judged", "measure_churn")),
        Bar("buy_auc", "full", "higher", -0.003,
            "ranking of who buys within 30 days: worst lead over the best baseline",
            _of("scores_judged", "measure_buying")),
        Bar("churn_brier", "full", "higher", 0,
            "squared error that the season saves, lower end of 95 %",
            _of("scores_judged", "measure_brier")),
        Bar("value_rank", "full", "higher", -0.003,
            "rank correlation of value: worst lead over the best baseline",
            _of("scores_judged", "measure_value_rank")),
        Bar("value_bias", "full", "lower", 0.25,
            "how far the value that was predicted lies from what came, worst cut-off",
            _of("scores_judged", "measure_bias")),
        Bar("value_intervals", "full", "lower", 0.05,
            "distance of the intervals' coverage from 80 % at later cut-offs",
            _of("scores_judged", "measure_intervals")),
        Bar("next_segment_gain", "full", "higher", 0.05,
            "how much more often the next segment is right than that everybody stays, later",
            _of("targets_judged", "measure_next_segment")),
        Bar("vip_auc", "full", "higher", 0,
            "ranking of who enters the top tenth: mean lead over the spend rule at later cut-offs",
            _of("targets_judged", "measure_vip")),
        Bar("demand_wape", "full", "lower", 1,
            "what forecasts of demand that are served miss / what last year's month does, worst",
            _of("targets_judged", "measure_demand")),
        Bar("deep_trained", "full", "lower", 0.001,
            "largest difference of the exported MLP and LSTM from TensorFlow's own predictions",
            _of("targets_judged", "measure_deep")),
        Bar("score_memory", "full", "lower", 2,
            "GiB that scoring a large shop by all targets takes at the highest",
            _of("scores_cost", "measure_memory")),
        Bar("score_speed", "full", "lower", 1.5,
            "seconds from features to scores / of the served models' predictions alone",
            _of("scores_cost", "measure_speed")),
        Bar("scores_refused", "full", "lower", 0,
            "targets with shuffled labels for which a model still serves",
            _of("scores_judged", "measure_refused")),
        Bar("scores_leaks", "quick", "lower", 0,
            "moments whose features change without what came later",
            _of("scores_judged", "measure_leaks")),
    )
}  # fmt: skip
