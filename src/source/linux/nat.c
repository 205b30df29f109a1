/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules that translate addresses. Of nftables: the chains, the rules of tables with a chain of type nat,
 * and the elements of the sets that these look up; rules of other tables, mostly firewalls, are not asked
 * for. Of iptables-legacy: the table nat, if it exists; asking for one that does not would make it.
 */
#include "decode/linux/nat.h"
#include "linux.h"
#include "model/array.h"
#include "source/call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ATTR_HEAD  ((size_t)4) /* NLA_HDRLEN, NLA_ALIGN(), which are signed */
#define ALIGNED(n) (((n) + (size_t)3) & ~(size_t)3)
#define NAMES_MAX  4096       /* tables and sets */
#define TABLE_MAX  (64 << 20) /* bytes of a table of iptables */
#define GET_INFO   64         /* IPT_SO_GET_INFO, IP6T_SO_GET_INFO */
#define GET_TABLE  65         /* IPT_SO_GET_ENTRIES, IP6T_SO_GET_ENTRIES */
#define TABLE_NAME 32         /* bytes of the name of a table */
#define INFO_SIZE  80         /* offset of the size in struct ipt_getinfo */
#define GET_HEAD   40         /* bytes before the entries in struct ipt_get_entries */

/* Returns 1 if iptables-legacy of IPv4, or of IPv6, has the table nat, 0 if not, or a negative errno. */
static int has_table(size_t v6)
{
    static const char *const names[] = {"/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"};
    int fd = pl_open(AT_FDCWD, names[v6], O_RDONLY);
    char text[512];
    ssize_t got;

    if (fd < 0)
        return fd == -ENOENT ? 0 : fd;
    got = pl_read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    if (got < 0)
        return (int)got;
    text[got] = '\0';
    return strncmp(text, "nat\n", 4) == 0 || strstr(text, "\nnat\n") != NULL;
}

/*
 * Translations of addresses need connection tracking. Without it there are no rules of them, and asking for
 * rules could load modules.
 */
static bool tracks_connections(void)
{
    static const char *const signs[] = {"/sys/module/nf_conntrack", "/proc/sys/net/netfilter"};
    bool tracks = false;

    for (size_t i = 0; i < COUNT_OF(signs); i++)
        tracks |= access(signs[i], F_OK) == 0 || errno != ENOENT;
    return tracks;
}

