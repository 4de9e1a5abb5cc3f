"""Which addresses are near enough to be told what the agent writes."""

from __future__ import annotations

import ipaddress


def is_near(address: str) -> bool:
    """Whether an IP address is of this computer or of a private network.

    Private are also the addresses that providers and VPNs such as Tailscale share (100.64/10).
    """
    place = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(place, "ipv4_mapped", None)
    return not (mapped or place).is_global
