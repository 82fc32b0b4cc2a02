"""The parts of a diagnosis: what a training is asked for, what it left, the rules by family, and their experiments."""
