"""Models of tables: columns, network and targets in one value that answers, and how one is made and judged.

model       Model: from rows as they come to classes or numbers; its file
preparing   a frame made ready for training: kinds, parts, coded rows, weights
uses        what columns are for besides being learnt from: target, weights, split
aside       what rows set aside tell a model: calibration, and conformal scores
scores      how good answers are, and what a constant and a linear model reach
run         settings of a training, and its progress
record      what is said of a run, at its beginning and at its end, and its file
worth       all that is told of a model: scores, promises, importance, effects, the worst rows
"""
