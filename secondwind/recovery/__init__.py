"""Pain by place and day, what the log can say of a case, and the way back to running."""
