"""Thousands of files as one table, a row an activity, over any executor."""
