/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/array.h"
#include "options.h"

#include <errno.h>
#include <string.h>

#define INET          (PL_BIT(PL_FAMILY_INET) | PL_BIT(PL_FAMILY_INET6))
#define UNIX_TABLES   (PL_BIT(SS_UNIX_DGRAM) | PL_BIT(SS_UNIX_STREAM) | PL_BIT(SS_UNIX_SEQPACKET))
#define PACKET_TABLES (PL_BIT(SS_PACKET_DGRAM) | PL_BIT(SS_PACKET_RAW))
#define VSOCK_TABLES  (PL_BIT(SS_VSOCK_STREAM) | PL_BIT(SS_VSOCK_DGRAM))
#define INET_TABLES                                                                           \
    (PL_BIT(SS_TCP) | PL_BIT(SS_MPTCP) | PL_BIT(SS_UDP) | PL_BIT(SS_DCCP) | PL_BIT(SS_SCTP) | \
     PL_BIT(SS_RAW))
/* It leaves out TIPC. */
#define ALL_TABLES \
    (INET_TABLES | UNIX_TABLES | PACKET_TABLES | VSOCK_TABLES | PL_BIT(SS_NETLINK) | PL_BIT(SS_XDP))

#define TIPC_STATES (PL_BIT(PL_STATE_ESTABLISHED) | PL_BIT(PL_STATE_LISTEN) | SS_CLOSED)

/* By enum ss_table. */
static const struct {
    uint32_t families, states;
    uint8_t proto;
} tables[SS_MAX] = {
    [SS_TCP] = {INET, SS_CONNECTED, PL_PROTO_TCP},
    [SS_MPTCP] = {INET, SS_CONNECTED, PL_PROTO_MPTCP},
    [SS_DCCP] = {INET, SS_CONNECTED, PL_PROTO_DCCP},
    [SS_UDP] = {INET, PL_BIT(PL_STATE_ESTABLISHED), PL_PROTO_UDP},
    [SS_RAW] = {INET, PL_BIT(PL_STATE_ESTABLISHED), PL_PROTO_RAW},
    [SS_UNIX_DGRAM] = {PL_BIT(PL_FAMILY_UNIX), SS_CLOSED, PL_PROTO_UNIX},
    [SS_UNIX_STREAM] = {PL_BIT(PL_FAMILY_UNIX), SS_CONNECTED, PL_PROTO_UNIX},
    [SS_UNIX_SEQPACKET] = {PL_BIT(PL_FAMILY_UNIX), SS_CONNECTED, PL_PROTO_UNIX},
    [SS_PACKET_DGRAM] = {PL_BIT(PL_FAMILY_PACKET), SS_CLOSED, PL_PROTO_PACKET},
    [SS_PACKET_RAW] = {PL_BIT(PL_FAMILY_PACKET), SS_CLOSED, PL_PROTO_PACKET},
    [SS_NETLINK] = {PL_BIT(PL_FAMILY_NETLINK), SS_CLOSED, PL_PROTO_NETLINK},
    [SS_SCTP] = {INET, SS_CONNECTED, PL_PROTO_SCTP},
    [SS_VSOCK_STREAM] = {PL_BIT(PL_FAMILY_VSOCK), SS_CONNECTED, PL_PROTO_VSOCK},
    [SS_VSOCK_DGRAM] = {PL_BIT(PL_FAMILY_VSOCK), SS_CONNECTED, PL_PROTO_VSOCK},
    [SS_TIPC] = {PL_BIT(PL_FAMILY_TIPC), TIPC_STATES, PL_PROTO_TIPC},
    [SS_XDP] = {PL_BIT(PL_FAMILY_XDP), SS_CLOSED, PL_PROTO_XDP},
};

/* By enum pl_family. */
static const struct {
    const char *name;
    uint32_t tables, states;
} families[PL_FAMILY_MAX] = {
    [PL_FAMILY_INET] = {"inet", INET_TABLES, SS_CONNECTED},
    [PL_FAMILY_INET6] = {"inet6", INET_TABLES, SS_CONNECTED},
    [PL_FAMILY_UNIX] = {"unix", UNIX_TABLES, SS_CONNECTED},
    [PL_FAMILY_PACKET] = {"link", PACKET_TABLES, SS_CLOSED},
    [PL_FAMILY_NETLINK] = {"netlink", PL_BIT(SS_NETLINK), SS_CLOSED},
    [PL_FAMILY_VSOCK] = {"vsock", VSOCK_TABLES, SS_CONNECTED},
    [PL_FAMILY_TIPC] = {"tipc", PL_BIT(SS_TIPC), TIPC_STATES},
    [PL_FAMILY_XDP] = {"xdp", PL_BIT(SS_XDP), SS_CLOSED},
};

