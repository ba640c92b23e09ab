"""Vendor IDs by short names, for the tests beside this file."""

STRONGSWAN = bytes.fromhex("882fe56d6fd20dbc2251613b2ebe5beb")  # MD5 of "strongSwan"
XAUTH = bytes.fromhex("09002689dfd6b712")
DPD = bytes.fromhex("afcad71368a1f1c96b8696fc77570100")
UNITY = bytes.fromhex("12f5f28c457168a9702d9fe274cc0100")
RFC3947 = bytes.fromhex("4a131c81070358455c5728f20e95452f")
DRAFT03 = bytes.fromhex("7d9419a65310ca6f2c179d9215529d56")
DRAFT02N = bytes.fromhex("90cb80913ebb696e086381b5ec427b1f")
DRAFT02 = bytes.fromhex("cd60464335df21f87cfdb2fc68b6a448")
DRAFT07 = bytes.fromhex("439b59f8ba676c4c7737ae22eab8f582")
FRAGMENTATION = bytes.fromhex("4048b7d56ebce88525e7de7f00d6c2d3")
FRAGMENTATION_8, FRAGMENTATION_C = FRAGMENTATION + b"\x80\0\0\0", FRAGMENTATION + b"\xc0\0\0\0"
ALTIGA = bytes.fromhex("1f07f70eaa6514d3b0fa96542a500400")
WINDOWS = bytes.fromhex("1e2b516905991c7d7c96fcbfb587e46100000009")
RANDOM = bytes(range(16))
OPENIKED = b"OpenIKED-7.2"
