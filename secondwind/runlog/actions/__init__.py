"""Everything that changes something in the log, one verb or one family of verbs a file.

Each takes rows that `queries` found for their owner, and runs in one transaction.
"""
