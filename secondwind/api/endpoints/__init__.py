"""What can be asked of the API, a file for each matter."""
