/* SPDX-License-Identifier: BSD-2-Clause */
/* The IANA registry: the assignment of a port, and the ports of a name. */
#include "model/array.h"
#include "model/protocol.h"
#include "table.h"

#include <errno.h>
#include <string.h>

#define LAST_SYSTEM 1023U
#define LAST_USER   49151U
#define LAST_PORT   65535U

static const uint8_t bits[PL_PROTO_MAX] = {
    [PL_PROTO_TCP] = PL_SERVICE_TCP,
    [PL_PROTO_UDP] = PL_SERVICE_UDP,
    [PL_PROTO_SCTP] = PL_SERVICE_SCTP,
    [PL_PROTO_DCCP] = PL_SERVICE_DCCP,
};

unsigned int pl_service_bit(enum pl_proto proto)
{
    return (unsigned int)proto < PL_PROTO_MAX ? bits[pl_protocols[proto].registry] : 0;
}

uint32_t pl_service_protos(unsigned int mask)
{
    uint32_t protos = 0;

    for (size_t i = 0; i < PL_REGISTRIES; i++)
        protos |= mask & bits[pl_registries[i]] ? PL_BIT(pl_registries[i]) : 0;
    return protos;
}

void pl_service_fill(const struct pl_service_row *row, struct pl_service *out)
{
    out->name = row->status == PL_SERVICE_ASSIGNED ? pl_service_string(row->name) : NULL;
    out->aliases = pl_service_string(row->aliases);
    out->description = pl_service_string(row->text);
    out->protos = pl_service_protos(row->protos);
    out->first = row->first;
    out->last = row->last;
    out->status = row->status;
}

static int compare_row(const void *port, const void *row)
{
    return *(const unsigned int *)port > ((const struct pl_service_row *)row)->last;
}

/* Returns the index of the first row whose last port is at least port. */
static size_t row_seek(unsigned int port)
{
    return pl_lower_bound(&port, pl_service_rows, pl_service_row_count, sizeof(*pl_service_rows),
                          compare_row);
}

static const struct pl_service_row *row_find(unsigned int port, unsigned int bit)
{
    for (size_t i = row_seek(port); i < pl_service_row_count; i++) {
        const struct pl_service_row *row = &pl_service_rows[i];

        if (row->first > port)
            break;
        if (row->protos & bit)
            return row;
    }
    return NULL;
}

int pl_service_get(unsigned int port, enum pl_proto proto, struct pl_service *out)
{
    unsigned int bit = pl_service_bit(proto);
    const struct pl_service_row *row;

    if (bit == 0 || port > LAST_PORT)
        return -EINVAL;
    row = row_find(port, bit);
    if (row) {
        pl_service_fill(row, out);
        return 0;
    }
    *out = (struct pl_service){
        .aliases = "",
        .description = "",
        .protos = pl_service_protos(bit),
        .first = (uint16_t)(port > LAST_USER ? LAST_USER + 1 : port),
        .last = (uint16_t)(port > LAST_USER ? LAST_PORT : port),
        .status = port > LAST_USER ? PL_SERVICE_DYNAMIC : PL_SERVICE_UNASSIGNED,
    };
    return 0;
}

const char *pl_service_name(unsigned int port, enum pl_proto proto)
{
    struct pl_service service;

    return pl_service_get(port, proto, &service) == 0 ? service.name : NULL;
}

const char *pl_service_class(unsigned int port, enum pl_proto proto)
{
    static const char *const words[][PL_SERVICE_STATUS_MAX] = {
        {
            [PL_SERVICE_UNASSIGNED] = "system-unassigned",
            [PL_SERVICE_ASSIGNED] = "system",
            [PL_SERVICE_UNNAMED] = "system",
            [PL_SERVICE_RESERVED] = "system-reserved",
            [PL_SERVICE_DEREGISTERED] = "system-deregistered",
            [PL_SERVICE_DYNAMIC] = "dynamic",
        },
        {
            [PL_SERVICE_UNASSIGNED] = "user-unassigned",
            [PL_SERVICE_ASSIGNED] = "user",
            [PL_SERVICE_UNNAMED] = "user",
            [PL_SERVICE_RESERVED] = "user-reserved",
            [PL_SERVICE_DEREGISTERED] = "user-deregistered",
            [PL_SERVICE_DYNAMIC] = "dynamic",
        },
    };
    struct pl_service service;

    if (pl_service_get(port, proto, &service) != 0)
        return NULL;
    return words[port > LAST_SYSTEM][service.status];
}

const char *pl_service_table_date(void)
{
    return pl_service_date;
}

bool pl_service_find(const char *name, size_t *at, struct pl_service *out)
{
    uint16_t row;

    if (!pl_service_step(pl_service_keys, pl_service_key_count, name, at, &row))
        return false;
    pl_service_fill(&pl_service_rows[row], out);
    return true;
}

/*
 * Returns the protocols that are assigned or reserved at a port. *last is the last port for which
 * they are the same.
 */
static unsigned int taken(unsigned int port, unsigned int *last)
{
    size_t i = row_seek(port);
    unsigned int mask = 0;

    *last = LAST_USER;
    if (i < pl_service_row_count)
        *last = pl_service_rows[i].first > port ? pl_service_rows[i].first - 1U
                                                : pl_service_rows[i].last;
    for (; i < pl_service_row_count && pl_service_rows[i].first <= port; i++)
        if (pl_service_rows[i].status != PL_SERVICE_UNASSIGNED)
            mask |= pl_service_rows[i].protos;
    return mask;
}

bool pl_service_unassigned(enum pl_proto proto, unsigned int from, uint16_t *first, uint16_t *last)
{
    unsigned int bit = pl_service_bit(proto);
    unsigned int wanted = bit;
    unsigned int end;
    unsigned int port;

    if (proto == PL_PROTO_UNKNOWN)
        wanted = PL_SERVICE_TCP | PL_SERVICE_UDP | PL_SERVICE_SCTP | PL_SERVICE_DCCP;
    if (wanted == 0)
        return false;
    for (port = from; port <= LAST_USER && (taken(port, &end) & wanted); port = end + 1)
        continue;
    if (port > LAST_USER)
        return false;
    *first = (uint16_t)port;
    while (port <= LAST_USER && !(taken(port, &end) & wanted))
        port = end + 1;
    *last = (uint16_t)(port - 1);
    return true;
}
