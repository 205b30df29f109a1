/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and numbers as text. Written by hand: this runs several times a row. */
#include <portls.h>

#include <string.h>

size_t pl_number_print(uint64_t n, char *buf)
{
    char digits[20];
    size_t len = 0;

    do {
        digits[len++] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    for (size_t i = 0; i < len; i++)
        buf[i] = digits[len - 1 - i];
    return len;
}

static size_t print_octet(unsigned int n, char *buf)
{
    size_t len = 0;

    if (n >= 100) {
        buf[len++] = (char)('0' + n / 100);
        n %= 100;
        buf[len++] = (char)('0' + n / 10);
    } else if (n >= 10) {
        buf[len++] = (char)('0' + n / 10);
    }
    buf[len++] = (char)('0' + n % 10);
    return len;
}

static size_t print_v4(const uint8_t *addr, char *buf)
{
    size_t len = 0;

    for (size_t i = 0; i < 4; i++) {
        if (i > 0)
            buf[len++] = '.';
        len += print_octet(addr[i], buf + len);
    }
    return len;
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

/* RFC 5952 section 4.2: the first longest run of two or more zero groups becomes "::". */
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
    /* A context id or a node: one number. */
    if (family == PL_FAMILY_VSOCK || family == PL_FAMILY_TIPC)
        return pl_number_print((uint64_t)addr[0] << 24 | (uint64_t)addr[1] << 16 |
                                   (uint64_t)addr[2] << 8 | addr[3],
                               buf);
    return 0;
}
