"""How a capture was taken, in words; and comments of frames."""

from analyzer.report.taken import THEIR_COMMENT, our_comment, remarks, taken, taken_text

ROW = {
    "application": "dumpcap 4",
    "os": "Linux",
    "hardware": None,
    "interfaces": tuple(f"eth{n} (ETHERNET)" for n in range(6)),
    "dropped": 3,
    "comment": "from the gateway",
    "packet_comments": 2,
    "secrets": ("TLS key log (1 block, 20 bytes)",),
    "other_blocks": (),
}


def test_what_the_file_says() -> None:
    shown = "eth0 (ETHERNET), eth1 (ETHERNET), eth2 (ETHERNET), eth3 (ETHERNET) and 2 more interfaces"
    assert taken(ROW) == [
        ("Written by", "dumpcap 4, on Linux"),
        ("Interfaces", shown),
        ("Dropped", "3 packets, by the capturing host's own count"),
        ("Comment", "from the gateway"),
        ("Packet comments", "2"),
        ("Keys in the file", "TLS key log (1 block, 20 bytes)"),
    ]
    assert taken_text(ROW) == (
        f"The file says: dumpcap 4; on Linux; {shown}; 3 dropped; 2 packet comments; comment: from the gateway. "
        "Keys are in the file: TLS key log (1 block, 20 bytes)."
    )


def test_a_file_that_says_nothing() -> None:
    empty = dict.fromkeys(ROW)
    assert (taken(empty), taken_text(empty)) == ([], "")
    assert taken({**empty, "dropped": 0}) == [("Dropped", "0 packets, by the capturing host's own count")]


def test_of_our_own_comments_only_what_the_frame_had_before() -> None:
    ours = "\n".join([our_comment(7, "a.pcap"), "finding (low): x", f"{THEIR_COMMENT}look here"])
    assert remarks(ours) == ["look here"]
    assert remarks("look here") == ["look here"]
    assert remarks(our_comment(7, "a.pcap")) == remarks("") == []
