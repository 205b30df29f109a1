/* SPDX-License-Identifier: BSD-2-Clause */
/* Operands that name a port: "8080", "8080/udp", "udp/8080", "10.0.0.1:8080", "[::1]:8080". */
#ifndef CLI_ENDPOINT_H
#define CLI_ENDPOINT_H

#include <stdbool.h>

struct endpoint {
    const char *proto; /* one of the protocols; unchanged if the operand names none */
    char *address;     /* with brackets if it was typed with them; NULL: none was typed */
    char *port;        /* a number or a name */
};

/*
 * Splits text, which it changes. protos ends with NULL. Returns false for other text, also for an
 * unknown protocol.
 */
bool endpoint_split(char *text, const char *const *protos, struct endpoint *out);

#endif
