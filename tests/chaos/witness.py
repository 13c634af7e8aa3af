"""What runs on the devices, as anybody's client reads it: netmiko, ncclient, pyeapi, librouteros, asyncssh; none of ours."""

import asyncio
import contextlib
import json
import ssl
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncssh

TRIES, PAUSE = 4, 3.0
"""A device may be busy with what was left there."""
FILES = r"""for f in /etc/config/*; do
case ${f##*/} in fstab|luci|rpcd|ubootenv|ucitrack) ;; *) echo "package ${f##*/}"; cat "$f"; echo ;; esac
done"""
"""Without the packages that are the image's."""


def inventory(homeroom):
    """What `homeroom lab status --json` says: the devices and what opens them."""
    done = subprocess.run(
        [sys.executable, "-m", "playbooks.cli", "--project", str(homeroom), "lab", "status", "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return json.loads(done.stdout)


def ios(device, user, password):
    from netmiko import ConnectHandler

    port = device["ports"]["ssh"]
    with ConnectHandler("", device["address"], user, password, port=port, device_type="cisco_ios") as shell:
        return shell.send_command("show running-config", read_timeout=60)


def eos(device, user, password):
    """One call of eAPI, as its documentation shows it."""
    call = {"jsonrpc": "2.0", "method": "runCmds", "id": 1}
    call["params"] = {"version": 1, "cmds": ["enable", "show running-config"], "format": "text"}
    request = urllib.request.Request(
        f"https://{device['address']}:{device['ports']['https']}/command-api",
        json.dumps(call).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}",
        },
    )
    context = ssl._create_unverified_context()
    with urllib.request.urlopen(request, context=context, timeout=60) as answer:
        return json.load(answer)["result"][1]["output"]


def junos(device, user, password):
    from ncclient import manager

    with manager.connect(
        host=device["address"],
        port=device["ports"]["netconf"],
        username=user,
        password=password,
        hostkey_verify=False,
        allow_agent=False,
        look_for_keys=False,
        device_params={"name": "junos"},
        timeout=60,
    ) as session:
        return session.get_configuration(format="text").xpath("//configuration-text")[0].text


def ros(device, user, password):
    """An export is a file on the device; whoever reads it takes it away again."""
    import librouteros

    context = ssl._create_unverified_context()
    api = librouteros.connect(
        device["address"],
        username=user,
        password=password,
        port=device["ports"]["api-ssl"],
        ssl_wrapper=context.wrap_socket,
        timeout=60,
    )
    with contextlib.closing(api):
        tuple(api("/export", file="witness", terse="", **{"show-sensitive": ""}))
        file = next(row for row in api("/file/print") if row["name"] == "witness.rsc")
        text = file.get("contents", "")
        while len(text.encode()) < int(file["size"]):
            offset = str(len(text.encode()))
            rows = api("/file/read", **{"file": "witness.rsc", "offset": offset, "chunk-size": "32768"})
            text += "".join(row["data"] for row in rows)
        tuple(api("/file/remove", **{".id": file[".id"]}))
    return text


async def _files(device, user, password):
    async with asyncssh.connect(
        device["address"],
        device["ports"]["ssh"],
        username=user,
        password=password,
        known_hosts=None,
        client_keys=None,
        config=None,
        login_timeout=60,
    ) as connection:
        return (await connection.run(FILES, check=True)).stdout


def openwrt(device, user, password):
    return asyncio.run(_files(device, user, password))


CLIENTS = {"ios": ios, "eos": eos, "junos": junos, "ros": ros, "openwrt": openwrt}


def read(device, credentials):
    """The text that runs on one device; the last client's own error when it cannot be had."""
    platform = device["platform"]
    user = credentials["usernames"].get(platform, credentials["username"])
    for left in reversed(range(TRIES)):
        try:
            return CLIENTS[platform](device, user, credentials["password"])
        except Exception:  # whatever a stock client raises
            if not left:
                raise
            time.sleep(PAUSE)
    return ""


def read_all(known, names, workers=8):
    """Yield device -> text, or the exception, for the named devices."""
    chosen = [device for device in known["devices"] if device["name"] in names]

    def one(device):
        try:
            return device["name"], read(device, known["credentials"])
        except Exception as error:  # noqa: BLE001  # whatever a stock client raises
            return device["name"], error

    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(one, chosen)
