"""Table `sights`: what stands in its rows."""

from tests.two_points import INITIATOR, SECOND, Between, on_4500, read, rows


def test_a_row_for_each_point() -> None:
    """Times and frames are the point's own."""
    nat = {(INITIATOR, 500): ("198.51.100.7", 31234)}
    analysis = read(Between(passes=on_4500, nat=nat, offset_ns=60 * SECOND, dropped=None))
    inside, outside = rows(analysis, "sights")
    messages = rows(analysis, "messages")
    at = {row["point"]: [m for m in messages if (m["src_port"] == 31234 or m["dst_port"] == 31234) is (row is outside)]
          for row in (inside, outside)}  # fmt: skip
    for row in (inside, outside):
        own = at[row["point"]]
        assert (row["first_frame"], row["last_frame"]) == (own[0]["frame_number"], own[-1]["frame_number"])
        assert (row["first_time"], row["last_time"]) == (own[0]["time"], own[-1]["time"])
        assert row["messages_from_initiator"] + row["messages_from_responder"] == len(own)
    assert outside["paths"] == ("198.51.100.7:31234 - 192.0.2.20:500",)
    assert inside["paths"] == ("192.0.2.10:500 - 192.0.2.20:500", "192.0.2.10:4500 - 192.0.2.20:4500")
    assert (inside["clock_basis"], inside["clock_offset_s"], inside["dropped"]) == ("reference", 0.0, None)
    [missing] = outside["missing_frames"]
    assert next(m for m in messages if m["frame_number"] == missing)["exchange"] == "IKE_AUTH"
