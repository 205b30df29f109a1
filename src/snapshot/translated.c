/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections whose destination rules translate. Its two ends have different addresses of it: both ways to see
 * it are kept, so that a socket finds its other end.
 */
#include "api/published.h"
#include "order.h"
#include "snapshot.h"

#include <string.h>

#define REMARK_MAX (PL_ADDR_TEXT + 16)

static void copy_addr(uint8_t out[16], const uint8_t addr[16], bool v4)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

    memcpy(out, v4 ? mapped : addr, sizeof(mapped));
    memcpy(out + sizeof(mapped), v4 ? addr : addr + sizeof(mapped), 4);
}

/* The endpoints of a socket that sends such packets. */
static struct pl_pair pair_of(const struct pl_flow *flow, const struct pl_flow_tuple *tuple)
{
    const bool v4 = flow->family == PL_FAMILY_INET;
    struct pl_pair pair = {
        .local_port = tuple->from_port, .peer_port = tuple->to_port, .proto = flow->proto};

    copy_addr(pair.local, tuple->from, v4);
    copy_addr(pair.peer, tuple->to, v4);
    return pair;
}

int pl_translated_put(struct pl_sink *sink, const struct pl_flow *flow)
{
    struct pl_snapshot *snap = (struct pl_snapshot *)(void *)sink;
    const struct pl_translation opener = {.seen = pair_of(flow, &flow->sent),
                                          .other = pair_of(flow, &flow->answered),
                                          .opened = true};
    const struct pl_translation other = {.seen = opener.other, .other = opener.seen};
    const int err = pl_translations_add(snap, &opener);

    return err ? err : pl_translations_add(snap, &other);
}

const struct pl_translation *pl_translated_find(const struct pl_snapshot *snap,
                                                const struct pl_sock *sock)
{
    struct pl_translation wanted = {.opened = false};

    if (snap->translations.count == 0 || !pl_sock_has_peer(sock) ||
        (sock->family != PL_FAMILY_INET && sock->family != PL_FAMILY_INET6))
        return NULL;
    wanted.seen = pl_pair_of(sock, false);
    return pl_list_find(&snap->translations, &wanted, sizeof(wanted), by_seen);
}

int pl_translated_keep(struct pl_snapshot *snap, const struct pl_translation *found)
{
    struct pl_translation *items = snap->translations.items;
    const struct pl_pair *other = &found->other;
    const bool v4 = pl_addr_is_mapped(PL_FAMILY_INET6, other->local);
    char text[REMARK_MAX];
    size_t len = found->opened ? 3 : 5;
    struct pl_text remark = {text, 0};

    /* Of the end that was opened to, the other end mostly has the address that it sees. */
    if (found->remark.data || (memcmp(other->local, found->seen.peer, sizeof(other->local)) == 0 &&
                               other->local_port == found->seen.peer_port))
        return 0;
    memcpy(text, found->opened ? "to " : "from ", len);
    if (!v4)
        text[len++] = '[';
    len += pl_addr_print(v4 ? PL_FAMILY_INET : PL_FAMILY_INET6,
                         v4 ? other->local + 12 : other->local, text + len);
    if (!v4)
        text[len++] = ']';
    text[len++] = ':';
    len += pl_number_print(other->local_port, text + len);
    remark.len = (uint32_t)len;
    if (pl_snapshot_keep_text(snap, &remark) < 0)
        return -ENOMEM;
    items[found - items].remark = remark;
    return 0;
}

struct pl_text pl_translated_remark(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    const struct pl_translation *found = pl_translated_find(snap, sock);

    return found ? found->remark : (struct pl_text){0};
}

struct pl_text pl_translated_end(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    const struct pl_translation *found = pl_translated_find(snap, sock);
    const uint32_t skip = found && found->opened ? 3 : 5;

    if (!found || !found->remark.data)
        return (struct pl_text){0};
    return (struct pl_text){found->remark.data + skip, found->remark.len - skip};
}
