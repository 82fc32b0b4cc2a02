"""The task that a target column asks for."""

import numpy as np
import pytest

from barreleye.datasets import DATASETS, load_dataset
from barreleye.tables.task import infer_task


@pytest.mark.parametrize(
    ("y", "task", "reason"),
    [
        (np.array(["cat", "dog", "cat"]), "classification", "'y' holds text (2 distinct), so this is classification"),
        (np.array([True, False]), "classification", "'y' holds truth values (2 distinct), so this is classification"),
        (
            np.repeat([3, 4, 5, 6, 7, 8], 30),
            "classification",
            "'y' holds 6 distinct whole numbers, so this is classification; --task regression overrides",
        ),
        (
            np.array([1.0, -1.0]),
            "classification",
            "'y' holds 2 distinct whole numbers, so this is classification; --task regression overrides",
        ),
        (
            np.zeros(50),
            "classification",
            "'y' holds 1 distinct whole number, so this is classification; --task regression overrides",
        ),
        (
            np.array([0.0, 1.0, 0.5] * 50),
            "regression",
            "'y' holds fractions such as 0.5, so this is regression; --task classification overrides",
        ),
        (
            np.arange(500),
            "regression",
            "'y' holds 500 distinct whole numbers, so this is regression; --task classification overrides",
        ),
    ],
)
def test_the_task_and_its_reason(y, task, reason):
    assert infer_task(y) == (task, reason)


@pytest.mark.parametrize(
    ("distinct", "m", "task"),
    [
        (20, 400, "classification"),
        (20, 399, "regression"),
        (21, 10_000, "regression"),
        (2, 2, "classification"),
        (3, 8, "regression"),
        (3, 9, "classification"),
    ],
)
def test_whole_numbers_are_classes_when_few_of_them_share_many_rows(distinct, m, task):
    y = np.arange(m) % distinct
    assert infer_task(y)[0] == task
    assert infer_task(y.astype(np.float64))[0] == task


@pytest.mark.parametrize("name", list(DATASETS))
def test_every_named_dataset_is_recognised_for_what_it_is(name):
    dataset = load_dataset(name)
    task, reason = infer_task(dataset.y, dataset.target_name)
    assert task == dataset.task
    assert reason.startswith(f"{dataset.target_name!r} holds ")
