"""What agents of the bookshop may do. domains/README.md says how a tool is added."""
