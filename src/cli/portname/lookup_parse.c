/* SPDX-License-Identifier: BSD-2-Clause */
#include "lookup.h"
#include "model/protocol.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LAST_PORT 65535U

bool lookup_proto(const char *word, enum pl_proto *out)
{
    enum pl_proto proto;

    if (pl_proto_parse(word, &proto) != 0)
        return false;
    for (size_t i = 0; i < PL_REGISTRIES; i++) {
        if (pl_registries[i] == proto) {
            *out = proto;
            return true;
        }
    }
    return false;
}

static bool is_hex(const char *word)
{
    return word[0] == '0' && (word[1] == 'x' || word[1] == 'X') && isxdigit((unsigned char)word[2]);
}

/* Parses leading digits, decimal or "0x1bb". Returns false unless they form a port number. */
static bool take_port(const char **at, uint16_t *out)
{
    static const char digits[] = "0123456789abcdef";
    unsigned int base = is_hex(*at) ? 16 : 10;
    unsigned int value = 0;
    const char *from = *at += base == 16 ? 2 : 0;

    for (; **at != '\0'; (*at)++) {
        const char *digit = memchr(digits, tolower((unsigned char)**at), base);

        if (!digit)
            break;
        value = value * base + (unsigned int)(digit - digits);
        if (value > LAST_PORT)
            return false;
    }
    *out = (uint16_t)value;
    return *at > from;
}

/* Returns the part after "tcp/", and the protocol, which is unknown without that prefix. */
static const char *skip_proto(const char *word, enum pl_proto *proto)
{
    size_t len = strcspn(word, "/");
    char name[8];

    *proto = PL_PROTO_UNKNOWN;
    if (word[len] == '\0' || len >= sizeof(name))
        return word;
    memcpy(name, word, len);
    name[len] = '\0';
    return lookup_proto(name, proto) ? word + len + 1 : word;
}

/* Skips what precedes the port in ":80", "*:80", "127.0.0.1:80" and "[::1]:80". */
static const char *skip_address(const char *word)
{
    const char *colon = strrchr(word, ':');

    return colon && (isdigit((unsigned char)colon[1])) ? colon + 1 : word;
}

/* Returns whether the word is a number or a range, perhaps malformed, and not a name. */
static bool is_number(const char *word)
{
    size_t len = strspn(word, "0123456789-");

    return is_hex(word) ||
           (strcspn(word, "0123456789") < len && (word[len] == '\0' || word[len] == '/'));
}

/* Two numbers with points between them, as ranges in other languages. */
static bool is_dotted(const char *word)
{
    size_t first = strspn(word, "0123456789");
    size_t points = strspn(word + first, ".");
    size_t last = strspn(word + first + points, "0123456789");

    return first > 0 && points > 1 && last > 0 && word[first + points + last] == '\0';
}

int lookup_parse(const char *word, struct ports *out, const char **problem)
{
    struct ports ports = {0};
    const char *at = skip_address(skip_proto(word, &ports.proto));

    if (is_dotted(word)) {
        *problem = "write a range of ports with a hyphen, as 8000-8010, not";
        return -EINVAL;
    }
    if (!is_number(at) || lookup_check_name(word))
        return 0;
    *problem = "expected a port from 0 to 65535 or a range, not";
    if (!take_port(&at, &ports.first))
        return -EINVAL;
    ports.last = ports.first;
    if (*at == '-') {
        at++;
        if (!take_port(&at, &ports.last))
            return -EINVAL;
    }
    if (*at != '\0' && *at != '/')
        return -EINVAL;
    if (ports.last < ports.first) {
        *problem = "expected a range with the lower port first, not";
        return -EINVAL;
    }
    if (*at == '/' && !lookup_proto(at + 1, &ports.proto)) {
        *problem = "expected tcp, udp, sctp or dccp after the slash, not";
        return -EINVAL;
    }
    *out = ports;
    return 1;
}

bool lookup_is_list(const char *word)
{
    enum pl_proto proto;

    return strchr(word, ',') && isdigit((unsigned char)*skip_address(skip_proto(word, &proto)));
}

bool lookup_next_part(const char *word, size_t *at, char *part, size_t size)
{
    enum pl_proto proto;
    const char *list = skip_address(skip_proto(word, &proto));
    const char *suffix = proto == PL_PROTO_UNKNOWN ? strrchr(word, '/') : NULL;
    size_t len = strcspn(list + *at, ",");
    bool own = memchr(list + *at, '/', len) != NULL;

    if (*at > 0 && list[*at - 1] == '\0')
        return false;
    if (proto != PL_PROTO_UNKNOWN)
        (void)snprintf(part, size, "%.*s/%s", (int)len, list + *at, pl_proto_name(proto));
    else
        (void)snprintf(part, size, "%.*s%s", (int)len, list + *at, suffix && !own ? suffix : "");
    *at += len + 1;
    return true;
}

const char *lookup_check_name(const char *name)
{
    bool some = false;

    for (; *name != '\0'; name++) {
        if ((unsigned char)*name < ' ' || *name == '\177')
            return "control character in the name";
        some |= !strchr(" -_", *name);
    }
    return some ? NULL : "empty name";
}
