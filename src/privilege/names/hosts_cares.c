/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All at the same time, by c-ares. The library is loaded when a name is wanted, so that it costs
 * nothing at the start of every other run; where it is missing there are no names.
 */
#include "ways.h"

#include <ares.h>
#include <dlfcn.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define LIBRARY "libcares.so.2"

struct cares {
    void *handle;
    __typeof__(ares_library_init) *library_init;
    __typeof__(ares_library_cleanup) *library_cleanup;
    __typeof__(ares_init_options) *init_options;
    __typeof__(ares_destroy) *destroy;
    __typeof__(ares_gethostbyaddr) *gethostbyaddr;
    __typeof__(ares_getsock) *getsock;
    __typeof__(ares_process_fd) *process_fd;
    __typeof__(ares_timeout) *timeout;
};

struct question {
    struct names_entry *entry;
    size_t *open; /* questions without an answer */
};

const char *names_built(void)
{
    return "c-ares";
}

/* A function's address through an object pointer: POSIX's way, dlsym(3p). */
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
        FIND(destroy) && FIND(gethostbyaddr) && FIND(getsock) && FIND(process_fd) &&
        FIND(timeout) && c->library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS)
        return true;
    if (c->handle)
        (void)dlclose(c->handle);
    return false;
}

static void answer(void *arg, int status, int timeouts, struct hostent *host)
{
    struct question *question = arg;

    (void)timeouts;
    --*question->open;
    if (status == ARES_SUCCESS && host && host->h_name && !question->entry->name)
        question->entry->name = strdup(host->h_name);
}

static uint64_t now_ms(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Waits for the sockets, at most left ms, and lets the library read what came. */
static void wait_once(const struct cares *c, ares_channel channel, uint64_t left)
{
    ares_socket_t socks[ARES_GETSOCK_MAXNUM];
    struct pollfd fds[ARES_GETSOCK_MAXNUM];
    /* ares_getsock(3): bit i, readable; bit ARES_GETSOCK_MAXNUM + i, writable. Its own macros shift
     * into the sign. */
    unsigned int bits = (unsigned int)c->getsock(channel, socks, ARES_GETSOCK_MAXNUM);
    struct timeval most = {(time_t)(left / 1000), (suseconds_t)(left % 1000 * 1000)};
    struct timeval next;
    const struct timeval *wait = c->timeout(channel, &most, &next);
    nfds_t count = 0;

    for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
        bool read = (bits >> i & 1) != 0;
        bool write = (bits >> (i + ARES_GETSOCK_MAXNUM) & 1) != 0;

        if (read || write)
            fds[count++] = (struct pollfd){
                .fd = socks[i], .events = (short)((read ? POLLIN : 0) | (write ? POLLOUT : 0))};
    }
    (void)poll(fds, count, (int)(wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1));
    for (nfds_t i = 0; i < count; i++)
        c->process_fd(channel,
                      fds[i].revents & (POLLIN | POLLERR | POLLHUP) ? fds[i].fd : ARES_SOCKET_BAD,
                      fds[i].revents & POLLOUT ? fds[i].fd : ARES_SOCKET_BAD);
    c->process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void ask_all(const struct cares *c, ares_channel channel, struct question *questions,
                    struct names_entry *entries, size_t count, unsigned int limit_ms)
{
    uint64_t end = now_ms() + limit_ms;
    size_t open = count;

    for (size_t i = 0; i < count; i++) {
        bool v4 = entries[i].family == PL_FAMILY_INET;

        questions[i] = (struct question){&entries[i], &open};
        c->gethostbyaddr(channel, entries[i].addr, v4 ? 4 : 16, v4 ? AF_INET : AF_INET6, answer,
                         &questions[i]);
    }
    while (open > 0) {
        uint64_t t = now_ms();

        if (t >= end)
            break;
        wait_once(c, channel, end - t);
    }
    /* What is open is answered as cancelled, while open and the questions still live. */
    c->destroy(channel);
}

void names_ask_hosts(struct names_entry *entries, size_t count, unsigned int limit_ms)
{
    struct cares c;
    struct ares_options options = {.timeout = (int)limit_ms, .tries = 1};
    struct question *questions = calloc(count, sizeof(*questions));
    ares_channel channel;

    if (!questions)
        return;
    if (load(&c)) {
        if (c.init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) == ARES_SUCCESS)
            ask_all(&c, channel, questions, entries, count, limit_ms);
        c.library_cleanup();
        (void)dlclose(c.handle);
    }
    free(questions);
}
