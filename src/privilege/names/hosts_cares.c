/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks up all names in parallel, by c-ares, which is loaded here, only when needed, because
 * loading takes time.
 */
#include "ways.h"

#include <ares.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LIBRARY "libcares.so.2"

struct cares {
    void *handle;
    __typeof__(ares_library_init) *library_init;
    __typeof__(ares_library_cleanup) *library_cleanup;
    __typeof__(ares_init_options) *init_options;
    __typeof__(ares_destroy) *destroy;
    __typeof__(ares_gethostbyaddr) *gethostbyaddr;
    __typeof__(ares_process_fd) *process_fd;
    __typeof__(ares_timeout) *timeout;
};

#define SOCKETS_MAX 16

/* The sockets of a channel, as c-ares reports them. It retries if one was not watched. */
struct sockets {
    struct pollfd fds[SOCKETS_MAX];
    nfds_t count;
};

struct progress {
    size_t open;   /* questions without an answer */
    bool heard;    /* a server replied */
    bool refused;  /* a server refused the connection */
    bool answered; /* an address has an answer */
    int error;     /* negative errno of the last address without one; 0 */
};

struct question {
    struct names_entry *entry;
    struct progress *progress;
};

const char *names_built(void)
{
    return "c-ares";
}

/* Stores the address of a function through an object pointer, as described in dlsym(3p). */
static bool load_symbol(void *handle, const char *name, void *to, size_t size)
{
    void *symbol = dlsym(handle, name);

    memcpy(to, &symbol, size);
    return symbol != NULL;
}

#define FIND(member) load_symbol(c->handle, "ares_" #member, &c->member, sizeof(c->member))

static bool load(struct cares *c)
{
    c->handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (c->handle && FIND(library_init) && FIND(library_cleanup) && FIND(init_options) &&
        FIND(destroy) && FIND(gethostbyaddr) && FIND(process_fd) && FIND(timeout) &&
        c->library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS)
        return true;
    if (c->handle)
        (void)dlclose(c->handle);
    return false;
}

/* c-ares reports "not found" even if no server replied. */
static bool is_answered(const struct question *question, int status)
{
    return status == ARES_SUCCESS ||
           (question->progress->heard && (status == ARES_ENOTFOUND || status == ARES_ENODATA));
}

static void answer(void *arg, int status, int timeouts, struct hostent *host)
{
    struct question *question = arg;
    struct progress *progress = question->progress;

    (void)timeouts;
    progress->open--;
    question->entry->answered = is_answered(question, status);
    progress->answered |= question->entry->answered;
    if (!question->entry->answered)
        progress->error = status == ARES_EDESTRUCTION ? -ETIMEDOUT
                          : progress->refused         ? -ECONNREFUSED
                                                      : -EHOSTUNREACH;
    if (status == ARES_SUCCESS && host && host->h_name && !question->entry->name)
        question->entry->name = strdup(host->h_name);
}

/* An ares_sock_state_cb. */
static void watch(void *arg, ares_socket_t fd, int readable, int writable)
{
    struct sockets *sockets = arg;
    short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
    nfds_t i = 0;

    while (i < sockets->count && sockets->fds[i].fd != fd)
        i++;
    if (events != 0 && i < SOCKETS_MAX) {
        sockets->fds[i] = (struct pollfd){.fd = fd, .events = events};
        if (i == sockets->count)
            sockets->count++;
    } else if (i < sockets->count) {
        sockets->fds[i] = sockets->fds[--sockets->count];
    }
}

/* Waits at most left ms for the sockets, then lets the library process the replies, which may change
 * the sockets. */
static void wait_once(const struct cares *c, ares_channel channel, const struct sockets *sockets,
                      struct progress *progress, int64_t left)
{
    struct sockets now = *sockets;
    struct timeval most = {(time_t)(left / 1000), (suseconds_t)(left % 1000 * 1000)};
    struct timeval next;
    const struct timeval *wait = c->timeout(channel, &most, &next);

    (void)poll(now.fds, now.count, (int)(wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1));
    for (nfds_t i = 0; i < now.count; i++) {
        progress->refused |= (now.fds[i].revents & POLLERR) != 0;
        progress->heard |= (now.fds[i].revents & (POLLIN | POLLERR)) == POLLIN;
    }
    for (nfds_t i = 0; i < now.count; i++) {
        const struct pollfd *ready = &now.fds[i];

        c->process_fd(channel,
                      ready->revents & (POLLIN | POLLERR | POLLHUP) ? ready->fd : ARES_SOCKET_BAD,
                      ready->revents & POLLOUT ? ready->fd : ARES_SOCKET_BAD);
    }
    c->process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static int ask_all(const struct cares *c, ares_channel channel, const struct sockets *sockets,
                   struct question *questions, struct names_entry *entries, size_t count,
                   unsigned int limit_ms)
{
    struct progress progress = {.open = count};
    int64_t end = names_now_ms() + limit_ms;

    for (size_t i = 0; i < count; i++) {
        bool v4 = entries[i].family == PL_FAMILY_INET;

        questions[i] = (struct question){&entries[i], &progress};
        c->gethostbyaddr(channel, entries[i].addr, v4 ? 4 : 16, v4 ? AF_INET : AF_INET6, answer,
                         &questions[i]);
    }
    while (progress.open > 0) {
        int64_t t = names_now_ms();

        if (t >= end)
            break;
        wait_once(c, channel, sockets, &progress, end - t);
    }
    /* This calls back for open questions, so they must still exist. */
    c->destroy(channel);
    return progress.answered ? -progress.error : progress.error;
}

int names_ask_hosts(struct names_entry *entries, size_t count, unsigned int limit_ms)
{
    struct cares c;
    /* Leaves half of the time for another server if one does not reply. */
    struct sockets sockets = {.count = 0};
    struct ares_options options = {.timeout = (int)(limit_ms / 2),
                                   .tries = 2,
                                   .sock_state_cb = watch,
                                   .sock_state_cb_data = &sockets};
    struct question *questions = calloc(count, sizeof(*questions));
    ares_channel channel;
    int err = questions ? -ELIBACC : -ENOMEM;

    if (questions && load(&c)) {
        err = -EAGAIN;
        if (c.init_options(&channel, &options,
                           ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB) ==
            ARES_SUCCESS)
            err = ask_all(&c, channel, &sockets, questions, entries, count, limit_ms);
        c.library_cleanup();
        (void)dlclose(c.handle);
    }
    free(questions);
    return err;
}
