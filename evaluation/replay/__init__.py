"""A recorded run of an agent, played again: model and tools from the record; prompt, tool schemas, loop and policies of today."""
