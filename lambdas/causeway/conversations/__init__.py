"""What is remembered of whom: sessions, turns and their summary."""
