"""Speed and memory, as programs: ``python -m benchmarks`` prints Markdown tables."""
