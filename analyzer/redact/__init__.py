"""Captures that can be given away: the same story under other addresses and names.

A frame that is written begins as zeros. What somebody here understands is put into it, as it is or under another name;
so what nobody understands stays zero. `capture.py` is the way through a capture, `decoder.py` goes through the layers
of a packet, `message.py` through an IKE message.
"""
