/* SPDX-License-Identifier: BSD-2-Clause */
#include "tables.h"

#include <errno.h>
#include <string.h>

#define INET        (PL_BIT(PL_FAMILY_INET) | PL_BIT(PL_FAMILY_INET6))
#define UNIX        PL_BIT(PL_FAMILY_UNIX)
#define PACKET      PL_BIT(PL_FAMILY_PACKET)
#define VSOCK       PL_BIT(PL_FAMILY_VSOCK)
#define ESTABLISHED PL_BIT(PL_STATE_ESTABLISHED)
#define TIPC_STATES (ESTABLISHED | PL_BIT(PL_STATE_LISTEN) | SS_CLOSED)

const struct ss_table_row ss_tables[SS_MAX] = {
    [SS_NETLINK] = {NULL, "nl", PL_PROTO_NETLINK, 0, PL_BIT(PL_FAMILY_NETLINK), SS_CLOSED},
    [SS_PACKET_RAW] = {"packet_raw", "p_raw", PL_PROTO_PACKET, PL_TYPE_RAW, PACKET, SS_CLOSED},
    [SS_PACKET_DGRAM] = {"packet_dgram", "p_dgr", PL_PROTO_PACKET, PL_TYPE_DGRAM, PACKET,
                         SS_CLOSED},
    [SS_UNIX_STREAM] = {"unix_stream", "u_str", PL_PROTO_UNIX, PL_TYPE_STREAM, UNIX, SS_CONNECTED},
    [SS_UNIX_SEQPACKET] = {"unix_seqpacket", "u_seq", PL_PROTO_UNIX, PL_TYPE_SEQPACKET, UNIX,
                           SS_CONNECTED},
    [SS_UNIX_DGRAM] = {"unix_dgram", "u_dgr", PL_PROTO_UNIX, PL_TYPE_DGRAM, UNIX, SS_CLOSED},
    [SS_RAW] = {"raw", "raw", PL_PROTO_RAW, 0, INET, ESTABLISHED},
    [SS_UDP] = {"udp", "udp", PL_PROTO_UDP, 0, INET, ESTABLISHED, IP_UDP},
    [SS_TCP] = {"tcp", "tcp", PL_PROTO_TCP, 0, INET, SS_CONNECTED, IP_TCP},
    [SS_DCCP] = {"dccp", "dccp", PL_PROTO_DCCP, 0, INET, SS_CONNECTED, IP_DCCP},
    [SS_SCTP] = {"sctp", "sctp", PL_PROTO_SCTP, 0, INET, SS_CONNECTED, IP_SCTP},
    [SS_VSOCK_STREAM] = {"vsock_stream", "v_str", PL_PROTO_VSOCK, PL_TYPE_STREAM, VSOCK,
                         SS_CONNECTED},
    [SS_VSOCK_DGRAM] = {"vsock_dgram", "v_dgr", PL_PROTO_VSOCK, PL_TYPE_DGRAM, VSOCK, SS_CONNECTED},
    [SS_TIPC] = {NULL, NULL, PL_PROTO_TIPC, 0, PL_BIT(PL_FAMILY_TIPC), TIPC_STATES},
    [SS_XDP] = {NULL, "xdp", PL_PROTO_XDP, 0, PL_BIT(PL_FAMILY_XDP), SS_CLOSED},
    [SS_MPTCP] = {"mptcp", "mptcp", PL_PROTO_MPTCP, 0, INET, SS_CONNECTED, IP_MPTCP},
};

/* By enum pl_family. */
static const struct {
    const char *name;  /* for -f */
    const char *query; /* for -A */
    uint32_t states;   /* that it lists by default */
} families[PL_FAMILY_MAX] = {
    [PL_FAMILY_INET] = {"inet", "inet", SS_CONNECTED},
    [PL_FAMILY_INET6] = {"inet6", NULL, SS_CONNECTED},
    [PL_FAMILY_UNIX] = {"unix", "unix", SS_CONNECTED},
    [PL_FAMILY_PACKET] = {"link", "packet", SS_CLOSED},
    [PL_FAMILY_NETLINK] = {"netlink", "netlink", SS_CLOSED},
    [PL_FAMILY_VSOCK] = {"vsock", "vsock", SS_CONNECTED},
    [PL_FAMILY_TIPC] = {"tipc", "tipc", TIPC_STATES},
    [PL_FAMILY_XDP] = {"xdp", "xdp", SS_CLOSED},
};

const struct ss_table_row *ss_table_of(const struct pl_sock *sock)
{
    const struct ss_table_row *last = NULL;

    for (const struct ss_table_row *row = ss_tables; row < ss_tables + SS_MAX; row++) {
        if (row->proto != sock->proto)
            continue;
        if (row->type == sock->type)
            return row;
        last = row;
    }
    return last;
}

static uint32_t tables_of(unsigned int family)
{
    uint32_t bits = 0;

    for (unsigned int i = 0; i < SS_MAX; i++) {
        if (ss_tables[i].families & PL_BIT(family))
            bits |= PL_BIT(i);
    }
    return bits;
}

