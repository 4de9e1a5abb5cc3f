"""What counts as this computer and private networks."""

from __future__ import annotations

import pytest

from voicestream_tui.private_network import is_near


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "192.168.1.7",
        "10.0.0.1",
        "172.31.0.1",
        "169.254.3.4",
        "100.100.1.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:192.168.0.1",
    ],
)
def test_this_computer_and_private_networks_are_near(address: str) -> None:
    assert is_near(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "198.18.0.5",
        "240.0.0.1",
        "2002:808:808::1",
        "2001:0:808:808::1",
    ],
)
def test_what_may_lead_anywhere_is_far(address: str) -> None:
    assert not is_near(address)
