"""ssh by asyncssh."""
import asyncio
import os
import sys
import warnings

warnings.simplefilter("ignore")
import asyncssh  # noqa: E402

import arguments  # noqa: E402


def algorithms(given):
    names = {"kex_algs": given.kex, "server_host_key_algs": given.host_key, "encryption_algs": given.cipher,
             "mac_algs": given.mac, "signature_algs": given.user_key}
    return {name: [value] for name, value in names.items() if value}


async def run(given):
    more = {"rekey_bytes": given.rekey} if given.rekey else {}
    async with asyncssh.connect(
            given.host, given.p, username=given.user, client_keys=[given.key], known_hosts=given.known, agent_path=None,
            config=None, login_timeout=60, **algorithms(given), **more) as connection:
        process = await connection.create_process(
            given.command, env=arguments.environment(), stdin=0, stdout=1, stderr=2, encoding=None)
        await process.wait_closed()
        return process.exit_status


given = arguments.parse()
try:
    status = asyncio.run(run(given))
except Exception as exception:
    arguments.give_up(exception)
sys.stdout.flush()
os._exit(255 if status is None else status)