void ss_choose_tables(struct ss_choice *choice, uint32_t tables)
{
    choice->tables |= tables;
    choice->chosen = true;
    for (unsigned int i = 0; i < SS_MAX; i++) {
        if (tables & PL_BIT(i))
            choice->states |= ss_tables[i].states;
    }
}

void ss_choose_family(struct ss_choice *choice, enum pl_family family)
{
    choice->states |= families[family].states;
    choice->families |= PL_BIT(family);
    choice->family = (uint8_t)family;
    choice->chosen = true;
}

int ss_choose_family_name(struct ss_choice *choice, const char *name)
{
    for (unsigned int i = 0; i < PL_FAMILY_MAX; i++) {
        if (families[i].name && strcmp(families[i].name, name) == 0) {
            ss_choose_family(choice, (enum pl_family)i);
            return 0;
        }
    }
    return -EINVAL;
}

static bool is_name(struct pl_text word, const char *name)
{
    return name && strlen(name) == word.len && memcmp(name, word.data, word.len) == 0;
}

/* "all" leaves out TIPC. 0: no such name. */
static uint32_t tables_named(struct pl_text word)
{
    if (is_name(word, "all"))
        return (PL_BIT(SS_MAX) - 1) & ~PL_BIT(SS_TIPC);
    for (unsigned int i = 0; i < SS_MAX; i++) {
        if (is_name(word, ss_tables[i].name) ||
            (ss_tables[i].name && is_name(word, ss_tables[i].netid)))
            return PL_BIT(i);
    }
    for (unsigned int i = 0; i < PL_FAMILY_MAX; i++) {
        if (is_name(word, families[i].query))
            return tables_of(i);
    }
    return 0;
}

int ss_choose_list(struct ss_choice *choice, const char *list, struct pl_text *bad)
{
    /* The first list replaces the tables chosen by letters before it, but not their states. */
    if (!choice->queried) {
        choice->tables = 0;
        if (choice->wanted == 0)
            choice->wanted = SS_CONNECTED;
    }
    choice->queried = choice->chosen = true;
    for (;; list++) {
        struct pl_text word = {list, (uint32_t)strcspn(list, ",")};
        bool without = *list == '!';
        uint32_t tables = tables_named((struct pl_text){list + without, word.len - without});

        if (tables == 0) {
            *bad = word;
            return -EINVAL;
        }
        if (without)
            choice->tables &= ~tables;
        else
            ss_choose_tables(choice, tables);
        list += word.len;
        if (*list == '\0')
            return 0;
    }
}

void ss_choose_rest(struct ss_choice *choice)
{
    if (!choice->chosen) {
        ss_choose_tables(choice, tables_named((struct pl_text){"all", 3}));
        if (choice->wanted == 0)
            choice->wanted = SS_CONNECTED;
    }
    if (choice->wanted != 0)
        choice->states = choice->wanted;
    for (unsigned int i = 0; i < SS_MAX; i++) {
        if (choice->tables & PL_BIT(i) && !(choice->families & ss_tables[i].families))
            choice->families |= ss_tables[i].families;
    }
    for (unsigned int i = 0; i < PL_FAMILY_MAX; i++) {
        if (choice->families & PL_BIT(i) && !(choice->tables & tables_of(i)))
            choice->tables |= tables_of(i);
    }
}

void ss_leave_families(struct ss_choice *choice, uint32_t left)
{
    choice->families = left;
    for (unsigned int i = 0; i < PL_FAMILY_MAX; i++) {
        if (left == PL_BIT(i))
            choice->family = (uint8_t)i;
    }
}

uint32_t ss_asked_families(const struct ss_choice *choice)
{
    bool inet = choice->family == PL_FAMILY_INET || choice->family == PL_FAMILY_INET6;

    return choice->families & ~(inet ? INET & ~PL_BIT(choice->family) : 0);
}

void ss_choose_query(const struct ss_choice *choice, struct pl_query *query)
{
    query->families = choice->families;
    query->states = choice->states;
    query->protos = 0;
    for (unsigned int i = 0; i < SS_MAX; i++) {
        if (choice->tables & PL_BIT(i) && query->families & ss_tables[i].families)
            query->protos |= PL_BIT(ss_tables[i].proto);
    }
    /* ss treats these as closed, whatever the kernel reports. */
    if (!(choice->states & SS_CLOSED))
        query->protos &=
            ~(PL_BIT(PL_PROTO_NETLINK) | PL_BIT(PL_PROTO_PACKET) | PL_BIT(PL_PROTO_XDP));
    else if (query->protos & PL_BIT(PL_PROTO_NETLINK))
        query->states |= ESTABLISHED;
    /* Tables without a family, as with "-t src vsock:*", are an empty list, not an error. */
    if (query->protos == 0) {
        query->protos = PL_BIT(PL_PROTO_TCP);
        query->states = PL_BIT(PL_STATE_NONE);
    }
}