/* The words of -A. */
static const struct {
    const char *name;
    uint32_t tables;
} names[] = {
    {"all", ALL_TABLES},
    {"inet", INET_TABLES},
    {"udp", PL_BIT(SS_UDP)},
    {"dccp", PL_BIT(SS_DCCP)},
    {"tcp", PL_BIT(SS_TCP)},
    {"mptcp", PL_BIT(SS_MPTCP)},
    {"sctp", PL_BIT(SS_SCTP)},
    {"raw", PL_BIT(SS_RAW)},
    {"unix", UNIX_TABLES},
    {"unix_stream", PL_BIT(SS_UNIX_STREAM)},
    {"u_str", PL_BIT(SS_UNIX_STREAM)},
    {"unix_dgram", PL_BIT(SS_UNIX_DGRAM)},
    {"u_dgr", PL_BIT(SS_UNIX_DGRAM)},
    {"unix_seqpacket", PL_BIT(SS_UNIX_SEQPACKET)},
    {"u_seq", PL_BIT(SS_UNIX_SEQPACKET)},
    {"packet", PACKET_TABLES},
    {"packet_raw", PL_BIT(SS_PACKET_RAW)},
    {"p_raw", PL_BIT(SS_PACKET_RAW)},
    {"packet_dgram", PL_BIT(SS_PACKET_DGRAM)},
    {"p_dgr", PL_BIT(SS_PACKET_DGRAM)},
    {"netlink", PL_BIT(SS_NETLINK)},
    {"tipc", PL_BIT(SS_TIPC)},
    {"vsock", VSOCK_TABLES},
    {"vsock_stream", PL_BIT(SS_VSOCK_STREAM)},
    {"v_str", PL_BIT(SS_VSOCK_STREAM)},
    {"vsock_dgram", PL_BIT(SS_VSOCK_DGRAM)},
    {"v_dgr", PL_BIT(SS_VSOCK_DGRAM)},
    {"xdp", PL_BIT(SS_XDP)},
};

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

static void add_tables(struct ss_choice *choice, uint32_t bits)
{
    choice->tables |= bits;
    choice->chosen = true;
    for (unsigned int i = 0; i < SS_MAX; i++) {
        if (bits & PL_BIT(i))
            choice->states |= tables[i].states;
    }
}

void ss_choose_table(struct ss_choice *choice, enum ss_table table)
{
    add_tables(choice, PL_BIT(table));
}

static int choose_name(struct ss_choice *choice, struct pl_text word)
{
    bool without = word.len > 0 && word.data[0] == '!';

    word.data += without;
    word.len -= without;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strlen(names[i].name) != word.len || memcmp(names[i].name, word.data, word.len) != 0)
            continue;
        if (without)
            choice->tables &= ~names[i].tables;
        else
            add_tables(choice, names[i].tables);
        return 0;
    }
    return -EINVAL;
}

int ss_choose_tables(struct ss_choice *choice, const char *list, struct pl_text *bad)
{
    /* The first forgets the tables, not the states, that letters before it have chosen. */
    if (!choice->queried) {
        choice->tables = 0;
        if (choice->wanted == 0)
            choice->wanted = SS_CONNECTED;
    }
    choice->queried = choice->chosen = true;
    for (;;) {
        struct pl_text word = {list, (uint32_t)strcspn(list, ",")};

        if (choose_name(choice, word) < 0) {
            *bad = word;
            return -EINVAL;
        }
        list += word.len;
        if (*list++ == '\0')
            return 0;
    }
}

void ss_choose_rest(struct ss_choice *choice)
{
    if (!choice->chosen) {
        add_tables(choice, ALL_TABLES);
        if (choice->wanted == 0)
            choice->wanted = SS_CONNECTED;
    }
    if (choice->wanted != 0)
        choice->states = choice->wanted;
    for (unsigned int i = 0; i < SS_MAX; i++) {
        if (choice->tables & PL_BIT(i) && !(choice->families & tables[i].families))
            choice->families |= tables[i].families;
    }
    for (unsigned int i = 0; i < PL_FAMILY_MAX; i++) {
        if (choice->families & PL_BIT(i) && !(choice->tables & families[i].tables))
            choice->tables |= families[i].tables;
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
    if (choice->family == PL_FAMILY_INET)
        return choice->families & ~PL_BIT(PL_FAMILY_INET6);
    if (choice->family == PL_FAMILY_INET6)
        return choice->families & ~PL_BIT(PL_FAMILY_INET);
    return choice->families;
}

void ss_choose_query(const struct ss_choice *choice, struct pl_query *query)
{
    const uint32_t closed =
        PL_BIT(PL_PROTO_NETLINK) | PL_BIT(PL_PROTO_PACKET) | PL_BIT(PL_PROTO_XDP);

    query->families = choice->families;
    query->protos = 0;
    for (unsigned int i = 0; i < SS_MAX; i++) {
        if (choice->tables & PL_BIT(i) && query->families & tables[i].families)
            query->protos |= PL_BIT(tables[i].proto);
    }
    query->states = choice->states;
    /* These have one state for it, whatever the kernel says. */
    if (!(choice->states & SS_CLOSED))
        query->protos &= ~closed;
    else if (query->protos & PL_BIT(PL_PROTO_NETLINK))
        query->states |= PL_BIT(PL_STATE_ESTABLISHED);
    /* Tables without a family, as of "-t src vsock:*": a list of nothing, and no mistake. */
    if (query->protos == 0) {
        query->protos = PL_BIT(PL_PROTO_TCP);
        query->states = PL_BIT(PL_STATE_NONE);
    }
}
