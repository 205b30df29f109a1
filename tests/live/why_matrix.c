/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * why_matrix PORTLS UID [certain]: makes every kind of socket that can hold a port, asks PORTLS as
 * user UID whether another socket can be bound there, and binds one. Each question has a port of its
 * own, since the kernel's answer depends on what was bound there before. Prints each difference and
 * the number of answers. certain: an answer may be unknown only if the row says so.
 */
#include "model/array.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

#define OTHER_UID  1000
#define FIRST_PORT 20000 /* below the ephemeral range, which the script moves */

enum { ADDR = 1, PORT = 2 };

enum kind {
    LISTEN,
    BOUND,
    CHILD,      /* accepted; the listener is closed */
    CLOSE_WAIT, /* the same; the client closed */
    ORPHAN,     /* the same; the server closed, the client did not: FIN_WAIT2 */
    TIME_WAIT,  /* the same; the server closed first */
    OUT_AUTO,   /* outgoing, the kernel chose the port */
    OUT_BIND,   /* outgoing, bound to port 0 before */
    OUT_LATE,   /* the same with IP_BIND_ADDRESS_NO_PORT */
    OUT_PORT,   /* outgoing, bound to the port before */
    OUT_WAIT,   /* an outgoing one in TIME_WAIT */
    UDP,
    UDP_CONNECTED,
};

static const struct holder {
    const char *name;
    enum kind kind;
    const char *addr;
    bool v6only;
    const char *device;
    const char *beside; /* another socket, on this IPv6 address, only IPv6, with SO_REUSEPORT */
    bool vague;         /* the answer may be unknown although the flags are known */
} holders[] = {
    {"listener", LISTEN, "127.0.0.1"},
    {"listener any v4", LISTEN, "0.0.0.0"},
    {"listener v6", LISTEN, "::1"},
    {"listener any v6", LISTEN, "::", .v6only = true},
    {"listener any", LISTEN, "::"},
    {"listener mapped", LISTEN, "::ffff:127.0.0.1"},
    {"listener lo", LISTEN, "127.0.0.1", .device = "lo"},
    {"listener tap", LISTEN, "0.0.0.0", .device = "tap0", .vague = true},
    {"listener beside", LISTEN, "0.0.0.0", .beside = "::", .vague = true},
    {"bound", BOUND, "127.0.0.1"},
    {"bound any", BOUND, "::"},
    {"child", CHILD, "127.0.0.1"},
    {"child any", CHILD, "::"},
    {"close-wait", CLOSE_WAIT, "127.0.0.1"},
    {"orphan", ORPHAN, "127.0.0.1"},
    {"time-wait", TIME_WAIT, "127.0.0.1"},
    {"time-wait any", TIME_WAIT, "::"},
    {"outgoing", OUT_AUTO, "127.0.0.1"},
    {"outgoing bound 0", OUT_BIND, "127.0.0.1"},
    {"outgoing bound late", OUT_LATE, "127.0.0.1"},
    {"outgoing bound", OUT_PORT, "127.0.0.1"},
    {"outgoing time-wait", OUT_WAIT, "127.0.0.1"},
    {"udp", UDP, "127.0.0.1"},
    {"udp any v4", UDP, "0.0.0.0"},
    {"udp v6", UDP, "::1"},
    {"udp any v6", UDP, "::", .v6only = true},
    {"udp any", UDP, "::"},
    {"udp tap", UDP, "0.0.0.0", .device = "tap0"},
    {"udp connected", UDP_CONNECTED, "127.0.0.1"},
};

