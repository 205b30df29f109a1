/* SPDX-License-Identifier: BSD-2-Clause */
#include "taken.h"

#include "cli/complain.h"

#include <stdio.h>
#include <string.h>

static uint64_t left_of(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    struct pl_attr left = pl_snapshot_attr(snap, sock, PL_ATTR_TIMER_LEFT);

    return sock->state == PL_STATE_TIME_WAIT && left.id != PL_ATTR_NONE ? left.u.num : 0;
}

uint64_t taken_left(const struct pl_snapshot *snap)
{
    uint64_t least = 0;
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    for (size_t i = 0; i < count; i++) {
        uint64_t left = left_of(snap, &socks[i]);

        if (left == 0)
            return 0;
        least = least == 0 || left < least ? left : least;
    }
    return least;
}

static bool holds(const struct target *target, const struct pl_snapshot *snap,
                  const struct pl_sock *sock)
{
    for (size_t i = 0; i < target->count; i++) {
        if (pl_filter_match(target->ports[i].filter, snap, sock))
            return true;
    }
    return false;
}

/* Writes "127.0.0.1:80" or "[::1]:80". */
static void print_address(const struct pl_sock *sock, char *buf, size_t size)
{
    bool brackets = sock->family == PL_FAMILY_INET6;
    char addr[PL_ADDR_TEXT];
    size_t len = pl_addr_print(sock->family, sock->local_addr, addr);

    (void)snprintf(buf, size, "%s%.*s%s:%u", brackets ? "[" : "", (int)len, addr,
                   brackets ? "]" : "", sock->local_port);
}

/* Writes " of 123/name", or nothing if no owner is known. */
static void print_owner(const struct pl_snapshot *snap, const struct pl_sock *sock, char *buf,
                        size_t size)
{
    size_t count;
    const struct pl_owner *owner = pl_snapshot_owners(snap, sock, &count);
    const struct pl_process *process = count > 0 ? pl_snapshot_process(snap, owner->pid) : NULL;

    buf[0] = '\0';
    if (count > 0 && process && process->name.data)
        (void)snprintf(buf, size, " of %u/%.*s", owner->pid, (int)process->name.len,
                       process->name.data);
    else if (count > 0)
        (void)snprintf(buf, size, " of process %u", owner->pid);
}

void taken_tell(struct taken *taken, const struct target *target, const struct pl_snapshot *snap)
{
    const struct pl_sock *holder = NULL;
    size_t others = 0;
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    char address[PL_ADDR_TEXT + 16];
    char owner[300];
    char text[sizeof(taken->told)];
    char more[48] = "";
    char left[64] = "";

    for (size_t i = 0; i < count; i++) {
        if (!holds(target, snap, &socks[i]))
            continue;
        /* One that a process can close, rather than one in TIME_WAIT. */
        if (!holder ||
            (holder->state == PL_STATE_TIME_WAIT && socks[i].state != PL_STATE_TIME_WAIT))
            holder = &socks[i];
        others++;
    }
    if (!holder)
        return;
    print_address(holder, address, sizeof(address));
    print_owner(snap, holder, owner, sizeof(owner));
    if (--others > 0)
        (void)snprintf(more, sizeof(more), " and %zu more", others);
    (void)snprintf(text, sizeof(text), "waiting for %s %s in %s%s%s", pl_proto_name(holder->proto),
                   address, pl_state_name(holder->state), owner, more);
    if (strcmp(text, taken->told) == 0)
        return;
    (void)strlcpy(taken->told, text, sizeof(taken->told));
    if (left_of(snap, holder) > 0)
        (void)snprintf(left, sizeof(left), ", which ends in %llu s",
                       (unsigned long long)(left_of(snap, holder) + 999) / 1000);
    (void)strlcat(text, left, sizeof(text));
    complain_text(text);
}
