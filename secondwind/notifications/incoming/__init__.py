"""Replies by mail: read, checked against who may have sent them, and handed to what they answer."""
