"""How each function of the course is put to the test: what it is given, and what is looked at in its answer."""
