"""The pages of the forums: each reads a request, calls one query or action, and renders."""
