"""Photos people can send: real PNGs, drawn here so that none has to be kept."""

import struct
import zlib


def png(width: int = 8, height: int = 8, colour: bytes = b"\x2f\x6f\xb7") -> bytes:
    """A picture of one colour."""
    return _png(width, height, [colour * width] * height)


def _png(width: int, height: int, rows: list[bytes]) -> bytes:
    body = b"".join(b"\x00" + row for row in rows)

    def chunk(name: bytes, data: bytes) -> bytes:
        named = name + data
        return struct.pack(">I", len(data)) + named + struct.pack(">I", zlib.crc32(named))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(body))
        + chunk(b"IEND", b"")
    )


def generator(width: int = 320, height: int = 220) -> bytes:
    """A red generator in the snow, good enough for a donor's council in a story."""
    boxes = (
        (70, 80, 250, 165, b"\xb8\x2e\x2e"),
        (82, 92, 150, 128, b"\xf2\xd2\x3c"),
        (165, 92, 238, 150, b"\x3a\x3f\x46"),
        (60, 66, 260, 74, b"\x2c\x2f\x34"),
        (60, 66, 68, 172, b"\x2c\x2f\x34"),
        (252, 66, 260, 172, b"\x2c\x2f\x34"),
        (60, 165, 260, 173, b"\x2c\x2f\x34"),
    )
    rows = []
    for y in range(height):
        ground = bytes((236, 240, 246)) if y > 160 else bytes((150 + y // 4, 185 + y // 5, 222))
        row = bytearray(ground * width)
        for left, top, right, bottom, colour in boxes:
            if top <= y < bottom:
                row[left * 3 : right * 3] = colour * (right - left)
        rows.append(bytes(row))
    return _png(width, height, rows)


PHOTO = generator()
