"""Results of tests as text, JSON and JUnit XML. Nothing here computes or prints."""
