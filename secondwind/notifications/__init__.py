"""Following, and being told: on the site, by mail at once, or in a mail a day or a week.

This room knows subjects that can be followed and happenings that are told, each by a kind and an id, and
people. What they are, and who may see them, the rooms above say in `registry`.
"""
