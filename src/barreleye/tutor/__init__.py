"""Checks a learner's own functions and says what is wrong with them.

Read ``checking``, then ``equations``, ``classics`` (what people get wrong, a line each) and ``search``. The rooms, in
the order of a check:

    running        reads, loads and runs a learner's code, in a process of its own
    casting        which function plays which part, what it is called with, how its answers are read
    exercises      puts each function to the test
    mistakes       what can be wrong where there is no one right answer
    fragility      right mathematics whose numbers fail somewhere
    saying         from numbers and errors to sentences
    showing        the report for a terminal, a page, a program
    classroom      a folder of files, one table
    explanation    a backward pass worked out on paper, for ``explain``
"""
