"""Which addresses are near enough to be told what the agent writes."""

from __future__ import annotations

import ipaddress

_NEAR = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/32",
            "127.0.0.0/8",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "169.254.0.0/16",
            "100.64.0.0/10",  # providers and VPNs such as Tailscale share it
            "::/128",
            "::1/128",
            "fc00::/7",
            "fe80::/10",
        ),
    )
)
"""Named one by one: much that is "not global" for Python leads far away all the same, such as
198.18.0.0/15, which proxies hand out for any server, and IPv6 over IPv4 (2002::/16, 2001::/32)."""


def is_near(address: str) -> bool:
    """Whether an IP address is of this computer or of a private network."""
    place = ipaddress.ip_address(address.partition("%")[0])
    place = getattr(place, "ipv4_mapped", None) or place
    return any(place in network for network in _NEAR)
