/* SPDX-License-Identifier: BSD-2-Clause */
#include "lookup.h"
#include "model/protocol.h"

#include <errno.h>
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

/* Parses leading digits. Returns false unless they form a port number. */
static bool take_port(const char **at, uint16_t *out)
{
    unsigned int value = 0;
    const char *from = *at;

    for (; **at >= '0' && **at <= '9'; (*at)++) {
        value = value * 10 + (unsigned int)(**at - '0');
        if (value > LAST_PORT)
            return false;
    }
    *out = (uint16_t)value;
    return *at > from;
}

int lookup_parse(const char *word, struct ports *out, const char **problem)
{
    size_t len = strspn(word, "0123456789-");
    struct ports ports = {.proto = PL_PROTO_UNKNOWN};
    const char *at = word;

    if (strcspn(word, "0123456789") >= len || (word[len] != '\0' && word[len] != '/'))
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
