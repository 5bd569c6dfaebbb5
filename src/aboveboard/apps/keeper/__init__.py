"""The key service: a process of its own that holds the root key and the key store, on another machine perhaps.

It opens a value only for an entry that it has seen committed itself and that releases that very category of that very
person, once and soon (Arts 25, 32). Kept: which facts were opened for which entry, for as long as that is needed to
open none twice and to notice an entry that never reached the log. Of people it keeps ids, and no value.
"""
