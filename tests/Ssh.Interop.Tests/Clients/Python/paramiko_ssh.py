"""ssh by paramiko."""
import base64
import os
import socket
import sys
import threading
import warnings

warnings.simplefilter("ignore")
import paramiko  # noqa: E402

import arguments  # noqa: E402


def load(path):
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key_file(path)
        except paramiko.SSHException:
            continue
    raise paramiko.SSHException(f"{path} is no key")


def connect(given):
    others = {}
    if given.user_key:
        others["pubkeys"] = [name for name in paramiko.Transport._preferred_pubkeys if name != given.user_key]
    transport = paramiko.Transport(socket.create_connection((given.host, given.p)), disabled_algorithms=others)
    offer = transport.get_security_options()
    if given.kex:
        offer.kex = [given.kex]
    if given.host_key:
        offer.key_types = [given.host_key]
    if given.cipher:
        offer.ciphers = [given.cipher]
    if given.mac:
        offer.digests = [given.mac]
    if given.rekey:
        transport.packetizer.REKEY_BYTES = given.rekey
    transport.start_client(timeout=60)
    with open(given.known) as known:
        keys = [line.split()[2] for line in known]
    if base64.b64encode(transport.get_remote_server_key().asbytes()).decode() not in keys:
        raise paramiko.SSHException("The host key is not the server's.")
    transport.auth_publickey(given.user, load(given.key))
    return transport


def send(channel):
    try:
        while data := os.read(0, 1 << 16):
            channel.sendall(data)
        channel.shutdown_write()
    except OSError:
        pass  # The server has closed the channel; the status says why.


def copy(receive, descriptor):
    while data := receive(1 << 16):
        while data:
            data = data[os.write(descriptor, data):]


def main():
    given = arguments.parse()
    try:
        channel = connect(given).open_session()
        for name, value in arguments.environment().items():
            channel.set_environment_variable(name, value)
        channel.exec_command(given.command)
        threading.Thread(target=send, args=(channel,), daemon=True).start()
        errors = threading.Thread(target=copy, args=(channel.recv_stderr, 2), daemon=True)
        errors.start()
        copy(channel.recv, 1)
        errors.join()
        status = channel.recv_exit_status()
    except Exception as exception:
        arguments.give_up(exception)
    sys.stdout.flush()
    os._exit(status if status >= 0 else 255)


main()
