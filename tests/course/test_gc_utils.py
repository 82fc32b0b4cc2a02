from barreleye import course
from barreleye.course import gc_utils


def test_the_names_are_those_of_the_helper_module_and_the_packages_own_functions():
    names = {"sigmoid", "relu", "dictionary_to_vector", "vector_to_dictionary", "gradients_to_vector"}
    assert set(gc_utils.__all__) == names
    assert all(getattr(gc_utils, name) is getattr(course, name) for name in names)
