#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Valid and invalid values for every validator, written apart from the C++ on purpose.

    check_vectors.py SEED [COUNT]

prints `check<TAB>0|1<TAB>value` lines. Each check digit is computed here from its definition: a
generator makes a valid value, and `is_valid` of the same class judges every mutation of it.
"""

import hashlib
import random
import string
import sys
import zlib
from datetime import date, timedelta

DIGITS = string.digits
UPPER = string.ascii_uppercase


class Draw:
    """What the generators draw from."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def digits(self, count, first=DIGITS):
        return self.random.choice(first) + "".join(self.random.choices(DIGITS, k=count - 1))

    def text(self, alphabet, count):
        return "".join(self.random.choices(alphabet, k=count))

    def day(self, first=1930, last=2009):
        start = date(first, 1, 1)
        span = (date(last, 12, 31) - start).days
        return start + timedelta(days=self.random.randrange(span))

    def one_of(self, values):
        return self.random.choice(values)


def number(text):
    return [int(c) for c in text]


def dot(text, weights):
    return sum(int(c) * w for c, w in zip(text, weights))


def uniform(text):
    return len(set(text)) == 1


def luhn(text):
    total = 0
    for place, c in enumerate(reversed(text)):
        value = int(c) << (place & 1)
        total += sum(divmod(value, 10))
    return total % 10 == 0


def valid_day(year, month, day):
    try:
        date(year, month, day)
        return True
    except ValueError:
        return False


def any_century(yy, mm, dd):
    return valid_day(1900 + yy, mm, dd) or valid_day(2000 + yy, mm, dd)


def search(candidates, is_valid):
    """The first candidate that is valid: check digits by trial, so no formula is shared."""
    for candidate in candidates:
        if is_valid(candidate):
            return candidate
    return None


CHECKS = {}


def check(name, alphabet=None):
    """Registers `make(draw)` and `is_valid(value)` of a class under the name of its C++ check."""

    def register(cls):
        CHECKS[name] = (cls.make, cls.is_valid, alphabet or DIGITS)
        return cls

    return register


def tail(front, digits, is_valid):
    """The front with the digits behind it that make it valid."""
    return search((front + str(n).zfill(digits) for n in range(10**digits)), is_valid)


# --- codes ---


@check("Luhn")
class Luhn:
    @staticmethod
    def make(draw):
        return tail(draw.digits(15), 1, Luhn.is_valid)

    @staticmethod
    def is_valid(text):
        return text.isdigit() and not uniform(text) and luhn(text)


@check("Verhoeff")
class Verhoeff:
    # The tables as they are printed, not computed.
    TIMES = ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
             "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"]
    TURNS = ["0123456789", "1576283094", "5803796142", "8916043527",
             "9453126870", "4286573901", "2793806415", "7046913258"]

    @staticmethod
    def make(draw):
        return tail(draw.digits(11, "23456789"), 1, Verhoeff.is_valid)

    @staticmethod
    def is_valid(text):
        if not text.isdigit() or uniform(text):
            return False
        c = 0
        for place, d in enumerate(reversed(text)):
            c = int(Verhoeff.TIMES[c][int(Verhoeff.TURNS[place % 8][int(d)])])
        return c == 0


@check("InAadhaar")
class InAadhaar:
    make = Verhoeff.make

    @staticmethod
    def is_valid(text):
        return len(text) == 12 and text[0] in "23456789" and Verhoeff.is_valid(text)


