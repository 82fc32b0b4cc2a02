"""A diagnosis as a whole: what is confirmed, withdrawn, left as a possibility, and how it is said."""

import json

import numpy as np
import pytest

import barreleye as be
from barreleye.insight import diagnose as page
from barreleye.insight.diagnose import RULES, Diagnosis, diagnose, diagnosis, evidence_of, trained
from barreleye.insight.diagnosis.evidence import Evidence
from barreleye.insight.diagnosis.finding import Rule, Seen
from barreleye.insight.diagnosis.job import Job
from barreleye.models.preparing import prepare, rows_of
from barreleye.models.run import Settings
from barreleye.models.worth import NOTHING, worth

MOONS = be.load_dataset("moons", m=90)
NETWORK = be.Network((2, 8, 1), "tanh")
FAST = {"learning_rate": 30.0, "steps": 100, "engine": "numpy"}


def codes(findings):
    return [finding.code for finding in findings]


def test_nothing_is_found_where_nothing_is_wrong_and_it_says_what_was_checked():
    found = diagnose(NETWORK, MOONS.X, MOONS.y, learning_rate=0.1, steps=200, engine="numpy")
    assert found.findings == ()
    assert found.said("en") == f"Checked {len(RULES)} things that go wrong in trainings, and found nothing."
    assert "没有发现" in found.said("zh")


def test_a_finding_says_everything_in_both_languages():
    found = diagnose(NETWORK, MOONS.X, MOONS.y, **FAST)
    first = found.confirmed[0]
    assert first.code == "BE301"
    said = json.loads(json.dumps(found.values(), allow_nan=False))[0]
    texts = {"title", "measured", "where", "meaning", "advice", "trial"}
    assert set(said) == {"code", "threshold", "confirmed", *texts}
    assert (said["code"], said["confirmed"], said["threshold"]) == ("BE301", True, 3.0)
    assert said["where"] is None
    for name in texts - {"where"}:
        assert set(said[name]) == {"en", "zh"}
        assert "{" not in said[name]["en"] + said[name]["zh"]
    assert "the learning rate 0.3 in place of 30, the loss" in said["trial"]["en"]
    assert said["trial"]["en"] in str(found)
    assert said["trial"]["zh"] in found.said("zh")


def test_a_run_that_is_there_already_is_not_made_again():
    job = Job.of(NETWORK, MOONS.X, MOONS.y, **FAST)
    given = diagnose(NETWORK, MOONS.X, MOONS.y, history=list(job.train()), **FAST)
    assert codes(given.findings) == codes(diagnose(NETWORK, MOONS.X, MOONS.y, **FAST).findings)


def test_without_time_everything_stays_a_possibility():
    job = Job.of(NETWORK, MOONS.X, MOONS.y, **FAST)
    evidence = Evidence(job, trained(job))
    for found in (diagnosis(evidence, 0.0), diagnosis(evidence, interrupted=lambda: True)):
        assert found.confirmed == found.withdrawn == ()
        assert found.findings[0].confirmed is None
        assert "perhaps: the learning rate is too high" in str(found)


def rule(*changes, yields=False, certain=False):
    """One that sees something in every run, and tries these changes of the learning rate."""
    from barreleye.insight.diagnosis.experiment import other_rates

    what = Seen({}, key="advice", certain=certain)
    return Rule(lambda evidence: what, lambda evidence, _: other_rates(evidence, *changes), yields=yields)


@pytest.fixture
def judged(monkeypatch):
    """A function that diagnoses a run at a rate that is far too low, by rules of its own."""

    def by(**rules):
        monkeypatch.setattr(page, "RULES", rules)
        job = Job.of(NETWORK, MOONS.X, MOONS.y, learning_rate=1e-5, steps=60, engine="numpy")
        return diagnosis(Evidence(job, trained(job)))

    return by


def test_an_experiment_confirms_or_speaks_against(judged):
    found = judged(BE301=rule(2.0, 3000.0), BE302=rule(2.0, 3.0), BE303=rule(), BE401=rule(certain=True))
    by_code = {one.code: one for one in (*found.findings, *found.withdrawn)}
    assert {code: one.confirmed for code, one in by_code.items()} == {
        "BE301": True,
        "BE302": False,
        "BE303": None,
        "BE401": True,
    }
    assert by_code["BE301"].trial.change.en == "the learning rate 0.03 in place of 1e-05"
    assert by_code["BE302"].trial.change.en == "the learning rate 3e-05 in place of 1e-05"  # which came nearest
    assert codes(found.findings) == ["BE301", "BE401", "BE303"]
    assert "BE302" in found.said("en").splitlines()[-1]


def test_a_consequence_is_not_worth_a_word_beside_another_finding(judged):
    assert codes(judged(BE301=rule(yields=True, certain=True), BE302=rule(3000.0)).findings) == ["BE302"]
    both = judged(BE301=rule(yields=True, certain=True), BE302=rule(2.0), BE303=rule(yields=True, certain=True))
    assert codes(both.findings) == ["BE301"]


@pytest.mark.parametrize("name", ["iris", "diabetes"])
def test_of_a_run_on_a_table(name):
    settings = Settings(layers=(6,), epochs=4, rate=1e-5, engine="numpy", members=2)
    frame, target = rows_of(be.load_dataset(name))
    ready = prepare(frame, [target], **settings.coding)
    history = trained(Job(*settings.arguments(ready)))
    model = ready.model(history[-1])
    worthy = worth(ready, model)
    evidence = evidence_of(ready, settings, history, model, worthy)
    assert evidence.names == ready.table.names
    assert evidence.table.features.names == ready.table.inputs
    assert len(evidence.table.y) == len(evidence.job.X) == len(ready.parts.train)
    said = {"iris": "log-loss", "diabetes": "RMSE"}[name]
    score = worthy.scores["this network"][said]
    if name == "iris":
        assert evidence.table.losses.mean() == pytest.approx(score)
    assert codes(diagnosis(evidence).confirmed)[:1] == ["BE302"]
    assert isinstance(diagnosis(evidence_of(ready, settings, history, model, NOTHING), 0.0), Diagnosis)
    searched = diagnosis(evidence_of(ready, settings, history, model, NOTHING, {"rate": "low", "l2": "high"}), 0.0)
    (edge,) = (finding for finding in searched.findings if finding.code == "BE602")
    assert edge.measured.en.startswith("of the best trial: rate is at the low end of what was tried; l2 is at the high")
    assert "；l2 在所试范围的高端" in edge.measured.zh


def test_a_training_that_diverges_is_diagnosed():
    y = MOONS.X[:, 0]
    network = be.Network((2, 8, 1), "relu", "identity")
    found = diagnose(network, MOONS.X, y, optimizer="gd", learning_rate=1e9, steps=50, engine="numpy")
    assert "BE301" in codes(found.findings)
    assert np.isfinite([one["threshold"] or 0 for one in found.values()]).all()
