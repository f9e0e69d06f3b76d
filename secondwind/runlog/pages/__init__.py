"""The pages of the log: each reads a request, calls one query or action, and renders."""
