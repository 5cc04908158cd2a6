"""Reading a git repository: objects and commits only, never the work tree, never the network."""
