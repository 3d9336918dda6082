"""Passages embedded by batch jobs of Bedrock: for half the price, and hours later."""
