/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields about a port: names, usual programs, reach. */
#include "field.h"

static bool has_ports(const struct pl_sock *sock)
{
    return sock->family == PL_FAMILY_INET || sock->family == PL_FAMILY_INET6;
}

bool pl_get_service(const struct pl_field *field, const struct pl_snapshot *snap,
                    const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    uint32_t port = field->peer ? sock->peer_port : sock->local_port;

    if (i > 0 || !has_ports(sock))
        return false;
    (void)snap;
    return pl_value_word(pl_service_name(port, (enum pl_proto)sock->proto), out);
}

bool pl_get_local_service(const struct pl_field *field, const struct pl_snapshot *snap,
                          const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    if (i > 0 || !has_ports(sock))
        return false;
    out->text = pl_snapshot_local_service(snap, sock->local_port, (enum pl_proto)sock->proto);
    return out->text.data != NULL;
}

/* All common uses of the port that are not only hints; a column shows the first. */
bool pl_get_common(const struct pl_field *field, const struct pl_snapshot *snap,
                   const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    struct pl_common use;
    size_t at = 0;

    (void)field;
    (void)snap;
    if (!has_ports(sock) || sock->local_port == 0)
        return false;
    for (size_t n = 0; n <= i; n += !use.hint) {
        if (!pl_common_get(sock->local_port, (enum pl_proto)sock->proto, &at, &use))
            return false;
    }
    return pl_value_word(use.name, out);
}

/* Whether the name is a spelling of a common use of the local port. */
static bool is_common(const struct pl_sock *sock, struct pl_text name)
{
    struct pl_common use;
    size_t at = 0;

    while (pl_common_get(sock->local_port, (enum pl_proto)sock->proto, &at, &use))
        if (pl_common_is_named(&use, name))
            return true;
    return false;
}

bool pl_get_use(const struct pl_field *field, const struct pl_snapshot *snap,
                const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    bool local = pl_get_local_service(field, snap, sock, 0, out) && !is_common(sock, out->text);

    if (local && i == 0)
        return true;
    *out = (struct pl_value){0};
    if (pl_get_common(field, snap, sock, i - local, out))
        return true;
    return i == 0 && pl_get_service(field, snap, sock, i, out);
}

bool pl_get_class(const struct pl_field *field, const struct pl_snapshot *snap,
                  const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    (void)snap;
    return i == 0 && has_ports(sock) && sock->local_port != 0 &&
           pl_value_word(pl_service_class(sock->local_port, (enum pl_proto)sock->proto), out);
}

bool pl_get_reach(const struct pl_field *field, const struct pl_snapshot *snap,
                  const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    out->number = pl_snapshot_reach(snap, sock);
    return i == 0 && out->number != PL_REACH_UNKNOWN;
}

/* ---- usual ports of programs ---- */

enum pl_place pl_field_judge(const struct pl_snapshot *snap, const struct pl_sock *sock,
                             struct pl_placement *out, struct pl_text *program)
{
    static const uint8_t ranks[PL_PLACE_MAX] = {
        [PL_PLACE_UNLIKELY] = 1, [PL_PLACE_MOVED] = 2, [PL_PLACE_USUAL] = 3};
    size_t count = 0;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);

    out->place = PL_PLACE_UNKNOWN;
    if (!has_ports(sock) || !pl_sock_is_listener(sock))
        return PL_PLACE_UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        const struct pl_process *process = pl_snapshot_process(snap, owners[i].pid);
        struct pl_placement one;

        if (!process || (i > 0 && owners[i - 1].pid == owners[i].pid))
            continue;
        pl_service_place(sock->local_port, (enum pl_proto)sock->proto, process->name, &one);
        if (ranks[one.place] > ranks[out->place]) {
            *out = one;
            *program = process->name;
        }
    }
    return out->place;
}

bool pl_get_place(const struct pl_field *field, const struct pl_snapshot *snap,
                  const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    struct pl_placement placement;
    struct pl_text program;

    (void)field;
    out->number = pl_field_judge(snap, sock, &placement, &program);
    return i == 0 && out->number != PL_PLACE_UNKNOWN;
}

bool pl_get_usual_ports(const struct pl_field *field, const struct pl_snapshot *snap,
                        const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    struct pl_placement placement;
    struct pl_text program;

    (void)field;
    if (pl_field_judge(snap, sock, &placement, &program) != PL_PLACE_MOVED || i >= placement.count)
        return false;
    out->number = placement.usual[i];
    return true;
}

/* True if there is a remark. */
bool pl_get_remark(const struct pl_field *field, const struct pl_snapshot *snap,
                   const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    struct pl_placement placement;
    struct pl_text program;
    enum pl_place place = pl_field_judge(snap, sock, &placement, &program);

    (void)field;
    out->number = place == PL_PLACE_MOVED || place == PL_PLACE_UNLIKELY ||
                  pl_published_remark(snap, sock).data;
    return i == 0;
}
