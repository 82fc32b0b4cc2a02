"""How a network's passes are worked out on paper: formulas, sums in numbers, steps, and the page that shows them."""
