"""Full text for every room that has documents: searching, more like this, and words mended.

It knows documents, not forums. A room says what kind of documents it has (`sources.register`), puts each into
the index when it changes (`index.put`, `index.remove`) and gives them all again when the index is rebuilt.

    text → `analysis` → tokens → `backends` (SQLite FTS5, PostgreSQL tsvector) → ids, best first → `searching`
"""
