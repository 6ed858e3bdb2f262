"""Human codes: short, unambiguous on paper and on the phone.

Crockford's base 32 (no I, L, O, U) with a check character: each place weighs twice the next in the field
of 32 elements, so that any one mistyped character and any two swapped ones are noticed (Luhn mod 32 would
let 0Z pass for Z0). A code hides how many needs there are: the number is
scattered over the whole space by an odd multiplier, which is reversible and needs no table.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_VALUE |= {  # the same shapes on a Ukrainian keyboard
    cyrillic: _VALUE[latin] for cyrillic, latin in zip("АВСЕНІКМОРТХУ", "ABCEHIKMOPTXY", strict=True)
}
_LENGTH = 5
_SPACE = 32**_LENGTH
_FIELD = 0b100101  # x^5 + x^2 + 1, primitive: doubling reaches all 31 weights before it repeats
_SCATTER = 22_369_621
_GATHER: int = pow(_SCATTER, -1, _SPACE)


class BadCode(ValueError):
    """Not a code, or mistyped."""


def encode(number: int) -> str:
    """The code of a number from 0 to 33,554,431, for example ``encode(1)``."""
    if not 0 <= number < _SPACE:
        raise ValueError(number)
    scattered = number * _SCATTER % _SPACE
    letters = "".join(ALPHABET[scattered >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
    return letters + _check(letters)


def decode(code: str) -> int:
    """The number behind a code, however it was typed: case, spaces, dashes, O for 0, I and L for 1."""
    letters = code.upper().replace("-", "").replace(" ", "").lstrip("#")
    if len(letters) != _LENGTH + 1 or any(letter not in _VALUE for letter in letters):
        raise BadCode(code)
    canonical = "".join(ALPHABET[_VALUE[letter]] for letter in letters)
    if _check(canonical[:-1]) != canonical[-1]:
        raise BadCode(code)
    scattered = 0
    for letter in canonical[:-1]:
        scattered = scattered << 5 | _VALUE[letter]
    return int(scattered * _GATHER % _SPACE)


def _check(letters: str) -> str:
    total = 0
    for letter in letters:
        total = (total ^ _VALUE[letter]) << 1
        total ^= _FIELD if total & 32 else 0
    return ALPHABET[total]
