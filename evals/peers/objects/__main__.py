"""python -m evals.peers.objects: starts an object store, prints how to reach it, and runs."""

from evals.peers.objects.store import ObjectServer
from evals.peers.server import run_by_hand

server = ObjectServer()
for name, value in server.environment.items():
    print(f'export {name}="{value}"')
print(f"export SEGUE_FILES_URL={server.bucket}/segue")
run_by_hand(server)
