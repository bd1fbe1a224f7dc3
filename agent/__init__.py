"""The talk. Whatever LangGraph writes down is read back as plain data, never as objects."""

import os

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # read when LangGraph is imported
