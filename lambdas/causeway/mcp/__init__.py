"""The tools of the domain for any client of the Model Context Protocol, with the rights of whoever calls."""
