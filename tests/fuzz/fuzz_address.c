/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses ports; prints addresses (RFC 5952) and compares them with those of the C library. */
#include "fuzz.h"

#include "cli/portname/lookup.h"

#include <arpa/inet.h>

static void check_address(const uint8_t *addr)
{
    char text[PL_ADDR_TEXT + 1];
    uint8_t back[16];
    size_t len = pl_addr_print(PL_FAMILY_INET6, addr, text);

    PROMISE(len < PL_ADDR_TEXT);
    text[len] = '\0';
    PROMISE(inet_pton(AF_INET6, text, back) == 1 && memcmp(addr, back, 16) == 0);
    len = pl_addr_print(PL_FAMILY_INET, addr, text);
    PROMISE(len < 16);
    text[len] = '\0';
    PROMISE(inet_pton(AF_INET, text, back) == 1 && memcmp(addr, back, 4) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *word = malloc(size + 1);
    struct ports ports;
    const char *problem = NULL;
    int found;

    PROMISE(word);
    if (size > 0)
        memcpy(word, data, size);
    word[size] = '\0';
    found = lookup_parse(word, &ports, &problem);
    PROMISE(found == 1 ? ports.first <= ports.last : found == 0 || problem != NULL);
    (void)lookup_check_name(word);
    free(word);
    if (size >= 16)
        check_address(data);
    return 0;
}
