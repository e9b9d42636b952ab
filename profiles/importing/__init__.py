"""Norec's participant lists: read, checked, shown, written in whole people, and undone.

`reading` makes a table with line numbers out of a file, `columns` and `values` say what its headings and cells mean, `rows`
checks the file against itself, `plan` against the database, `apply` writes, `undo` takes it back. See docs/importing.md.
"""
