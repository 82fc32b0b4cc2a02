"""Reads, loads and runs a learner's code: in a process of its own, watched, within limits."""
