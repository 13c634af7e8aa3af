"""The polling engine that is ours: one UDP socket, kept requests, a strict decoder, SNMPv3's state kept."""
