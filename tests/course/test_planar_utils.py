from barreleye import course
from barreleye.course import planar_utils


def test_the_names_are_those_of_the_helper_module_and_the_packages_own_functions():
    names = {"plot_decision_boundary", "sigmoid", "load_planar_dataset", "load_extra_datasets"}
    assert set(planar_utils.__all__) == names
    assert all(getattr(planar_utils, name) is getattr(course, name) for name in names)
