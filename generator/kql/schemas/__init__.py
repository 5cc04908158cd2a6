"""What queries may refer to: the tables and functions of Sentinel, and an organisation's own."""
