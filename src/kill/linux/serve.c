/* SPDX-License-Identifier: BSD-2-Clause */
/* Replies to requests. The sender may have been taken over: nothing in a request is trusted. */
#include "serving.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define NO_COOKIE UINT64_MAX /* INET_DIAG_NOCOOKIE: the kernel would compare no cookie */

static bool has_cookie(const struct pl_sock *sock)
{
    return sock->have & PL_HAVE_COOKIE && sock->cookie != 0 && sock->cookie != NO_COOKIE;
}

void actor_reply_to(struct serving *serving, struct actor_request *request,
                    struct actor_reply *reply)
{
    int64_t since = actor_now_ms();

    if (request->what == ACTOR_CLOSE)
        request->sock.key = 0; /* the cookie is enough */
    if (request->step != ACTOR_CHECK)
        actor_forget(serving);
    if (!actor_is_valid(serving->plan, request, sizeof(*request)))
        (void)actor_fail(reply, ACTOR_REFUSED, ACTOR_MALFORMED, 0);
    else if (request->step == ACTOR_WAIT)
        actor_report(serving, request, reply);
    else if (request->what == ACTOR_SIGNAL)
        actor_signal(serving, request, reply);
    else if (!has_cookie(&request->sock))
        (void)actor_fail(reply, ACTOR_REFUSED, ACTOR_NO_COOKIE, 0);
    else
        actor_close(serving, request, reply);
    if (request->step != ACTOR_WAIT)
        reply->ms = (uint64_t)(actor_now_ms() - since);
}

int actor_send(int fd, const void *message, size_t len)
{
    ssize_t sent;

    while ((sent = sendto(fd, message, len, MSG_NOSIGNAL, NULL, 0)) < 0 && errno == EINTR)
        ;
    if (sent < 0)
        return -errno;
    return (size_t)sent == len ? 0 : -EIO;
}

int actor_serve(struct serving *serving, int fd)
{
    for (;;) {
        struct actor_request request;
        struct actor_reply reply = {0};
        ssize_t got = recvfrom(fd, &request, sizeof(request), MSG_TRUNC, NULL, NULL);
        int err;

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : 0;
        if ((size_t)got == sizeof(request))
            actor_reply_to(serving, &request, &reply);
        else
            (void)actor_fail(&reply, ACTOR_REFUSED, ACTOR_MALFORMED, 0);
        err = actor_send(fd, &reply, sizeof(reply));
        if (err < 0)
            return err;
    }
}
