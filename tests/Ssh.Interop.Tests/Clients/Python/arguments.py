"""The arguments of a stand-in for ssh: those of the tests first, then what git adds, then user@host and the command."""
import argparse
import os
import sys


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--key", required=True)
    parser.add_argument("--known", required=True, help="known_hosts")
    parser.add_argument("--kex")
    parser.add_argument("--host-key")
    parser.add_argument("--cipher")
    parser.add_argument("--mac")
    parser.add_argument("--user-key")
    parser.add_argument("--rekey", type=int)
    parser.add_argument("-o", action="append", help="ssh's options, of which none is needed")
    parser.add_argument("-p", type=int, required=True)
    parser.add_argument("destination")
    parser.add_argument("command")
    given = parser.parse_args()
    given.user, given.host = given.destination.split("@")
    return given


def environment():
    value = os.environ.get("GIT_PROTOCOL")
    return {"GIT_PROTOCOL": value} if value else {}


def give_up(exception):
    """As ssh: 255 is the client's own."""
    print(f"{type(exception).__name__}: {exception}", file=sys.stderr)
    sys.stderr.flush()
    os._exit(255)
