"""The checks against figures worked out by other means."""

from __future__ import annotations

import math
import random

import pytest
from ptc_checks import (
    Day,
    Limits,
    problems,
    read_day,
    stability_index,
    stability_index_by_chance,
)

LIMITS = Limits(max_reject_ratio=0.1, max_drift=0.25)


def day(labels, date="2026-01-02", model="m", rejects=None, scores=None) -> Day:
    labelled = sum(labels.values())
    rejects = rejects or {}
    return Day(
        date=date,
        finished="now",
        model=model,
        documents=labelled + sum(rejects.values()),
        rejects=rejects,
        labels=labels,
        scores=scores or [0] * 9 + [labelled],
    )


def test_the_index_is_the_formula():
    # Shares with half a document added to each of three bins: 10.5, 20.5, 70.5 of 101.5 and so on.
    before, now = [10, 20, 70], [40, 30, 30]
    p = [40.5 / 101.5, 30.5 / 101.5, 30.5 / 101.5]
    q = [10.5 / 101.5, 20.5 / 101.5, 70.5 / 101.5]
    expected = math.fsum((a - b) * (math.log(a) - math.log(b)) for a, b in zip(p, q))
    assert stability_index(before, now) == pytest.approx(expected, rel=1e-12)
    assert stability_index(before, before) == 0


def test_chance_exceeds_its_bound_once_in_a_thousand():
    seed = random.randrange(2**32)
    source = random.Random(seed)
    shares = [0.4, 0.3, 0.15, 0.1, 0.05]

    def sample(n):
        counts = [0] * len(shares)
        for index in source.choices(range(len(shares)), shares, k=n):
            counts[index] += 1
        return counts

    pairs = [(sample(500), sample(200)) for _ in range(4000)]
    above = sum(stability_index(a, b) > stability_index_by_chance(a, b) for a, b in pairs)
    # 4 are expected; 16 or more come once in some hundred thousand runs.
    assert above < 16, f"seed {seed}: {above} of {len(pairs)}"


def test_nothing_speaks_against_a_day_like_the_others():
    earlier = [day({"a": 400, "b": 100}), day({"a": 390, "b": 110})]
    assert problems(day({"a": 41, "b": 9}), earlier, LIMITS) == []
    assert problems(day({"a": 41, "b": 9}), [], LIMITS) == []


def test_a_day_whose_audit_breaks_the_promise_is_not_published():
    def manifest(audit):
        counts = {"documents": 2, "labelled": 2, "rejects": {}, "labels": {"a": 2}}
        return {"finished": "now", "model": {"digest": "m"}, "counts": counts, "audit": audit}

    broken = read_day("2026-01-02", manifest({"promise_holds": False, "text": "it broke"}), {9: 2})
    assert problems(broken, [], LIMITS) == ["it broke"]
    for audit in ({"promise_holds": True, "text": "fine"}, {"text": "no promise"}, {}):
        assert problems(read_day("2026-01-02", manifest(audit), {9: 2}), [], LIMITS) == []
    assert Day.from_dict(broken.as_dict()) == broken
    older = broken.as_dict()
    del older["broken_promise"]
    assert Day.from_dict(older).broken_promise == ""


def test_rejects_are_counted_and_named():
    wrong = problems(day({"a": 85}, rejects={"empty-text": 5, "malformed-record": 10}), [], LIMITS)
    assert wrong == [
        "15 of 100 documents were rejected, 15.0 %; 10.0 % may be (empty-text 5, malformed-record 10)"
    ]
    assert problems(day({"a": 90}, rejects={"empty-text": 10}), [], LIMITS) == []
    assert problems(day({}), [], LIMITS) == ["the input holds no document"]


def test_labels_and_scores_that_drift_are_named():
    earlier = [day({"a": 400, "b": 100}, scores=[0] * 9 + [500])]
    [labels] = problems(day({"a": 40, "c": 60}, scores=[0] * 9 + [100]), earlier, LIMITS)
    assert labels.startswith("the labels drifted, stability index ")
    assert "c 0.0 % -> 60.0 %" in labels
    [scores] = problems(day({"a": 80, "b": 20}, scores=[0] * 5 + [100, 0, 0, 0, 0]), earlier, LIMITS)
    assert scores.startswith("the scores drifted")
    assert "0.9 to 1.0 100.0 % -> 0.0 %" in scores


def test_days_of_another_model_are_not_compared():
    earlier = [day({"a": 400, "b": 100}, model="other")]
    assert problems(day({"c": 60}), earlier, LIMITS) == []


def test_few_documents_that_differ_by_chance_are_no_drift():
    earlier = [day({"a": 5, "b": 5})]
    assert problems(day({"a": 2, "b": 6}), earlier, LIMITS) == []


def test_manifest_and_rows_say_the_same():
    manifest = {
        "finished": "now",
        "model": {"digest": "d"},
        "counts": {
            "documents": 4,
            "labelled": 3,
            "rejects": {"empty-text": 1},
            "labels": {"a": 2, "b": 1},
        },
    }
    found = read_day("2026-01-02", manifest, {0: 1, 9: 2, None: 1})
    assert found.scores == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert Day.from_dict(found.as_dict()) == found
    with pytest.raises(ValueError, match="the manifest counts 4 documents, 3 with a label; the Parquet holds 3"):
        read_day("2026-01-02", manifest, {0: 1, 9: 2})
