"""Runs the account data callbacks of modules written for Synapse. Its host is the package @account-data/module-python."""
