"""The command line as a user meets it: processes, exit codes, streams and files."""
