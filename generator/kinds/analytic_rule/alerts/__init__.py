"""What Sentinel raises from the rows that a rule's query returns."""
