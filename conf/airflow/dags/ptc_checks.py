"""What a day's labels are checked for before anybody reads them.

Nothing here knows where the labels lie: a check compares the manifest and the scores of an output with
each other and with earlier days and says what is wrong.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

#: Scores of the best label are counted in so many equal parts of 0 to 1.
SCORE_BINS = 10

#: A drift counts where chance alone would show as much in one of a thousand days.
CHANCE = 3.090  # the standard normal's quantile of .999


@dataclass(frozen=True)
class Limits:
    """What a day may be like.

    max_reject_ratio: largest share of documents without a label.
    max_drift: largest population stability index of labels, and of scores, against earlier days;
        by custom .1 is a small change and .25 a large one.
    """

    max_reject_ratio: float
    max_drift: float


@dataclass(frozen=True)
class Day:
    """What a day's output holds; `finished`, a time, tells its run from others of that day.

    broken_promise: what an audit found against the promise of a calibrated model; empty if nothing.
    """

    date: str
    finished: str
    model: str
    documents: int
    rejects: Mapping[str, int]
    labels: Mapping[str, int]
    scores: Sequence[int]
    broken_promise: str = ""

    @property
    def rejected(self) -> int:
        return sum(self.rejects.values())

    def as_dict(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_dict(entries: Mapping) -> Day:
        return Day(**entries)


def read_day(date: str, manifest: Mapping, scores: Mapping[int | None, int]) -> Day:
    """A day from the manifest of its output and how many of its rows have a score in which bin.

    Raises ValueError where the two do not say the same.
    """
    counts = manifest["counts"]
    bins = [scores.get(index, 0) for index in range(SCORE_BINS)]
    rows = sum(scores.values())
    labelled = rows - scores.get(None, 0)
    if (rows, labelled) != (counts["documents"], counts["labelled"]):
        raise ValueError(
            f"the manifest counts {counts['documents']} documents, {counts['labelled']} with a label;"
            f" the Parquet holds {rows}, {labelled} with a label"
        )
    audit = manifest.get("audit", {})
    return Day(
        date=date,
        finished=manifest["finished"],
        model=manifest["model"]["digest"],
        documents=counts["documents"],
        rejects=dict(counts["rejects"]),
        labels=dict(counts["labels"]),
        scores=bins,
        broken_promise=audit["text"] if audit.get("promise_holds") is False else "",
    )


def problems(day: Day, earlier: Sequence[Day], limits: Limits) -> list[str]:
    """What speaks against publishing a day; nothing if it may be read."""
    found = []
    if day.documents == 0:
        return ["the input holds no document"]
    if day.rejected > limits.max_reject_ratio * day.documents:
        codes = ", ".join(f"{code} {count}" for code, count in sorted(day.rejects.items()))
        found.append(
            f"{day.rejected} of {day.documents} documents were rejected,"
            f" {percent(day.rejected / day.documents)}; {percent(limits.max_reject_ratio)} may be"
            f" ({codes})"
        )
    if day.broken_promise:
        found.append(day.broken_promise)
    same_model = [other for other in earlier if other.model == day.model]
    if same_model:
        before = sum((Counter(other.labels) for other in same_model), Counter())
        scores_before = [sum(parts) for parts in zip(*(other.scores for other in same_model))]
        names = sorted(before.keys() | day.labels.keys())
        found += _drift(
            "labels",
            names,
            [before[name] for name in names],
            [day.labels.get(name, 0) for name in names],
            limits.max_drift,
        )
        bins = [f"{i / SCORE_BINS:.1f} to {(i + 1) / SCORE_BINS:.1f}" for i in range(SCORE_BINS)]
        found += _drift("scores", bins, scores_before, day.scores, limits.max_drift)
    return found


def stability_index(before: Sequence[int], now: Sequence[int]) -> float:
    """The population stability index of two histograms, half a document added to every bin.

    The sum of (p - q) ln(p / q) over the shares p and q of each bin: 0 where both are alike.
    """
    p = _shares(now)
    q = _shares(before)
    return sum((a - b) * math.log(a / b) for a, b in zip(p, q))


def stability_index_by_chance(before: Sequence[int], now: Sequence[int]) -> float:
    """What the index of two samples of one distribution exceeds once in a thousand pairs.

    Their index is about (1/n + 1/m) times a chi-square variable with one degree of freedom less
    than there are bins (Yurdakul, "Statistical properties of the population stability index", 2018);
    its quantile is Wilson and Hilferty's.
    """
    freedom = sum(1 for a, b in zip(before, now) if a + b > 0) - 1
    if freedom < 1:
        return 0.0
    spread = 2 / (9 * freedom)
    quantile = freedom * (1 - spread + CHANCE * math.sqrt(spread)) ** 3
    return quantile * (1 / sum(before) + 1 / sum(now))


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _drift(
    what: str,
    names: Sequence[str],
    before: Sequence[int],
    now: Sequence[int],
    limit: float,
) -> list[str]:
    if sum(before) == 0 or sum(now) == 0:
        return []
    index = stability_index(before, now)
    if index <= max(limit, stability_index_by_chance(before, now)):
        return []
    shares = zip(names, (n / sum(before) for n in before), (n / sum(now) for n in now))
    most = sorted(shares, key=lambda change: -abs(change[2] - change[1]))[:3]
    changes = ", ".join(f"{name} {percent(q)} -> {percent(p)}" for name, q, p in most)
    return [f"the {what} drifted, stability index {index:.2f}, at most {limit:g} may be ({changes})"]


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts) + 0.5 * len(counts)
    return [(count + 0.5) / total for count in counts]
