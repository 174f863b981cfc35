"""What was sold: orders, lines, prices, agreements on dates."""