static const char *const wanted[] = {"127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "::"};
static const char *const words[] = {"none", "addr", "port", "both"};

static uint16_t next_port = FIRST_PORT;
static int server; /* which outgoing connections reach */
static int fds[256];
static size_t fd_count;

_Noreturn static void die(const char *what)
{
    (void)fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

static int keep(int fd)
{
    if (fd < 0 || fd_count == COUNT_OF(fds))
        die("socket");
    fds[fd_count++] = fd;
    return fd;
}

static void drop(int fd)
{
    for (size_t i = 0; i < fd_count; i++) {
        if (fds[i] == fd) {
            close(fd);
            fds[i] = fds[--fd_count];
            return;
        }
    }
}

static socklen_t address(const char *text, uint16_t port, struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

    memset(out, 0, sizeof(*out));
    if (strchr(text, ':')) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        (void)inet_pton(AF_INET6, text, &v6->sin6_addr);
        return sizeof(*v6);
    }
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    (void)inet_pton(AF_INET, text, &v4->sin_addr);
    return sizeof(*v4);
}

static void set(int fd, int level, int option, int value)
{
    if (setsockopt(fd, level, option, &value, sizeof(value)) != 0)
        die("setsockopt");
}

static int make(const char *addr, bool udp, unsigned int reuse, bool v6only)
{
    bool v6 = strchr(addr, ':') != NULL;
    int fd = socket(v6 ? AF_INET6 : AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);

    if (fd < 0)
        die("socket");
    set(fd, SOL_SOCKET, SO_REUSEADDR, (reuse & ADDR) != 0);
    set(fd, SOL_SOCKET, SO_REUSEPORT, (reuse & PORT) != 0);
    if (v6)
        set(fd, IPPROTO_IPV6, IPV6_V6ONLY, v6only);
    return fd;
}

static int bind_to(int fd, const char *addr, uint16_t port)
{
    struct sockaddr_storage to;
    socklen_t len = address(addr, port, &to);

    return bind(fd, (struct sockaddr *)&to, len);
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof(at);

    if (getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        die("getsockname");
    return ntohs(((struct sockaddr_in *)&at)->sin_port);
}

/* Waits until the other end has closed, and acknowledges that at once: it leaves FIN_WAIT1. */
static void await_end(int fd)
{
    int on = 1;
    char byte;

    if (read(fd, &byte, 1) != 0)
        die("read");
    if (setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on)) != 0)
        die("setsockopt");
}

/* ---- holders ---- */

static void accept_and_close(const struct holder *holder, int listener, uint16_t port)
{
    struct sockaddr_storage to;
    socklen_t len = address("127.0.0.1", port, &to);
    int client = keep(socket(AF_INET, SOCK_STREAM, 0));
    int accepted;

    /* A port that no outgoing connection gets later, while this one is in TIME_WAIT. */
    if (bind_to(client, "127.0.0.1", next_port++) != 0)
        die("bind a client");
    if (connect(client, (struct sockaddr *)&to, len) != 0)
        die("connect");
    accepted = keep(accept(listener, NULL, NULL));
    drop(listener);
    if (holder->kind == CLOSE_WAIT) {
        drop(client);
        await_end(accepted);
    } else if (holder->kind == ORPHAN || holder->kind == TIME_WAIT) {
        drop(accepted);
        await_end(client);
    }
    if (holder->kind == TIME_WAIT)
        drop(client);
}

