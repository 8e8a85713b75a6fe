"""The live room: who has a meeting open now, whether there is anything new in it, where the group is.

A browser with a step open asks one address every two seconds (`views/room.py`). That answers from a store of its own
(`store.py`) and leaves the database with the cases alone; only a browser that hears of something new asks the meeting itself.
"""
