"""Everything that changes a case, each in one transaction."""