B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@check("Base58Check", B58)
class Base58Check:
    @staticmethod
    def make(draw):
        payload = bytes([draw.one_of([0, 5, 128])]) + draw.random.randbytes(draw.one_of([20, 32]))
        data = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
        value = int.from_bytes(data, "big")
        out = ""
        while value:
            value, rest = divmod(value, 58)
            out = B58[rest] + out
        return "1" * (len(data) - len(data.lstrip(b"\0"))) + out

    @staticmethod
    def is_valid(text):
        value = 0
        for c in text:
            if c not in B58:
                return False
            value = value * 58 + B58.index(c)
        data = value.to_bytes((value.bit_length() + 7) // 8, "big")
        data = b"\0" * (len(text) - len(text.lstrip("1"))) + data
        if len(data) < 5:
            return False
        digest = hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()
        return digest[:4] == data[-4:]


B32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


@check("Bech32", B32)
class Bech32:
    @staticmethod
    def polymod(values):
        # As polynomial division over GF(32), by the generator of BIP 173.
        gen = [0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3]
        chk = 1
        for v in values:
            top, chk = chk >> 25, (chk & 0x1FFFFFF) << 5 ^ v
            for i, g in enumerate(gen):
                chk ^= g * (top >> i & 1)
        return chk

    @staticmethod
    def expand(hrp):
        return [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]

    @staticmethod
    def make(draw):
        hrp, const = draw.one_of([("bc", 1), ("bc", 0x2BC830A3), ("age-secret-key-", 1)])
        data = [draw.random.randrange(32) for _ in range(33)]
        poly = Bech32.polymod(Bech32.expand(hrp) + data + [0] * 6) ^ const
        data += [poly >> 5 * (5 - i) & 31 for i in range(6)]
        return hrp + "1" + "".join(B32[v] for v in data)

    @staticmethod
    def is_valid(text):
        if text != text.lower() and text != text.upper():
            return False
        hrp, _, data = text.lower().rpartition("1")
        if not hrp or len(data) < 6 or len(text) > 90 or any(c not in B32 for c in data):
            return False
        values = Bech32.expand(hrp) + [B32.index(c) for c in data]
        return Bech32.polymod(values) in (1, 0x2BC830A3)


def keccak256(data):
    """Keccak[r=1088] with the padding before FIPS 202."""
    mask = (1 << 64) - 1

    def rol(v, n):
        return (v << n | v >> 64 - n) & mask if n else v

    constants = []
    lfsr = 1
    for _ in range(24):
        rc = 0
        for j in range(7):
            if lfsr & 1:
                rc |= 1 << (1 << j) - 1
            lfsr <<= 1
            if lfsr & 256:
                lfsr ^= 0x171
        constants.append(rc)
    offsets = {}
    x, y = 1, 0
    for t in range(24):
        offsets[x, y] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    offsets[0, 0] = 0
    padded = bytearray(data) + bytearray(136 - len(data))
    padded[len(data)] ^= 1
    padded[135] ^= 0x80
    a = {(i % 5, i // 5): 0 for i in range(25)}
    for i in range(17):
        a[i % 5, i // 5] = int.from_bytes(padded[8 * i:8 * i + 8], "little")
    for rc in constants:
        c = [a[x, 0] ^ a[x, 1] ^ a[x, 2] ^ a[x, 3] ^ a[x, 4] for x in range(5)]
        a = {(x, y): v ^ c[(x - 1) % 5] ^ rol(c[(x + 1) % 5], 1) for (x, y), v in a.items()}
        b = {(y, (2 * x + 3 * y) % 5): rol(v, offsets[x, y]) for (x, y), v in a.items()}
        a = {(x, y): b[x, y] ^ (~b[(x + 1) % 5, y] & b[(x + 2) % 5, y] & mask) for x, y in b}
        a[0, 0] ^= rc
    return b"".join(a[i % 5, i // 5].to_bytes(8, "little") for i in range(4))


@check("Ethereum", "0123456789abcdefABCDEF")
class Ethereum:
    @staticmethod
    def spell(lower):
        digest = keccak256(lower.encode()).hex()
        return "0x" + "".join(c.upper() if int(h, 16) > 7 else c for c, h in zip(lower, digest))

    @staticmethod
    def make(draw):
        return Ethereum.spell(draw.text("0123456789abcdef", 40))

    @staticmethod
    def is_valid(text):
        body = text[2:]
        if text[:2] != "0x" or len(body) != 40 or any(c not in string.hexdigits for c in body):
            return False
        return body in (body.lower(), body.upper()) or Ethereum.spell(body.lower()) == text


@check("SecurityId", DIGITS + UPPER)
class SecurityId:
    @staticmethod
    def make(draw):
        if draw.random.random() < 0.5:
            return tail(draw.text(UPPER, 2) + draw.text(DIGITS + UPPER, 9), 1, SecurityId.is_valid)
        return tail(draw.text(DIGITS + UPPER, 18), 2, SecurityId.is_valid)

    @staticmethod
    def is_valid(text):
        expanded = "".join(str(int(c, 36)) for c in text)
        if len(text) == 12:
            return text[:2].isalpha() and luhn(expanded)
        return len(text) == 20 and int(expanded) % 97 == 1


@check("Mrz", DIGITS + UPPER + "<")
class Mrz:
    @staticmethod
    def digit(field):
        values = [0 if c == "<" else int(c, 36) for c in field]
        return str(sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10)

    @staticmethod
    def make(draw):
        name = ("P<UTO" + draw.text(UPPER, 8) + "<<" + draw.text(UPPER, 6)).ljust(44, "<")
        doc = draw.text(UPPER + DIGITS, 7) + "<<"
        birth, expiry = draw.day().strftime("%y%m%d"), draw.day().strftime("%y%m%d")
        line = doc + Mrz.digit(doc) + "UTO" + birth + Mrz.digit(birth) + draw.one_of("MFX")
        line += expiry + Mrz.digit(expiry)
        # The file of vectors has lines: any one byte may stand between those of the passport.
        return name + "<" + line.ljust(43, "<") + "0"

    @staticmethod
    def is_valid(text):
        line = text[-44:]
        fields = ((0, 9), (13, 6), (21, 6))
        return len(text) >= 89 and all(
            line[b + n].isdigit() and Mrz.digit(line[b:b + n]) == line[b + n] for b, n in fields)


# --- the Americas ---


@check("UsSsn")
class UsSsn:
    @staticmethod
    def make(draw):
        return search(iter(lambda: draw.digits(9), None), UsSsn.is_valid)

    @staticmethod
    def is_valid(t):
        area, group, serial = int(t[:3]), int(t[3:5]), int(t[5:])
        return len(t) == 9 and 0 < area < 900 and area != 666 and group > 0 and serial > 0


@check("UsItin")
class UsItin:
    GROUPS = set(range(50, 66)) | set(range(70, 89)) | {90, 91, 92} | set(range(94, 100))

    @staticmethod
    def make(draw):
        group = draw.one_of(sorted(UsItin.GROUPS))
        return "9" + draw.digits(2) + str(group) + draw.digits(4)

    @staticmethod
    def is_valid(t):
        return len(t) == 9 and t[0] == "9" and int(t[3:5]) in UsItin.GROUPS


@check("UsEin")
class UsEin:
    UNUSED = "00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97".split()

    @staticmethod
    def make(draw):
        return search(iter(lambda: draw.digits(9), None), UsEin.is_valid)

    @staticmethod
    def is_valid(t):
        return len(t) == 9 and t[:2] not in UsEin.UNUSED


@check("UsMbi", DIGITS + UPPER)
class UsMbi:
    LETTERS = "".join(c for c in UPPER if c not in "SLOIBZ")
    LAYOUT = ["123456789", LETTERS, LETTERS + DIGITS, DIGITS, LETTERS, LETTERS + DIGITS, DIGITS,
              LETTERS, LETTERS, DIGITS, DIGITS]

    @staticmethod
    def make(draw):
        return "".join(draw.one_of(allowed) for allowed in UsMbi.LAYOUT)

    @staticmethod
    def is_valid(t):
        return len(t) == 11 and all(c in allowed for c, allowed in zip(t, UsMbi.LAYOUT))


@check("UsNpi")
class UsNpi:
    @staticmethod
    def make(draw):
        return tail(draw.digits(9, "12"), 1, UsNpi.is_valid)

    @staticmethod
    def is_valid(t):
        return len(t) == 10 and t[0] in "12" and luhn("80840" + t)


@check("UsDea", DIGITS)
class UsDea:
    @staticmethod
    def make(draw):
        return tail(draw.one_of("ABFM") + draw.one_of(UPPER + "9") + draw.digits(6), 1,
                    UsDea.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 9 or not t[0].isalpha() or not (t[1].isalpha() or t[1] == "9"):
            return False
        if not t[2:].isdigit():
            return False
        d = number(t[2:])
        return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


@check("UsAba")
class UsAba:
    BANKS = set(range(0, 13)) | set(range(21, 33)) | set(range(61, 73)) | {80}

    @staticmethod
    def make(draw):
        return tail(str(draw.one_of(sorted(UsAba.BANKS))).zfill(2) + draw.digits(6), 1,
                    UsAba.is_valid)

    @staticmethod
    def is_valid(t):
        d = number(t)
        total = 3 * (d[0] + d[3] + d[6]) + 7 * (d[1] + d[4] + d[7]) + d[2] + d[5] + d[8]
        return len(t) == 9 and int(t[:2]) in UsAba.BANKS and total % 10 == 0 and not uniform(t)


@check("CaSin")
class CaSin:
    @staticmethod
    def make(draw):
        return tail(draw.digits(8, "1234567"), 1, CaSin.is_valid)

    @staticmethod
    def is_valid(t):
        return len(t) == 9 and t[0] not in "08" and luhn(t)


def brazilian(front, count):
    """The check digits of CPF (weights up to 11) and CNPJ (up to 9)."""
    out = front
    for _ in range(2):
        total = 0
        for i, c in enumerate(reversed(out)):
            total += int(c) * (2 + (i if count == 11 else i % 8))
        rest = total % 11
        out += "0" if rest < 2 else str(11 - rest)
    return out


@check("BrCpf")
class BrCpf:
    @staticmethod
    def make(draw):
        return brazilian(draw.digits(9), 11)

    @staticmethod
    def is_valid(t):
        return len(t) == 11 and not uniform(t) and brazilian(t[:9], 11) == t


@check("BrCnpj")
class BrCnpj:
    @staticmethod
    def make(draw):
        return brazilian(draw.digits(12), 14)

    @staticmethod
    def is_valid(t):
        return len(t) == 14 and not uniform(t) and brazilian(t[:12], 14) == t


@check("ArCuit")
class ArCuit:
    @staticmethod
    def make(draw):
        while True:
            front = draw.one_of(["20", "23", "24", "27", "30", "33"]) + draw.digits(8)
            made = tail(front, 1, ArCuit.is_valid)
            if made:
                return made

    @staticmethod
    def is_valid(t):
        kinds = "20 23 24 25 26 27 30 33 34".split()
        if len(t) != 11 or t[:2] not in kinds:
            return False
        return (dot(t, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) + int(t[10])) % 11 == 0


@check("ClRut", DIGITS)
class ClRut:
    @staticmethod
    def make(draw):
        front = draw.digits(8, "12")
        return search((front + c for c in DIGITS + "K"), ClRut.is_valid)

    @staticmethod
    def is_valid(t):
        body, check_digit = t[:-1], t[-1]
        if not body.isdigit() or len(t) not in (8, 9) or uniform(t):
            return False
        total = sum(int(c) * (2 + i % 6) for i, c in enumerate(reversed(body)))
        value = 10 if check_digit == "K" else int(check_digit)
        return (total + value) % 11 == 0


@check("MxCurp", DIGITS)
class MxCurp:
    ALPHABET = "0123456789ABCDEFGHIJKLMN_OPQRSTUVWXYZ"

    @staticmethod
    def make(draw):
        front = draw.text(UPPER, 4) + draw.day().strftime("%y%m%d") + draw.one_of("HM")
        return tail(front + draw.text(UPPER, 5) + "0", 1, MxCurp.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 18 or not t[4:10].isdigit() or not t[17].isdigit():
            return False
        if not any_century(int(t[4:6]), int(t[6:8]), int(t[8:10])):
            return False
        total = sum(MxCurp.ALPHABET.index(c) * (18 - i) for i, c in enumerate(t[:17]))
        return (total + int(t[17])) % 10 == 0


# --- western Europe ---


@check("UkNino", DIGITS)
class UkNino:
    @staticmethod
    def make(draw):
        def drawn():
            return draw.text(UPPER, 2) + draw.digits(6) + draw.one_of("ABCD")
        return search(iter(drawn, None), UkNino.is_valid)

    @staticmethod
    def is_valid(t):
        return (len(t) == 9 and t[0] in "ABCEGHJKLMNOPRSTWXYZ" and t[1] in "ABCEGHJKLMNPRSTWXYZ"
                and t[:2] not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}
                and t[2:8].isdigit() and t[8] in "ABCD")


def made(front, digits, cls, draw):
    """A valid value with a drawn front; some fronts have none."""
    while True:
        value = tail(front(draw), digits, cls.is_valid)
        if value:
            return value


@check("UkNhs")
class UkNhs:
    @staticmethod
    def make(draw):
        return made(lambda d: d.digits(9), 1, UkNhs, draw)

    @staticmethod
    def is_valid(t):
        total = dot(t[:9], range(10, 1, -1)) + int(t[9])
        return len(t) == 10 and total % 11 == 0 and not uniform(t)


@check("UkUtr")
class UkUtr:
    @staticmethod
    def make(draw):
        back = draw.digits(9)
        return search((c + back for c in DIGITS), UkUtr.is_valid) or UkUtr.make(draw)

    @staticmethod
    def is_valid(t):
        rest = dot(t[1:], [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11
        want = 11 - rest
        want = want - 9 if want > 9 else want
        return len(t) == 10 and int(t[0]) == want and not uniform(t)


@check("IePps", DIGITS)
class IePps:
    @staticmethod
    def make(draw):
        front = draw.digits(7)
        back = draw.one_of(["", "A", "B", "W"])
        return search((front + c + back for c in UPPER), IePps.is_valid)

    @staticmethod
    def is_valid(t):
        if not t[:7].isdigit() or len(t) not in (8, 9) or not t[7:].isalpha():
            return False
        extra = "WABCDEFGHIJKLMNOPQRSTUV".find(t[8]) if len(t) == 9 else 0
        if len(t) == 9 and extra < 0:
            extra = ord(t[8]) - 64
        total = dot(t[:7], range(8, 1, -1)) + 9 * extra
        return t[7] == "WABCDEFGHIJKLMNOPQRSTUV"[total % 23]


def iso_11_10(t):
    """ISO 7064 as the standard states it: the running value ends at 1."""
    p = 10
    for c in t[:-1]:
        s = (int(c) + p) % 10 or 10
        p = s * 2 % 11
    return (p + int(t[-1])) % 10 == 1


@check("DeSteuerId")
class DeSteuerId:
    @staticmethod
    def make(draw):
        while True:
            pool = draw.random.sample(DIGITS, 9)
            pool.append(draw.one_of(pool))
            draw.random.shuffle(pool)
            value = tail("".join(pool), 1, DeSteuerId.is_valid)
            if value:
                return value

    @staticmethod
    def is_valid(t):
        if len(t) != 11 or t[0] == "0":
            return False
        counts = sorted((t[:10].count(c) for c in set(t[:10])), reverse=True)
        rows = any(c * 3 in t[:10] for c in DIGITS)
        return counts[0] in (2, 3) and counts[1] == 1 and not rows and iso_11_10(t)


def icao(t):
    return sum(int(c, 36) * (7, 3, 1)[i % 3] for i, c in enumerate(t)) % 10


@check("DeAusweis", DIGITS)
class DeAusweis:
    @staticmethod
    def make(draw):
        return tail(draw.text("CFGHJKLMNPRTVWXYZ0123456789", 9), 1, DeAusweis.is_valid)

    @staticmethod
    def is_valid(t):
        return len(t) == 10 and t[9].isdigit() and icao(t[:9]) == int(t[9]) and not uniform(t)


def digit_sum(values):
    return sum(sum(map(int, str(v))) for v in values)


def letter_digits(c):
    return str(ord(c) - 64).zfill(2)


@check("DeKvnr", DIGITS)
class DeKvnr:
    @staticmethod
    def make(draw):
        return tail(draw.one_of(UPPER) + draw.digits(8), 1, DeKvnr.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 10 or not t[0].isalpha() or not t[1:].isdigit():
            return False
        d = number(letter_digits(t[0]) + t[1:9])
        return digit_sum(v * (1 + i % 2) for i, v in enumerate(d)) % 10 == int(t[9])


@check("DeRvnr", DIGITS)
class DeRvnr:
    @staticmethod
    def make(draw):
        return tail(draw.digits(8) + draw.one_of(UPPER) + draw.digits(2), 1, DeRvnr.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 12 or not (t[:8] + t[9:]).isdigit() or not t[8].isalpha():
            return False
        d = number(t[:8] + letter_digits(t[8]) + t[9:11])
        weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]
        return digit_sum(v * w for v, w in zip(d, weights)) % 10 == int(t[11])


@check("FrNir", DIGITS)
class FrNir:
    @staticmethod
    def make(draw):
        place = draw.one_of(["2A", "2B", "75", "13", "69"])
        front = draw.one_of("12") + draw.digits(2) + "0" + draw.one_of("123456789") + place
        return tail(front + draw.digits(6), 2, FrNir.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 15 or t[0] == "0":
            return False
        plain = t
        if t[5:7] in ("2A", "2B"):
            plain = t[:5] + {"2A": "19", "2B": "18"}[t[5:7]] + t[7:]
        return plain.isdigit() and (int(plain[:13]) + int(plain[13:])) % 97 == 0 and \
            1 <= int(plain[13:]) <= 97


@check("FrSiren")
class FrSiren:
    @staticmethod
    def make(draw):
        return tail(draw.digits(draw.one_of([8, 13])), 1, FrSiren.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) not in (9, 14) or uniform(t):
            return False
        post = t.startswith("356000000") and len(t) == 14 and sum(number(t)) % 5 == 0
        return luhn(t) or post


@check("NlBsn")
class NlBsn:
    @staticmethod
    def make(draw):
        return made(lambda d: d.digits(8), 1, NlBsn, draw)

    @staticmethod
    def is_valid(t):
        rest = dot(t[:8], range(9, 1, -1)) - int(t[8])
        return len(t) == 9 and not uniform(t) and rest % 11 == 0


@check("BeNn")
class BeNn:
    @staticmethod
    def make(draw):
        day = draw.day(1940, 2015)
        return tail(day.strftime("%y%m%d") + draw.digits(3), 2, BeNn.is_valid)

    @staticmethod
    def is_valid(t):
        back = int(t[9:])
        sums = [(int(prefix + t[:9]) + back) % 97 for prefix in ("", "2")]
        return len(t) == 11 and not uniform(t) and 0 in sums and 1 <= back <= 97


@check("AtSvnr")
class AtSvnr:
    @staticmethod
    def make(draw):
        while True:
            serial, day = draw.digits(3, "123456789"), draw.day().strftime("%d%m%y")
            value = search((serial + c + day for c in DIGITS), AtSvnr.is_valid)
            if value:
                return value

    @staticmethod
    def is_valid(t):
        total = dot(t[:3], [3, 7, 9]) + dot(t[4:], [5, 8, 4, 2, 1, 6])
        return len(t) == 10 and t[0] != "0" and total % 11 == int(t[3])


@check("ChAhv")
class ChAhv:
    @staticmethod
    def make(draw):
        return tail("756" + draw.digits(9), 1, ChAhv.is_valid)

    @staticmethod
    def is_valid(t):
        return len(t) == 13 and t[:3] == "756" and \
            (sum(number(t[0::2])) + 3 * sum(number(t[1::2]))) % 10 == 0


# --- southern Europe ---


@check("EsDni", DIGITS)
class EsDni:
    @staticmethod
    def make(draw):
        front = draw.one_of(DIGITS[1:] + "XYZ") + draw.digits(7)
        return search((front + c for c in UPPER), EsDni.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 9 or not t[1:8].isdigit() or t[0] not in DIGITS + "XYZ":
            return False
        n = int(t[:8].translate(str.maketrans("XYZ", "012")))
        return n > 0 and "TRWAGMYFPDXBNJZSQVHLCKE"[n % 23] == t[8]


@check("EsNuss")
class EsNuss:
    @staticmethod
    def make(draw):
        return tail(draw.digits(10), 2, EsNuss.is_valid)

    @staticmethod
    def is_valid(t):
        front = t[:10] if t[2] != "0" else t[:2] + t[3:10]
        return len(t) == 12 and not uniform(t) and int(front) % 97 == int(t[10:])


@check("ItCodice", DIGITS)
class ItCodice:
    ODD = dict(zip("0123456789", [1, 0, 5, 7, 9, 13, 15, 17, 19, 21])) | dict(
        zip(UPPER, [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10,
                    22, 25, 24, 23]))
    EVEN = dict(zip(DIGITS, range(10))) | dict(zip(UPPER, range(26)))

    @staticmethod
    def make(draw):
        front = draw.text(UPPER, 6) + draw.digits(2) + draw.one_of("ABCDEHLMPRST") + draw.digits(2)
        front += draw.one_of(UPPER) + draw.digits(3)
        return search((front + c for c in UPPER), ItCodice.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 16 or not t[15].isalpha():
            return False
        total = sum(ItCodice.ODD[c] for c in t[0:15:2]) + sum(ItCodice.EVEN[c] for c in t[1:15:2])
        return UPPER[total % 26] == t[15]


@check("ItPartita")
class ItPartita:
    @staticmethod
    def make(draw):
        return tail(draw.digits(10), 1, ItPartita.is_valid)

    @staticmethod
    def is_valid(t):
        d = number(t)
        y = sum(2 * v if v < 5 else 2 * v - 9 for v in d[1:10:2])
        return len(t) == 11 and not uniform(t) and (10 - (sum(d[0:10:2]) + y) % 10) % 10 == d[10]


@check("PtNif")
class PtNif:
    @staticmethod
    def make(draw):
        return tail(draw.digits(8, "1235689"), 1, PtNif.is_valid)

    @staticmethod
    def is_valid(t):
        rest = dot(t[:8], range(9, 1, -1)) % 11
        return len(t) == 9 and t[0] != "0" and int(t[8]) == (0 if rest < 2 else 11 - rest)


@check("HrOib")
class HrOib:
    @staticmethod
    def make(draw):
        return made(lambda d: d.digits(10), 1, HrOib, draw)

    @staticmethod
    def is_valid(t):
        return len(t) == 11 and not uniform(t) and iso_11_10(t)


@check("SiEmso")
class SiEmso:
    @staticmethod
    def make(draw):
        def front(d):
            day = d.day(1930, 2009)
            return day.strftime("%d%m") + str(day.year)[1:] + "50" + d.digits(3)
        return made(front, 1, SiEmso, draw)

    @staticmethod
    def is_valid(t):
        year = int(t[4:7])
        if len(t) != 13 or not valid_day(year + (2000 if year < 800 else 1000), int(t[2:4]),
                                         int(t[:2])):
            return False
        return (dot(t[:12], [7, 6, 5, 4, 3, 2] * 2) + int(t[12])) % 11 == 0


@check("GrAmka")
class GrAmka:
    @staticmethod
    def make(draw):
        return tail(draw.day().strftime("%d%m%y") + draw.digits(4), 1, GrAmka.is_valid)

    @staticmethod
    def is_valid(t):
        return len(t) == 11 and any_century(int(t[4:6]), int(t[2:4]), int(t[:2])) and luhn(t)


# --- northern and eastern Europe ---


@check("SePersonnummer")
class SePersonnummer:
    @staticmethod
    def make(draw):
        day = draw.day()
        front = day.strftime("%Y%m%d")[draw.one_of([0, 2]):] + draw.digits(3)
        return search((front + c for c in DIGITS), SePersonnummer.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) not in (10, 12):
            return False
        t = t[-10:]
        day = int(t[4:6])
        return any_century(int(t[:2]), int(t[2:4]), day - 60 if day > 60 else day) and luhn(t)


@check("FiHetu", DIGITS)
class FiHetu:
    @staticmethod
    def make(draw):
        front = draw.day().strftime("%d%m%y") + draw.one_of("-A") + draw.digits(3)
        return search((front + c for c in "0123456789ABCDEFHJKLMNPRSTUVWXY"), FiHetu.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 11 or not (t[:6] + t[7:10]).isdigit() or t[6] not in "+-ABCDEFUVWXY":
            return False
        if not any_century(int(t[4:6]), int(t[2:4]), int(t[:2])):
            return False
        return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(t[:6] + t[7:10]) % 31] == t[10]


@check("DkCpr")
class DkCpr:
    @staticmethod
    def make(draw):
        return draw.day().strftime("%d%m%y") + draw.digits(4)

    @staticmethod
    def is_valid(t):
        return len(t) == 10 and any_century(int(t[4:6]), int(t[2:4]), int(t[:2]))


@check("NoFnr")
class NoFnr:
    @staticmethod
    def make(draw):
        return made(lambda d: d.day().strftime("%d%m%y") + d.digits(3), 2, NoFnr, draw)

    @staticmethod
    def is_valid(t):
        day, month = int(t[:2]), int(t[2:4])
        if len(t) != 11 or not any_century(int(t[4:6]), month - 40 * (month > 40),
                                           day - 40 * (day > 40)):
            return False
        first = dot(t[:10], [3, 7, 6, 1, 8, 9, 4, 5, 2, 1])
        second = dot(t, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1])
        return first % 11 == 0 and second % 11 == 0


@check("BalticCode")
class BalticCode:
    @staticmethod
    def make(draw):
        if draw.random.random() < 0.3:
            return tail(draw.day().strftime("%d%m%y") + draw.digits(4), 1, BalticCode.is_valid)
        day = draw.day()
        lead = str((day.year - 1800) // 100 * 2 + draw.one_of([1, 2]))
        return tail(lead + day.strftime("%y%m%d") + draw.digits(3), 1, BalticCode.is_valid)

    @staticmethod
    def estonian(t):
        if t[0] in "09" or not any_century(int(t[1:3]), int(t[3:5]), int(t[5:7])):
            return False
        for weights in ([1, 2, 3, 4, 5, 6, 7, 8, 9, 1], [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]):
            rest = dot(t[:10], weights) % 11
            if rest < 10:
                return rest == int(t[10])
        return t[10] == "0"

    @staticmethod
    def latvian(t):
        if not any_century(int(t[4:6]), int(t[2:4]), int(t[:2])):
            return False
        rest = (1 - dot(t[:10], [1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) + 1100) % 11
        return rest % 10 == int(t[10])

    @staticmethod
    def is_valid(t):
        return len(t) == 11 and (BalticCode.estonian(t) or BalticCode.latvian(t))


@check("PlPesel")
class PlPesel:
    @staticmethod
    def make(draw):
        day = draw.day(1850, 2080)
        month = day.month + {18: 80, 19: 0, 20: 20}[day.year // 100]
        front = f"{day.year % 100:02}{month:02}{day.day:02}" + draw.digits(4)
        return tail(front, 1, PlPesel.is_valid)

    @staticmethod
    def is_valid(t):
        bias = int(t[2]) // 2
        century = {0: 1900, 1: 2000, 2: 2100, 3: 2200, 4: 1800}[bias]
        if len(t) != 11 or not valid_day(century + int(t[:2]), int(t[2:4]) - 20 * bias,
                                         int(t[4:6])):
            return False
        return dot(t, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0


@check("PlNip")
class PlNip:
    @staticmethod
    def make(draw):
        return made(lambda d: d.digits(d.one_of([8, 9])), 1, PlNip, draw)

    @staticmethod
    def is_valid(t):
        if uniform(t):
            return False
        if len(t) == 10:
            return (dot(t[:9], [6, 5, 7, 2, 3, 4, 5, 6, 7]) - int(t[9])) % 11 == 0
        rest = dot(t[:8], [8, 9, 2, 3, 4, 5, 6, 7]) % 11
        return len(t) == 9 and (0 if rest == 10 else rest) == int(t[8])


@check("CzRodne")
class CzRodne:
    @staticmethod
    def make(draw):
        def front(d):
            day = d.day(1955, 2009)
            month = day.month + d.one_of([0, 50])
            return f"{day.year % 100:02}{month:02}{day.day:02}" + d.digits(3)
        return made(front, 1, CzRodne, draw)

    @staticmethod
    def is_valid(t):
        if len(t) not in (9, 10):
            return False
        month = int(t[2:4])
        month -= 50 if month > 50 else 0
        month -= 20 if month > 20 else 0
        if not any_century(int(t[:2]), month, int(t[4:6])):
            return False
        if len(t) == 9:
            return int(t[:2]) <= 53
        rest = int(t[:9]) % 11
        return (0 if rest == 10 else rest) == int(t[9])


@check("RoCnp")
class RoCnp:
    @staticmethod
    def make(draw):
        front = draw.one_of("1256") + draw.day().strftime("%y%m%d") + draw.digits(5)
        return tail(front, 1, RoCnp.is_valid)

    @staticmethod
    def is_valid(t):
        rest = dot(t[:12], [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
        return len(t) == 13 and t[0] != "0" and any_century(
            int(t[1:3]), int(t[3:5]), int(t[5:7])) and int(t[12]) == (1 if rest == 10 else rest)


@check("BgEgn")
class BgEgn:
    @staticmethod
    def make(draw):
        day = draw.day(1900, 2020)
        month = day.month + (40 if day.year >= 2000 else 0)
        front = f"{day.year % 100:02}{month:02}{day.day:02}" + draw.digits(3)
        return tail(front, 1, BgEgn.is_valid)

    @staticmethod
    def is_valid(t):
        month = int(t[2:4])
        century, bias = (2000, 40) if month > 40 else (1800, 20) if month > 20 else (1900, 0)
        if len(t) != 10 or not valid_day(century + int(t[:2]), month - bias, int(t[4:6])):
            return False
        rest = dot(t[:9], [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11
        return (0 if rest == 10 else rest) == int(t[9])


# --- Asia, Oceania, Africa ---


@check("InGstin", DIGITS)
class InGstin:
    @staticmethod
    def make(draw):
        front = draw.digits(2, "0123") + draw.text(UPPER, 5) + draw.digits(4) + draw.one_of(UPPER)
        return search((front + "1Z" + c for c in DIGITS + UPPER), InGstin.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 15:
            return False
        total = sum(sum(divmod(int(c, 36) * (2 if i % 2 else 1), 36)) for i, c in enumerate(t[:14]))
        return (total + int(t[14], 36)) % 36 == 0


@check("CnRic", DIGITS)
class CnRic:
    @staticmethod
    def make(draw):
        front = draw.digits(6, "123456") + draw.day().strftime("%Y%m%d") + draw.digits(3)
        return search((front + c for c in DIGITS + "X"), CnRic.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 18 or not t[:17].isdigit() or int(t[6:10]) < 1800:
            return False
        if not valid_day(int(t[6:10]), int(t[10:12]), int(t[12:14])) or t[17] not in DIGITS + "X":
            return False
        total = sum(int(c) * pow(2, 17 - i, 11) for i, c in enumerate(t[:17]))
        return (total + (10 if t[17] == "X" else int(t[17]))) % 11 == 1


@check("KrRrn")
class KrRrn:
    @staticmethod
    def make(draw):
        day = draw.day(1930, 2019)
        lead = draw.one_of("12" if day.year < 2000 else "34")
        if draw.random.random() < 0.3:
            lead = draw.one_of("56" if day.year < 2000 else "78")
        return tail(day.strftime("%y%m%d") + lead + draw.digits(5), 1, KrRrn.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 13 or t[6] in "09":
            return False
        recent = t[6] in "3478"
        year = (2000 if recent else 1900) + int(t[:2])
        if not valid_day(year, int(t[2:4]), int(t[4:6])):
            return False
        if year >= 2020:
            return True
        want = (11 - dot(t[:12], [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10
        if t[6] in "5678":
            want = (want + 2) % 10
        return want == int(t[12])


@check("JpMyNumber")
class JpMyNumber:
    @staticmethod
    def make(draw):
        return tail(draw.digits(11), 1, JpMyNumber.is_valid)

    @staticmethod
    def is_valid(t):
        total = 0
        for n in range(1, 12):
            p = int(t[11 - n])
            total += p * (n + 1 if n <= 6 else n - 5)
        rest = total % 11
        return len(t) == 12 and not uniform(t) and int(t[11]) == (0 if rest <= 1 else 11 - rest)


@check("SgNric", DIGITS)
class SgNric:
    @staticmethod
    def make(draw):
        front = draw.one_of("STFGM") + draw.digits(7)
        return search((front + c for c in UPPER), SgNric.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 9 or t[0] not in "STFGM" or not t[1:8].isdigit():
            return False
        total = dot(t[1:8], [2, 7, 6, 5, 4, 3, 2]) + {"T": 4, "G": 4, "M": 3}.get(t[0], 0)
        index = 10 - total % 11
        letters = {"S": "ABCDEFGHIZJ", "T": "ABCDEFGHIZJ", "F": "KLMNPQRTUWX", "G": "KLMNPQRTUWX",
                   "M": "KLJNPQRTUWX"}[t[0]]
        return letters[index] == t[8]


@check("ThId")
class ThId:
    @staticmethod
    def make(draw):
        return tail(draw.digits(12, "12345678"), 1, ThId.is_valid)

    @staticmethod
    def is_valid(t):
        rest = dot(t[:12], range(13, 1, -1)) % 11
        return len(t) == 13 and t[0] not in "09" and (11 - rest) % 10 == int(t[12])


@check("TrTckn")
class TrTckn:
    @staticmethod
    def make(draw):
        return tail(draw.digits(9, "123456789"), 2, TrTckn.is_valid)

    @staticmethod
    def is_valid(t):
        d = number(t)
        tenth = (7 * sum(d[0:9:2]) + 9 * sum(d[1:8:2])) % 10
        return len(t) == 11 and d[0] != 0 and tenth == d[9] and sum(d[:10]) % 10 == d[10]


@check("IlId")
class IlId:
    @staticmethod
    def make(draw):
        return tail(draw.digits(8), 1, IlId.is_valid)

    @staticmethod
    def is_valid(t):
        total = sum(sum(divmod(int(c) * (1 + i % 2), 10)) for i, c in enumerate(t))
        return len(t) == 9 and not uniform(t) and total % 10 == 0


@check("TwId", DIGITS)
class TwId:
    CODES = dict(zip(UPPER, [10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25,
                             26, 27, 28, 29, 32, 30, 31, 33]))

    @staticmethod
    def make(draw):
        return tail(draw.one_of(UPPER) + draw.digits(8, "12"), 1, TwId.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 10 or not t[0].isalpha() or not t[1:].isdigit():
            return False
        d = number(str(TwId.CODES[t[0]]) + t[1:])
        return (d[0] + sum(v * w for v, w in zip(d[1:], [9, 8, 7, 6, 5, 4, 3, 2, 1, 1]))) % 10 == 0


@check("HkId", DIGITS)
class HkId:
    @staticmethod
    def make(draw):
        front = draw.text(UPPER, draw.one_of([1, 2])) + draw.digits(6)
        return search((front + c for c in DIGITS + "A"), HkId.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) not in (8, 9) or not t[:-7].isalpha() or not t[-7:-1].isdigit():
            return False
        if t[-1] not in DIGITS + "A":
            return False
        values = ([36] if len(t) == 8 else []) + [int(c, 36) for c in t]
        return sum(v * w for v, w in zip(values, range(9, 0, -1))) % 11 == 0


@check("AuTfn")
class AuTfn:
    @staticmethod
    def make(draw):
        return made(lambda d: d.digits(d.one_of([7, 8])), 1, AuTfn, draw)

    @staticmethod
    def is_valid(t):
        weights = {8: [10, 7, 8, 4, 6, 3, 5, 1], 9: [1, 4, 3, 7, 5, 8, 6, 9, 10]}.get(len(t))
        return weights is not None and not uniform(t) and dot(t, weights) % 11 == 0


@check("AuAbn")
class AuAbn:
    @staticmethod
    def make(draw):
        if draw.random.random() < 0.4:
            return tail(draw.digits(8), 1, AuAbn.is_valid)
        return made(lambda d: d.digits(9, "123456789"), 2, AuAbn, draw)

    @staticmethod
    def is_valid(t):
        if len(t) == 9:
            return not uniform(t) and (dot(t[:8], range(8, 0, -1)) + int(t[8])) % 10 == 0
        if len(t) != 11 or t[0] == "0":
            return False
        less = str(int(t[0]) - 1) + t[1:]
        return dot(less, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) % 89 == 0


@check("AuMedicare")
class AuMedicare:
    @staticmethod
    def make(draw):
        front = draw.digits(8, "23456")
        return tail(front, 1, lambda t: AuMedicare.is_valid(t + "1")) + draw.digits(1)

    @staticmethod
    def is_valid(t):
        d = number(t)
        total = d[0] + d[4] + 3 * (d[1] + d[5]) + 7 * (d[2] + d[6]) + 9 * (d[3] + d[7])
        return len(t) in (10, 11) and t[0] in "23456" and total % 10 == d[8]


@check("NzIrd")
class NzIrd:
    @staticmethod
    def make(draw):
        return made(lambda d: str(d.random.randrange(1000001, 14999999)), 1, NzIrd, draw)

    @staticmethod
    def is_valid(t):
        if len(t) not in (8, 9) or not 10_000_000 <= int(t) <= 150_000_000:
            return False
        base = t[:-1].zfill(8)
        for weights in ([3, 2, 7, 6, 5, 4, 3, 2], [7, 4, 3, 2, 5, 2, 7, 6]):
            rest = dot(base, weights) % 11
            value = 0 if rest == 0 else 11 - rest
            if value < 10:
                return value == int(t[-1])
        return False


@check("ZaId")
class ZaId:
    @staticmethod
    def make(draw):
        return tail(draw.day().strftime("%y%m%d") + draw.digits(4) + draw.one_of("01") + "8", 1,
                    ZaId.is_valid)

    @staticmethod
    def is_valid(t):
        return len(t) == 13 and any_century(int(t[:2]), int(t[2:4]), int(t[4:6])) and \
            t[10] in "012" and luhn(t)


# --- devices ---


@check("Imei")
class Imei:
    @staticmethod
    def make(draw):
        return tail(draw.digits(14, "0189"), 1, Imei.is_valid)

    @staticmethod
    def is_valid(t):
        return len(t) == 15 and not uniform(t) and (luhn(t) or t[0] in "234567")


@check("Vin", DIGITS)
class Vin:
    VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3,
                                                 4, 5, 6, 7, 8, 9])) | dict(zip(DIGITS, range(10)))

    @staticmethod
    def make(draw):
        t = draw.one_of("12345") + draw.text("".join(Vin.VALUES), 12) + draw.digits(4)
        return search((t[:8] + c + t[9:] for c in DIGITS + "X"), Vin.is_valid)

    @staticmethod
    def is_valid(t):
        if len(t) != 17 or any(c not in Vin.VALUES for c in t) or sum(c.isdigit() for c in t) < 3:
            return False
        if t[0] not in "12345":
            return True
        rest = sum(Vin.VALUES[c] * w for c, w in zip(t, [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5,
                                                        4, 3, 2])) % 11
        return t[8] == ("X" if rest == 10 else str(rest))


def crc_token(draw):
    """A GitHub-like token with its checksum."""
    body = draw.text(DIGITS + string.ascii_letters, 30)
    value, crc = "", zlib.crc32(body.encode())
    for _ in range(6):
        crc, rest = divmod(crc, 62)
        value = (DIGITS + UPPER + string.ascii_lowercase)[rest] + value
    return draw.one_of(["ghp_", "gho_", "npm_"]) + body + value


def mutations(draw, value, alphabet):
    """One character changed, two neighbours swapped, one dropped."""
    at = draw.random.randrange(len(value))
    yield value[:at] + draw.one_of(alphabet) + value[at + 1:]
    if at + 1 < len(value):
        yield value[:at] + value[at + 1] + value[at] + value[at + 2:]
    if value[at] not in "\\n":
        yield value[:at] + value[at + 1:]


def judged(is_valid, value):
    try:
        return bool(is_valid(value))
    except (ValueError, IndexError, KeyError):
        return False  # letters where digits belong, or too short


def main():
    seed = int(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    for name, (make, is_valid, alphabet) in CHECKS.items():
        draw = Draw(f"{seed}/{name}")
        for _ in range(count):
            value = make(draw)
            assert judged(is_valid, value), (name, value)
            print(f"{name}\t1\t{value}")
            for changed in mutations(draw, value, alphabet):
                print(f"{name}\t{int(judged(is_valid, changed))}\t{changed}")
    draw = Draw(f"{seed}/crc")
    for _ in range(count):
        token = crc_token(draw)
        print(f"CrcBase62\t1\t{token}")
        at = draw.random.randrange(4, len(token))
        changed = token[:at] + ("0" if token[at] != "0" else "1") + token[at + 1:]
        print(f"CrcBase62\t0\t{changed}")


if __name__ == "__main__":
    main()
