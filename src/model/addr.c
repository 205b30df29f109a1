/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and numbers as text. Optimized: used several times per row. */
#include "api/library.h"

#include <string.h>

#define PAIRS(tens) \
    tens "0" tens "1" tens "2" tens "3" tens "4" tens "5" tens "6" tens "7" tens "8" tens "9"
static const char pairs[201] = PAIRS("0") PAIRS("1") PAIRS("2") PAIRS("3") PAIRS("4") PAIRS("5")
    PAIRS("6") PAIRS("7") PAIRS("8") PAIRS("9");

/* n is below 100. */
static const char *pair(unsigned int n)
{
    return pairs + (size_t)n * 2;
}

/* n is below 10000; no leading zeros. The second character of a pair is its single digit. */
static size_t print_short(unsigned int n, char *buf)
{
    unsigned int high = n / 100;
    size_t len = high < 10 ? 1 : 2;

    if (n < 10) {
        buf[0] = (char)('0' + n);
        return 1;
    }
    if (high == 0)
        len = 0;
    else
        memcpy(buf, pair(high) + (high < 10), 2);
    memcpy(buf + len, pair(n % 100), 2);
    return len + 2;
}

/* n is below 10000; with leading zeros. */
static void print_four(unsigned int n, char *buf)
{
    memcpy(buf, pair(n / 100), 2);
    memcpy(buf + 2, pair(n % 100), 2);
}

size_t pl_number_print(uint64_t n, char *buf)
{
    size_t len;

    if (n < 10000)
        return print_short((unsigned int)n, buf);
    if (n < 100000000) {
        unsigned int low =
            (unsigned int)n % 10000; /* narrow, because divisions of wide numbers are slow */

        len = print_short((unsigned int)n / 10000, buf);
        print_four(low, buf + len);
        return len + 4;
    }
    len = pl_number_print(n / 10000, buf);
    print_four((unsigned int)(n % 10000), buf + len);
    return len + 4;
}

/* Text of an octet with a dot, copied by a single store. */
struct octet {
    char text[4];
    uint8_t step; /* length with the dot */
};
#define DIGIT(n) (char)('0' + (n) % 10)
#define OCTET(n)                            \
    {                                       \
        {(n) >= 100  ? DIGIT((n) / 100)     \
         : (n) >= 10 ? DIGIT((n) / 10)      \
                     : DIGIT(n),            \
         (n) >= 100  ? DIGIT((n) / 10)      \
         : (n) >= 10 ? DIGIT(n)             \
                     : '.',                 \
         (n) >= 100 ? DIGIT(n) : '.', '.'}, \
            (n) >= 100  ? 4                 \
            : (n) >= 10 ? 3                 \
                        : 2                 \
    }
#define OCTETS4(n)  OCTET(n), OCTET((n) + 1), OCTET((n) + 2), OCTET((n) + 3)
#define OCTETS16(n) OCTETS4(n), OCTETS4((n) + 4), OCTETS4((n) + 8), OCTETS4((n) + 12)
#define OCTETS64(n) OCTETS16(n), OCTETS16((n) + 16), OCTETS16((n) + 32), OCTETS16((n) + 48)
static const struct octet octets[256] = {OCTETS64(0), OCTETS64(64), OCTETS64(128), OCTETS64(192)};

/* Always writes 16 bytes, whatever the length. */
static size_t print_v4(const uint8_t *addr, char *buf)
{
    char *at = buf;

    for (size_t i = 0; i < 4; i++) {
        const struct octet *octet = &octets[addr[i]];

        memcpy(at, octet->text, sizeof(octet->text));
        at += octet->step;
    }
    return (size_t)(at - buf) - 1;
}

static size_t print_group(unsigned int group, char *buf)
{
    static const char hex[] = "0123456789abcdef";
    size_t len = 0;

    for (int shift = 12; shift >= 0; shift -= 4) {
        unsigned int digit = group >> shift & 15;

        if (digit != 0 || len > 0 || shift == 0)
            buf[len++] = hex[digit];
    }
    return len;
}

/* RFC 5952 section 4.2: the first of the longest runs of two or more zero groups becomes "::". */
static void find_zeros(const uint8_t *addr, size_t *from, size_t *count)
{
    *from = 8;
    *count = 1;
    for (size_t i = 0; i < 8; i++) {
        size_t run = 0;

        while (i + run < 8 && addr[2 * (i + run)] == 0 && addr[2 * (i + run) + 1] == 0)
            run++;
        if (run > *count) {
            *from = i;
            *count = run;
        }
        i += run;
    }
}

static size_t print_v6(const uint8_t *addr, char *buf)
{
    size_t zeros;
    size_t count;
    size_t len = 0;

    if (pl_addr_is_mapped(PL_FAMILY_INET6, addr)) {
        memcpy(buf, "::ffff:", 7);
        return 7 + print_v4(addr + 12, buf + 7);
    }
    find_zeros(addr, &zeros, &count);
    for (size_t i = 0; i < 8; i++) {
        if (i == zeros) {
            buf[len++] = ':';
            if (i == 0)
                buf[len++] = ':';
            i += count - 1;
            continue;
        }
        len += print_group((unsigned int)addr[2 * i] << 8 | addr[2 * i + 1], buf + len);
        if (i < 7)
            buf[len++] = ':';
    }
    return len;
}

size_t pl_addr_print(unsigned int family, const uint8_t *addr, char *buf)
{
    if (family == PL_FAMILY_INET)
        return print_v4(addr, buf);
    if (family == PL_FAMILY_INET6)
        return print_v6(addr, buf);
    /* A context id or node is one number. */
    if (family == PL_FAMILY_VSOCK || family == PL_FAMILY_TIPC)
        return pl_number_print((uint64_t)addr[0] << 24 | (uint64_t)addr[1] << 16 |
                                   (uint64_t)addr[2] << 8 | addr[3],
                               buf);
    return 0;
}
