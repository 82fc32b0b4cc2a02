"""Checks a learner's own functions and says what is wrong with them."""
