from ipaddress import ip_address

from analyzer.redact.key import Key
from analyzer.redact.macs import Macs
from analyzer.redact.mapping import Mapping


def test_each_pair_is_written_once_as_people_write_it() -> None:
    mapping, macs = Mapping(), Macs(Key(b"a secret"))
    image = macs.of(bytes.fromhex("00163e112233"))
    for _ in range(2):
        mapping.note("address", ip_address("10.0.0.1").packed, ip_address("10.9.9.9").packed)
        mapping.note("name", b"gateway", b"xyzwabc")
        mapping.note("name", b"\x01\xff", b"\x02\xfe")
        mapping.note("name", b"same", b"same")
    assert [*mapping.rows(macs)] == [
        ("mac", "00:16:3e:11:22:33", image.hex(":")),
        ("address", "10.0.0.1", "10.9.9.9"),
        ("bytes", "01ff", "02fe"),
        ("text", "gateway", "xyzwabc"),
    ]
