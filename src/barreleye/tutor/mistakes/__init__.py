"""What can be wrong where there is no one right answer: starting weights, the training loop, the sizes of layers."""
