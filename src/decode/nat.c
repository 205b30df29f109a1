/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges of addresses and networks in rules that translate addresses. */
#include "nat.h"

#include "decode.h"

#include <string.h>

bool pl_nat_network(const uint8_t *first, const uint8_t *last, size_t len, unsigned int *bits)
{
    unsigned int same = 0;

    while (same < len * 8 && !((first[same / 8] ^ last[same / 8]) & 0x80U >> same % 8))
        same++;
    *bits = same;
    for (size_t bit = same; bit < len * 8; bit++) {
        if (first[bit / 8] & 0x80U >> bit % 8 || !(last[bit / 8] & 0x80U >> bit % 8))
            return false;
    }
    return true;
}

bool pl_nat_is_in(const uint8_t *addr, const uint8_t *network, unsigned int bits)
{
    size_t whole = bits / 8;
    unsigned int rest = bits % 8;

    return memcmp(addr, network, whole) == 0 &&
           (rest == 0 || (addr[whole] ^ network[whole]) >> (8 - rest) == 0);
}

bool pl_nat_is_loopback(unsigned int family, const uint8_t *addr, unsigned int bits)
{
    static const uint8_t one[16] = {[15] = 1};

    return family == PL_FAMILY_INET ? bits >= 8 && bits <= 32 && addr[0] == 127
                                    : bits == 128 && memcmp(addr, one, sizeof(one)) == 0;
}
