/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waits for the processes that got the signal, all at the same time: each has the whole time limit, and
 * a hundred take no longer than one.
 */
#include "serving.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* A process that got the signal. */
struct sent {
    uint32_t pid;
    int pidfd;                      /* negative: reply is final */
    bool killed;                    /* got SIGKILL, too */
    int64_t since, until;           /* milliseconds: of the signal, and of the next step */
    struct actor_identity identity; /* before the signal */
    struct actor_reply reply;
};

int64_t actor_now_ms(void)
{
    struct timespec t = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Returns what poll(2) does, or a negative errno. */
static int poll_until(struct pollfd *fds, size_t count, int64_t until)
{
    for (;;) {
        int64_t left = until - actor_now_ms();
        int ready = poll(fds, (nfds_t)count,
                         left < 0           ? 0
                         : left > INT32_MAX ? INT32_MAX
                                            : (int)left);

        if (ready < 0 && errno == EINTR)
            continue;
        return ready < 0 ? -errno : ready;
    }
}

int actor_has_ended(int pidfd)
{
    struct pollfd fd = {.fd = pidfd, .events = POLLIN};

    return poll_until(&fd, 1, 0);
}

static void finish(struct serving *serving, struct sent *sent, enum actor_outcome outcome,
                   enum actor_detail detail, int error)
{
    (void)actor_fail(&sent->reply, outcome, detail, error);
    sent->reply.ms = (uint64_t)(actor_now_ms() - sent->since);
    close(sent->pidfd);
    sent->pidfd = -1;
    serving->pinned--;
}

/* Not to another program that the process has executed since: it is not what the user saw. */
static void send_kill(struct serving *serving, struct sent *sent)
{
    struct actor_identity now = {0};
    struct actor_reply reply = {0};

    if (actor_has_ended(sent->pidfd) == 0 && actor_identify(serving, sent->pid, &now, &reply) &&
        actor_is_identical(&sent->identity, &now, &reply) &&
        actor_send_signal(sent->pidfd, SIGKILL, &reply)) {
        sent->killed = true;
        sent->until = actor_now_ms() + ACTOR_KILL_WAIT_MS;
        return;
    }
    /* If it has ended, its id may be in use again, and what was read may be about another process. */
    if (reply.detail == ACTOR_PROCESS_GONE || actor_has_ended(sent->pidfd) > 0) {
        finish(serving, sent, ACTOR_DONE, ACTOR_NO_DETAIL, 0);
        return;
    }
    finish(serving, sent, ACTOR_SENT, (enum actor_detail)reply.detail, reply.error);
    sent->reply.lacks = reply.lacks;
}

/* Waits until one of the processes ends or its time is over, and takes the next step with it. */
static void step(struct serving *serving)
{
    struct pollfd *fds = calloc(serving->pinned + 1, sizeof(*fds));
    int64_t until = INT64_MAX;
    size_t count = 0;
    int err = -ENOMEM;

    for (size_t i = 0; i < serving->sent_count && fds; i++) {
        const struct sent *sent = &serving->sent[i];

        if (sent->pidfd < 0)
            continue;
        fds[count++] = (struct pollfd){.fd = sent->pidfd, .events = POLLIN};
        until = sent->until < until ? sent->until : until;
    }
    if (fds)
        err = poll_until(fds, count, until);
    count = 0;
    for (size_t i = 0; i < serving->sent_count; i++) {
        struct sent *sent = &serving->sent[i];
        bool ended;

        if (sent->pidfd < 0)
            continue;
        ended = err > 0 && fds[count++].revents != 0;
        if (err < 0)
            finish(serving, sent, ACTOR_SENT, ACTOR_NO_DETAIL, err);
        else if (ended)
            finish(serving, sent, sent->killed ? ACTOR_KILLED : ACTOR_DONE, ACTOR_NO_DETAIL, 0);
        else if (actor_now_ms() >= sent->until && serving->plan->then_kill && !sent->killed)
            send_kill(serving, sent);
        else if (actor_now_ms() >= sent->until)
            finish(serving, sent, ACTOR_SENT, ACTOR_NO_DETAIL, 0);
    }
    free(fds);
}

int actor_reserve(struct serving *serving)
{
    size_t room = serving->sent_room > 0 ? serving->sent_room * 2 : 64;
    struct sent *sent;

    while (serving->pinned > 0 && serving->pinned >= serving->pinned_max)
        step(serving);
    if (serving->sent_count < serving->sent_room)
        return 0;
    sent = realloc(serving->sent, room * sizeof(*sent));
    if (!sent)
        return -ENOMEM;
    serving->sent = sent;
    serving->sent_room = room;
    return 0;
}

void actor_keep(struct serving *serving, uint32_t pid, int pidfd,
                const struct actor_identity *identity)
{
    int64_t now = actor_now_ms();

    serving->sent[serving->sent_count++] = (struct sent){.pid = pid,
                                                         .pidfd = pidfd,
                                                         .since = now,
                                                         .until = now + serving->plan->wait_ms,
                                                         .identity = *identity};
    serving->pinned++;
}

void actor_report(struct serving *serving, const struct actor_request *request,
                  struct actor_reply *reply)
{
    for (size_t i = serving->sent_count; i-- > 0;) {
        if (serving->sent[i].pid != request->pid)
            continue;
        while (serving->sent[i].pidfd >= 0)
            step(serving);
        *reply = serving->sent[i].reply;
        return;
    }
    (void)actor_fail(reply, ACTOR_REFUSED, ACTOR_MALFORMED, 0);
}
