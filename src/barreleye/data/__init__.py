"""Tables as people have them: read, told apart by kind, coded as numbers, split, with targets; and built-in data.

frame       columns of cells from any file's or library's table
read        files: CSV and its kin, Parquet, Feather
kinds       what kind of column each is, and why; one encoder a kind
table       all columns of a frame as the rows that a network takes
targets     what is predicted, as a network takes it and as people say it
split       which rows are trained on, which stop the training, which test the result
builtin     data by name
"""
