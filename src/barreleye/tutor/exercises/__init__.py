"""How each function of the course is put to the test: what it is given, and what is looked at in its answer.

``exercise.py`` is the page to read: the judge, and the questions that it asks of a row. All rows of the network are of
that kind; the rest is beside it where no equation gives the answer.

    the network      chain (forward, cost, predict), backward, update
    one layer        one_layer (told without layer numbers): activations (and slopes), single_layer; one_number
    no one answer    structure, initialization: whichever flaw shows first; model: a training, by its runs, steps, loops
                     and shown_costs
    published        known by name and arguments: second_course, rows of lines that formulas compares one by one;
                     looked_at
    shared           examples (random inputs), caches (handed from one function to the next), cached (what is wrong with
                     them), lacking (what is said of answers without what they should hold)
"""
