"""What a class is asked for: names, or a file that has them."""

import pytest

from barreleye.tutor.classroom.required import required
from barreleye.tutor.report import Report


def test_a_function_of_an_exercise_goes_by_the_exercise_and_another_by_its_name():
    assert required("back_prop, compute_cost,plot_it", None) == {
        "back_prop": "backward",
        "compute_cost": "cost",
        "plot_it": "plot_it",
    }


def test_a_reference_file_is_asked_what_it_has(report):
    def check(path):
        assert path.name == "solution.ipynb"
        return Report("solution.ipynb", report.functions, unchecked=("adam",))

    assert required("solution.ipynb", check) == {
        "sigmoid": "sigmoid",
        "forward_propagation": "forward",
        "backward_propagation": "backward",
        "adam": "adam",
    }


def test_a_file_without_functions_and_what_is_no_name_are_refused():
    with pytest.raises(ValueError, match="there is no function of the course in it"):
        required("empty.py", lambda path: Report("empty.py", ()))
    with pytest.raises(ValueError, match="'compute-cost' is no function's name"):
        required("compute-cost", None)
