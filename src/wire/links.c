/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interfaces of -i: reports those that go down. Several share one capture: reports those that disappear,
 * and ends when none is left. The capture of a single one fails when it disappears.
 */
#include "live.h"

#include "cli/clock.h"
#include "cli/complain.h"
#include "source/links.h"

#include <errno.h>
#include <net/if.h>
#include <unistd.h>

/* An interface that disappears goes down first: only one of both is printed. */
#define DOWN_MS 200

void links_open(const struct attempts *settings, struct links *links)
{
    links->fd = settings->interface_count > 0 ? pl_links_open() : -1;
    links->count = settings->interface_count;
    for (size_t i = 0; i < links->count; i++)
        links->watched[i] = (struct link_watched){
            .name = settings->interfaces[i], .number = if_nametoindex(settings->interfaces[i])};
}

void links_close(struct links *links)
{
    if (links->fd >= 0)
        (void)close(links->fd);
    links->fd = -1;
}

/* A pl_link_fn. */
static void take_change(void *arg, const struct pl_link_change *change)
{
    struct links *links = arg;

    for (size_t i = 0; i < links->count; i++) {
        struct link_watched *watched = &links->watched[i];

        if (watched->number != change->number || watched->gone)
            continue;
        if (!change->exists && links->count > 1)
            complain(LISTEN_GONE, watched->name, "");
        if (change->up || !change->exists)
            watched->due = 0;
        else if (!watched->down)
            watched->due = clock_now() + DOWN_MS * CLOCK_MS;
        watched->down = !change->up;
        watched->gone = !change->exists;
        links->gone += watched->gone;
    }
}

static void note_down(struct links *links)
{
    uint64_t now = clock_now();

    for (size_t i = 0; i < links->count; i++) {
        struct link_watched *watched = &links->watched[i];

        if (watched->due == 0 || watched->due > now)
            continue;
        complain("the interface is down; packets are captured when it is up again:", watched->name,
                 "");
        watched->due = 0;
    }
}

static int step(void *arg)
{
    struct links *links = arg;

    note_down(links);
    if (links->fd >= 0 && pl_links_read(links->fd, take_change, links) < 0) {
        (void)close(links->fd);
        links->fd = -1;
    }
    return links->count > 1 && links->gone == links->count ? -ENODEV : 0;
}

static int end(void *arg)
{
    (void)arg;
    return 0;
}

static size_t get_fds(void *arg, int fds[LIVE_FDS])
{
    const struct links *links = arg;

    fds[0] = links->fd;
    return links->fd >= 0;
}

static int get_timeout(void *arg)
{
    const struct links *links = arg;
    bool due = false;

    for (size_t i = 0; i < links->count; i++)
        due |= links->watched[i].due != 0;
    return due ? DOWN_MS / 2 : -1;
}

struct live_source links_source(struct links *links)
{
    return (struct live_source){links, get_fds, get_timeout, step, end};
}
