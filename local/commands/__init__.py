"""What `make` calls: one module for each command; each runs as `python -m local.commands.NAME`."""
