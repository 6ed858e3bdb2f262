"""A photo people can send: a real PNG of eight by eight pixels."""

import struct
import zlib


def png(width: int = 8, height: int = 8, colour: bytes = b"\x2f\x6f\xb7") -> bytes:
    """A picture of one colour."""
    rows = b"".join(b"\x00" + colour * width for _ in range(height))

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


PHOTO = png()