void pl_linux_nat_open(struct pl_linux_nat *nat, bool repeated)
{
    static const int families[] = {AF_INET, AF_INET6};

    if (nat->opened)
        return;
    nat->opened = true;
    nat->repeated = repeated;
    nat->netlink = tracks_connections() ? pl_netlink_open(NETLINK_NETFILTER) : -ENOENT;
    for (size_t i = 0; i < COUNT_OF(families); i++)
        nat->inet[i] = has_table(i) == 1 ? socket(families[i], SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
}

void pl_linux_nat_close(struct pl_linux_nat *nat)
{
    const int fds[] = {nat->netlink, nat->inet[0], nat->inet[1]};

    for (size_t i = 0; nat->opened && i < COUNT_OF(fds); i++) {
        if (fds[i] >= 0)
            (void)close(fds[i]);
    }
    nat->opened = false;
}

/* ---- nftables ---- */

struct request {
    struct nlmsghdr head;
    struct nfgenmsg general;
    uint8_t attrs[2 * (ATTR_HEAD + PL_NFT_NAME)];
};

static size_t add_name(struct request *request, size_t at, uint16_t type, const char *name)
{
    const struct nlattr attr = {.nla_len = (uint16_t)(ATTR_HEAD + strlen(name) + 1),
                                .nla_type = type};

    memcpy(request->attrs + at, &attr, sizeof(attr));
    memcpy(request->attrs + at + ATTR_HEAD, name, strlen(name) + 1);
    return at + ALIGNED(attr.nla_len);
}

static int keep(void *arg, const void *bytes, size_t len)
{
    return pl_buffer_add(arg, bytes, len);
}

/* name: NULL: of all tables. The attributes for a table have the same number in all messages. */
static int dump(const struct pl_linux_nat *nat, unsigned int message,
                const struct pl_nft_name *name, struct pl_buffer *out)
{
    const struct pl_space socket = {.diag = nat->netlink};
    struct request request = {.general.version = NFNETLINK_V0};
    size_t len = 0;

    if (name) {
        request.general.nfgen_family = name->family;
        len = add_name(&request, len, NFTA_RULE_TABLE, name->table);
        if (name->set[0] != '\0')
            len = add_name(&request, len, NFTA_SET_ELEM_LIST_SET, name->set);
    }
    return pl_netlink_dump(&socket, NETLINK_NETFILTER,
                           (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | message), &request,
                           offsetof(struct request, attrs) + len, keep, out);
}

/* Adds a name unless it is known. Returns 1 if it was added. */
static int add_new(struct pl_list *names, const struct pl_nft_name *name)
{
    const struct pl_nft_name *items = names->items;
    struct pl_nft_name *added;

    for (size_t i = 0; i < names->count; i++) {
        if (items[i].family == name->family && strcmp(items[i].table, name->table) == 0 &&
            strcmp(items[i].set, name->set) == 0)
            return 0;
    }
    if (names->count >= NAMES_MAX)
        return -E2BIG;
    added = pl_list_add(names, sizeof(*added));
    if (!added)
        return -ENOMEM;
    *added = *name;
    return 1;
}

static struct pl_slice slice_of(const struct pl_buffer *buffer, size_t from)
{
    return (struct pl_slice){.data = buffer->data + from,
                             .len = buffer->len - from,
                             .big_endian = pl_abi_here(PL_SYSTEM_LINUX).big_endian};
}

/* What was removed meanwhile is not there. */
static int unless_gone(int err)
{
    return err == -ENOENT ? 0 : err;
}

/* What was read before there were too many tables and sets is kept. */
static int unless_many(int err, int *lacks)
{
    if (err != -E2BIG)
        return err;
    *lacks = E2BIG;
    return 0;
}

static int read_sets(const struct pl_linux_nat *nat, struct pl_slice messages,
                     struct pl_list *names, struct pl_buffer *out)
{
    struct pl_nft_sets sets = {.messages = messages};
    struct pl_nft_name name;
    int err = 0;

    while (err == 0 && pl_nft_next_set(&sets, &name)) {
        err = add_new(names, &name);
        if (err == 1)
            err = unless_gone(dump(nat, NFT_MSG_GETSETELEM, &name, out));
    }
    return err;
}

/* The answers to all requests, one after another. */
static int read_nft(const struct pl_linux_nat *nat, struct pl_list *names, struct pl_buffer *out,
                    int *lacks)
{
    struct pl_buffer chains = {0};
    struct pl_buffer elements = {0};
    struct pl_nft_name name;
    struct pl_slice rest;
    int err = dump(nat, NFT_MSG_GETCHAIN, NULL, &chains);

    rest = slice_of(&chains, 0);
    while (err == 0 && pl_nft_next_table(&rest, &name)) {
        err = add_new(names, &name);
        if (err == 1)
            err = unless_gone(dump(nat, NFT_MSG_GETRULE, &name, out));
    }
    err = unless_many(err, lacks);
    if (err == 0)
        err = unless_many(read_sets(nat, slice_of(out, 0), names, &elements), lacks);
    if (err == 0 && chains.len > 0)
        err = pl_buffer_add(out, chains.data, chains.len);
    if (err == 0 && elements.len > 0)
        err = pl_buffer_add(out, elements.data, elements.len);
    pl_buffer_free(&chains);
    pl_buffer_free(&elements);
    return err;
}

/* A kernel without nftables has no rules of it. */
static bool is_absent(int err)
{
    return err == -EPROTONOSUPPORT || err == -EAFNOSUPPORT || err == -EINVAL ||
           err == -EOPNOTSUPP || err == -ENOENT;
}

static int add_nft(const struct pl_linux_nat *nat, struct pl_buffer *frames, int *lacks)
{
    struct pl_buffer messages = {0};
    struct pl_list names = {0};
    int err = nat->netlink < 0 ? nat->netlink : read_nft(nat, &names, &messages, lacks);

    if (err == 0)
        err = pl_buffer_frame(frames, PL_NAT_FRAME_NFT, 0, messages.data, messages.len);
    pl_buffer_free(&messages);
    free(names.items);
    return is_absent(err) ? 0 : err;
}

/* ---- iptables-legacy ---- */

/* A frame: struct ipt_getinfo, then the entries. The head of the second answer makes room for the first. */
static int read_table(int fd, int level, uint32_t frame, struct pl_buffer *frames)
{
    uint8_t info[PL_NAT_INFO_BYTES] = "nat";
    const size_t before = sizeof(info) - GET_HEAD;
    socklen_t len = sizeof(info);
    struct pl_buffer table = {0};
    uint32_t size;
    int err;

    if (getsockopt(fd, level, GET_INFO, info, &len) != 0)
        return -errno;
    memcpy(&size, info + INFO_SIZE, sizeof(size));
    if (size > TABLE_MAX)
        return -EFBIG;
    err = pl_buffer_reserve(&table, sizeof(info) + size);
    if (err < 0)
        return err;
    memset(table.data, 0, sizeof(info) + size);
    memcpy(table.data + before, "nat", sizeof("nat"));
    memcpy(table.data + before + TABLE_NAME, &size, sizeof(size));
    len = (socklen_t)(GET_HEAD + size);
    if (getsockopt(fd, level, GET_TABLE, table.data + before, &len) != 0)
        err = -errno; /* -EAGAIN: the table has another size now */
    memcpy(table.data, info, sizeof(info));
    if (err == 0)
        err = pl_buffer_frame(frames, frame, 0, table.data, sizeof(info) + size);
    pl_buffer_free(&table);
    return err;
}

static int add_iptables(const struct pl_linux_nat *nat, struct pl_buffer *frames)
{
    static const int levels[] = {IPPROTO_IP, IPPROTO_IPV6};
    int err = 0;

    for (size_t i = 0; i < COUNT_OF(levels) && err == 0; i++) {
        if (nat->inet[i] < 0)
            continue;
        /* Repeated readings hold the socket; the table may be gone. */
        err = has_table(i);
        if (err == 1)
            err = read_table(nat->inet[i], levels[i], PL_NAT_FRAME_IPT + (uint32_t)i, frames);
    }
    return err;
}

int pl_linux_read_nat(struct pl_linux_nat *nat, pl_chunk_fn *chunk, void *arg,
                      struct pl_reading *reading)
{
    struct pl_buffer frames = {0};
    int err;

    if (!nat->opened)
        pl_linux_nat_open(nat, false);
    reading->path = "netlink";
    err = add_nft(nat, &frames, &reading->lacks);
    err = err ? err : add_iptables(nat, &frames);
    if (err == 0)
        err = chunk(arg, frames.data, frames.len);
    /* After -EAGAIN they are read again at once; the sandbox permits no new socket. */
    if (!nat->repeated && err != -EAGAIN)
        pl_linux_nat_close(nat);
    pl_buffer_free(&frames);
    return err;
}
