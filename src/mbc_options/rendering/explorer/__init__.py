"""The explorer: one page, with which a reader explores every patient, without a command line and without a network.

What decides, how a patient is described, how free words are read, and what is shown: each is made once, by a module of
its own, when the page is written. `templates/explorer/` holds the scripts that decide by it.
"""
