"""ssh by asyncssh."""
import asyncio
import os
import warnings

warnings.simplefilter("ignore")
import asyncssh  # noqa: E402

import arguments  # noqa: E402


def algorithms(given):
    names = {"kex_algs": given.kex, "server_host_key_algs": given.host_key, "encryption_algs": given.cipher,
             "mac_algs": given.mac, "signature_algs": given.user_key}
    return {name: [value] for name, value in names.items() if value}


def apart(function, *values):
    """Blocking work on the descriptors of this process, beside the connection."""
    return asyncio.get_running_loop().run_in_executor(None, function, *values)


async def send(writer):
    try:
        while data := await apart(os.read, 0, 1 << 16):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        pass  # The server has closed the channel; the status says why.


async def copy(reader, descriptor):
    while data := await reader.read(1 << 16):
        while data:
            data = data[await apart(os.write, descriptor, data):]


async def run(given):
    more = {"rekey_bytes": given.rekey} if given.rekey else {}
    connection = await asyncssh.connect(
        given.host, given.p, username=given.user, client_keys=[given.key], known_hosts=given.known, agent_path=None,
        config=None, login_timeout=60, **algorithms(given), **more)
    process = await connection.create_process(given.command, env=arguments.environment(), encoding=None)
    sending = asyncio.ensure_future(send(process.stdin))
    await asyncio.gather(copy(process.stdout, 1), copy(process.stderr, 2))
    await process.wait_closed()
    sending.cancel()

    # A thread may still wait for input that never comes.
    os._exit(255 if process.exit_status is None else process.exit_status)


given = arguments.parse()
try:
    asyncio.run(run(given))
except Exception as exception:
    arguments.give_up(exception)
