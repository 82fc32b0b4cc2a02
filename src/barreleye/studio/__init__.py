"""The studio: a page of this machine on which a network is trained, stepped, rewound and read.

setup       what a training is made of, as a value that a page sends and an address keeps
experiment  one run: a step forward, a step back, a weight set by hand
bench       one run, or two side by side, and what a page may ask of them
viewing     a trained model on a table, in the place of runs
frames      what is shown at one moment, as bytes
script      the Python that makes a run again
compute     the process that trains; worker is its mailbox
server      who is answered; handlers what with
page/       the page: plain modules of JavaScript, one a panel
notebook    the page in a frame of a notebook
"""

from .notebook import studio

__all__ = ["studio"]
