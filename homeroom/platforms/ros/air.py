"""The networks on air of a RouterOS configuration (7.13's `/interface wifi`): profiles followed, inline words first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from homeroom.errors import ParseError
from homeroom.platforms.access import Ssid
from homeroom.platforms.ros.ground import Ground, live
from homeroom.platforms.ros.model import Entry, Model, Params


class Air:
    """The profiles by kind and name."""

    def __init__(self, model: Model, ground: Ground) -> None:
        self.model, self.ground = model, ground
        self._profiles = {kind: _named(model, kind) for kind in ("configuration", "datapath", "security")}

    def ssids(self) -> tuple[Ssid, ...]:
        """Return each network once; ParseError for one whose VLAN nobody knows."""
        return tuple(dict.fromkeys(self._ssid(name, entry) for name, entry in self._interfaces()))

    def _interfaces(self) -> Iterator[tuple[str, Entry]]:
        state = self.model.menus.get("/interface wifi")
        for key, entry in (*state.fixed.items(), *state.added.items()) if state else ():
            if entry.params.get("disabled", "yes") == "no":
                yield entry.params.get("name") or dict(key).get("default-name", ""), entry

    def _ssid(self, name: str, entry: Entry) -> Ssid:
        said = self._said(entry, "configuration", entry.params, "configuration")
        datapath = self._said(entry, "datapath", {**said, **entry.params}, "datapath")
        security = self._said(entry, "security", {**said, **entry.params}, "security")
        vlan = datapath.get("vlan-id", "none")
        number = int(vlan) if vlan.isdecimal() else self._untagged(name, datapath)
        if not said.get("ssid") or not number:
            raise ParseError(f"line {entry.line}: /interface wifi: not understood: the SSID or VLAN of {name}")
        dynamic = "eap" in security.get("authentication-types", "")
        return Ssid(said["ssid"], number, dynamic, datapath.get("client-isolation") == "yes")

    def _said(self, entry: Entry, kind: str, holder: Params, prefix: str) -> Params:
        """Return a kind's properties: of the profile that the holder names, then those that stand inline."""
        profile = holder.get(kind, "")
        if profile and profile not in self._profiles[kind]:
            raise ParseError(f"line {entry.line}: /interface wifi: there is no {kind} {profile}")
        inline = {
            name.removeprefix(f"{prefix}."): value for name, value in holder.items() if name.startswith(f"{prefix}.")
        }
        return {**self._profiles[kind].get(profile, {}), **inline}

    def _untagged(self, name: str, datapath: Params) -> int:
        """Return the VLAN of a network without one of its own: its bridge port's, or its bridge's."""
        for entry in live(self.model, "/interface bridge port"):
            if entry.params.get("interface") == name:
                pvid = entry.params.get("pvid", "1")
                if not pvid.isdecimal():
                    raise ParseError(f"line {entry.line}: /interface bridge port: not understood: pvid={pvid}")
                return int(pvid)
        return self.ground.vlan_of(datapath.get("bridge", ""))


def _named(model: Model, kind: str) -> Mapping[str, Params]:
    return {entry.params["name"]: entry.params for entry in live(model, f"/interface wifi {kind}")}