static uint16_t connect_out(const struct holder *holder, unsigned int reuse, uint16_t port)
{
    struct sockaddr_storage to;
    socklen_t len = address("127.0.0.1", port_of(server), &to);
    int client = keep(make(holder->addr, false, reuse, false));
    uint16_t used;
    int accepted;

    if (holder->kind == OUT_LATE)
        set(client, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    if ((holder->kind == OUT_BIND || holder->kind == OUT_LATE) &&
        bind_to(client, holder->addr, 0) != 0)
        die("bind to port 0");
    if (holder->kind == OUT_PORT && bind_to(client, holder->addr, port) != 0)
        die("bind a client");
    if (connect(client, (struct sockaddr *)&to, len) != 0)
        die("connect to the server");
    used = port_of(client);
    accepted = keep(accept(server, NULL, NULL));
    if (holder->kind == OUT_WAIT) {
        drop(client);
        await_end(accepted);
        drop(accepted);
    }
    return used;
}

/* Makes a holder as that user. Returns its port. */
static uint16_t hold(const struct holder *holder, unsigned int reuse, uid_t uid)
{
    bool udp = holder->kind == UDP || holder->kind == UDP_CONNECTED;
    struct sockaddr_storage to;
    uint16_t port = next_port++;
    socklen_t len = address("127.0.0.1", 9, &to);
    int fd;

    if (seteuid(uid) != 0)
        die("seteuid");
    if (holder->kind >= OUT_AUTO && holder->kind <= OUT_WAIT) {
        port = connect_out(holder, reuse, port);
    } else {
        fd = keep(make(holder->addr, udp, reuse, holder->v6only));
        if (holder->device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, holder->device,
                                         (socklen_t)strlen(holder->device)) != 0)
            die("SO_BINDTODEVICE");
        if (bind_to(fd, holder->addr, port) != 0)
            die("bind a holder");
        if (!udp && holder->kind != BOUND && listen(fd, 8) != 0)
            die("listen");
        if (holder->kind == UDP_CONNECTED && connect(fd, (struct sockaddr *)&to, len) != 0)
            die("connect");
        if (holder->beside) {
            int other = keep(make(holder->beside, false, PORT, true));

            if (bind_to(other, holder->beside, port) != 0 || listen(other, 8) != 0)
                die("bind a socket beside");
        }
        if (holder->kind >= CHILD && holder->kind <= TIME_WAIT)
            accept_and_close(holder, fd, port);
    }
    if (seteuid(0) != 0)
        die("seteuid");
    return port;
}

/* ---- questions ---- */

enum answer { NONE, FREE, UNKNOWN, TAKEN };

/* A question about one port, and the flags and user of its holder. */
struct cell {
    const char *addr; /* to bind */
    uint16_t port;
    uint8_t held;
    bool other;
    enum answer answer;
};

#define CELLS (6 * COUNT_OF(wanted)) /* another user matters only with SO_REUSEPORT */

/* Takes a line of --tsv: address, port, protocol, flags, whether it is taken. */
static void take_line(char *line, struct cell *cells, size_t count)
{
    const char *parts[5] = {"", "", "", "", ""};
    char *rest = line;
    enum answer answer;

    for (size_t i = 0; i < COUNT_OF(parts) && rest; i++)
        parts[i] = strsep(&rest, "\t");
    answer = strcmp(parts[4], "true") == 0    ? TAKEN
             : strcmp(parts[4], "false") == 0 ? FREE
                                              : UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        char number[8];

        (void)snprintf(number, sizeof(number), "%u", cells[i].port);
        if (strcmp(parts[0], cells[i].addr) == 0 && strcmp(parts[1], number) == 0 &&
            answer > cells[i].answer)
            cells[i].answer = answer;
    }
}

static void ask(const char *portls, uid_t uid, bool udp, const char *reuse, struct cell *cells,
                size_t cell_count)
{
    char operands[CELLS][80];
    const char *argv[CELLS + 8] = {portls, "why", "--tsv", "-H", "--reuse", reuse};
    char *line = NULL;
    size_t size = 0;
    size_t count = 6;
    FILE *from;
    int ends[2];
    pid_t pid;

    for (size_t i = 0; i < cell_count; i++) {
        bool v6 = strchr(cells[i].addr, ':') != NULL;

        (void)snprintf(operands[i], sizeof(operands[i]), "%s%s%s:%u/%s", v6 ? "[" : "",
                       cells[i].addr, v6 ? "]" : "", cells[i].port, udp ? "udp" : "tcp");
        argv[count++] = operands[i];
    }
    if (pipe(ends) != 0 || (pid = fork()) < 0)
        die("fork");
    if (pid == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        if (setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0)
            die("setresuid");
        (void)execv(portls, (char *const *)(uintptr_t)argv);
        die(portls);
    }
    close(ends[1]);
    from = fdopen(ends[0], "r");
    while (from && getline(&line, &size, from) > 0) {
        line[strcspn(line, "\n")] = '\0';
        take_line(line, cells, cell_count);
    }
    free(line);
    if (from)
        (void)fclose(from);
    (void)waitpid(pid, NULL, 0);
}

