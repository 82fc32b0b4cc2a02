"""The mathematics: arrays in, arrays out; no files, no loops over data, no randomness of its own."""
