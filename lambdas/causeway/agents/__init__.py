"""Agents: the loop of model and tools, what tools are, who may use them, and what is written down of each step."""