/* Returns 0 or the errno of a server that binds the port. */
static int try(const char *addr, uint16_t port, bool udp, unsigned int reuse, uid_t uid)
{
    int err = 0;
    int fd;

    if (seteuid(uid) != 0)
        die("seteuid");
    fd = make(addr, udp, reuse, false);
    if (bind_to(fd, addr, port) != 0 || (!udp && listen(fd, 8) != 0))
        err = errno;
    close(fd);
    if (seteuid(0) != 0)
        die("seteuid");
    return err;
}

/* ---- the matrix ---- */

static struct {
    size_t cells, free, taken, unknown, wrong, vague;
} total;

static void compare(const struct holder *holder, const char *reuse, const struct cell *cell,
                    int err, bool certain)
{
    static const char *const names[] = {"nothing", "free", "unknown", "taken"};
    bool right = cell->answer == UNKNOWN || (cell->answer == FREE ? err == 0 : err == EADDRINUSE);
    bool wrong = cell->answer == NONE || !right;
    bool vague = certain && cell->answer == UNKNOWN && !holder->vague;

    total.cells++;
    total.free += cell->answer == FREE;
    total.taken += cell->answer == TAKEN;
    total.unknown += cell->answer == UNKNOWN;
    total.wrong += wrong;
    total.vague += vague;
    if (wrong || vague)
        printf("%s with %s of %s user: %s with %s is %s, but bind: %s\n", holder->name,
               words[cell->held], cell->other ? "another" : "the same", cell->addr, reuse,
               names[cell->answer], err == 0 ? "succeeds" : strerror(err));
}

/* All flags of a holder, and all addresses. */
static void run(const char *portls, uid_t uid, const struct holder *holder, unsigned int reuse,
                bool certain)
{
    bool udp = holder->kind == UDP || holder->kind == UDP_CONNECTED;
    struct cell cells[CELLS] = {{0}};
    size_t count = 0;

    for (unsigned int i = 0; i < 2 * COUNT_OF(words); i++) {
        for (size_t n = 0; n < COUNT_OF(wanted) && (i % 2 == 0 || (i / 2 & PORT)); n++) {
            struct cell *cell = &cells[count++];

            *cell = (struct cell){.addr = wanted[n], .held = (uint8_t)(i / 2), .other = i % 2};
            cell->port = hold(holder, cell->held, cell->other ? OTHER_UID : uid);
        }
    }
    ask(portls, uid, udp, words[reuse], cells, count);
    for (size_t i = 0; i < count; i++)
        compare(holder, words[reuse], &cells[i], try(cells[i].addr, cells[i].port, udp, reuse, uid),
                certain);
    while (fd_count > 0)
        drop(fds[0]);
}

int main(int argc, char **argv)
{
    const char *problem = NULL;
    uid_t uid;

    if (argc < 3)
        return 2;
    uid = (uid_t)strtonum(argv[2], 0, UINT16_MAX, &problem);
    server = make("127.0.0.1", false, ADDR, false);
    if (problem || bind_to(server, "127.0.0.1", FIRST_PORT - 1) != 0 || listen(server, 64) != 0)
        die("listen");
    for (size_t i = 0; i < COUNT_OF(holders); i++) {
        for (unsigned int reuse = 0; reuse < COUNT_OF(words); reuse++)
            run(argv[1], uid, &holders[i], reuse, argc > 3);
    }
    printf("%zu answers: %zu free, %zu taken, %zu unknown, %zu wrong, %zu vague\n", total.cells,
           total.free, total.taken, total.unknown, total.wrong, total.vague);
    return total.wrong + total.vague > 0 || total.free == 0 || total.taken == 0;
}
