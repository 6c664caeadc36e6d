"""libgit2's own transport: list URL | clone URL FOLDER | push FOLDER URL REFSPEC, with a key, named first."""
import sys

import pygit2


class Callbacks(pygit2.RemoteCallbacks):
    def __init__(self, key):
        super().__init__()
        self.key = key
        self.tries = 0

    def credentials(self, url, user, allowed):
        self.tries += 1
        if self.tries > 1:
            raise RuntimeError("The server refuses the key.")
        return pygit2.Keypair(user or "git", self.key + ".pub", self.key, "")

    def push_update_reference(self, name, message):
        if message:
            raise RuntimeError(f"{name}: {message}")


def main():
    key, action, *rest = sys.argv[1:]
    callbacks = Callbacks(key)
    if action == "list":
        repository = pygit2.init_repository(rest[1], bare=True)
        for ref in repository.remotes.create("server", rest[0]).ls_remotes(callbacks=callbacks):
            print(f"{ref['oid']}\t{ref['name']}")
    elif action == "clone":
        pygit2.clone_repository(rest[0], rest[1], callbacks=callbacks)
    else:
        pygit2.Repository(rest[0]).remotes.create("server", rest[1]).push([rest[2]], callbacks=callbacks)


try:
    main()
except Exception as exception:
    print(f"{type(exception).__name__}: {exception}", file=sys.stderr)
    sys.exit(1)
