"""Turning the crank: batches, two engines that run one step, stopping rules, checkpoints."""
