"""Running: watch files and exports in, runs with their terrain and load out. Plain Python and NumPy, no
Django.

`files.read` makes `Activity` objects of one file, `archives.entries` walks through a whole export,
`terrain.survey` measures a track, `load` adds up training, `formulas` holds units and shared sums.
"""
