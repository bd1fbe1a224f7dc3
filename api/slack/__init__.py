"""Slack: a question in a channel or a direct message, its one answer in the same thread.

app.py        what Slack sends, over a socket or signed HTTP
http.py       the address for signed HTTP in `segue serve`
identity.py   which team, which person, whose thread; what is a question at all
questions.py  the desk: claims questions and works on each under a lease
streaming.py  one message in a thread, from its first words to its final form
blocks.py     how an answer, an excuse and a footer look
pictures.py   charts, drawn in another process
client.py     calls, and what to do when it is unclear whether one was carried out
"""
