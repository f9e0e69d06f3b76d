"""The moderators' pages. To everybody else they are not there."""
