"""The command line: the only room that prints and picks exit codes."""
