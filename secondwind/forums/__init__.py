"""Questions and answers: forums, threads, posts, points, and the moderators' queue."""
