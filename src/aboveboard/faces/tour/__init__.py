"""The guided tour: one fictional story told on one page and in the terminal, each step one act of the real program.

It runs in a sample home only. Nothing in it is drawn for show: each step does what it says through the same rooms as
everybody else, then checks what came of it.
"""
