"""Everything that changes something in the forums, one verb or one family of verbs a file.

Each runs in one transaction. The row of a thread is locked before its posts, and a thread before a member, so
that two who act at once wait for each other and never lose, count or number anything twice.
"""
