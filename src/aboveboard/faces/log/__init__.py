"""The public log over HTTP (c2sp.org/tlog-tiles): checkpoint, tiles, entry bundles, and a page that says how to verify.

Promised: served are files of the log's own folder only, named by a parsed path; for a file no database is asked and no
cookie set, and nobody is told apart from anybody else.
"""
