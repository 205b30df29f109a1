/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill_forged: speaks to the actor of portkill as a portkill that has been taken over would. The
 * selector names one port. Every request is forged, and nothing may be hit. Prints a line for each.
 */
#include "kill_lib.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELECTED 5001
#define OTHER    5002
#define IDLE     5003

#define RANDOM 500

/* A process with a listener. */
struct victim {
    pid_t pid;
    int fd; /* also open here */
    uint16_t port;
};

static struct victim make_victim(uint16_t port)
{
    struct victim victim = {.port = port, .fd = kl_bind(AF_INET, SOCK_STREAM, port, 0)};

    if (victim.fd < 0 || listen(victim.fd, 4) != 0)
        kl_die("listen");
    victim.pid = fork();
    if (victim.pid == 0) {
        for (int fd = STDERR_FILENO + 1; fd < victim.fd; fd++)
            close(fd); /* those of the victims before it */
        for (;;)
            (void)pause();
    }
    return victim;
}

static struct victim selected;
static struct victim other;
static struct victim idle;
static int failures;

static bool is_unharmed(const struct victim *victim)
{
    int listens = 0;
    socklen_t len = sizeof(listens);

    return waitpid(victim->pid, NULL, WNOHANG) == 0 &&
           getsockopt(victim->fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) == 0 && listens == 1;
}

/* Checks that the reply is the expected one and that nothing was hit. */
static void expect(const char *title, const struct actor_reply *reply, const char *want)
{
    char words[96];

    kl_words(reply, words);
    printf("%-44s %s\n", title, words);
    if (!is_unharmed(&selected) || !is_unharmed(&other) || !is_unharmed(&idle)) {
        printf("FAIL: %s: hit something\n", title);
        failures++;
    }
    if (strcmp(words, want) != 0) {
        printf("FAIL: %s: %s instead of %s\n", title, words, want);
        failures++;
    }
}

static void ask(struct actor *actor, const char *title, const struct actor_request *request,
                const char *want)
{
    struct actor_reply reply = {0};

    actor_act(actor, request, &reply);
    expect(title, &reply, want);
}

/* Sends bytes of any length, and reads the reply. */
static void ask_bytes(struct actor *actor, const char *title, const void *bytes, size_t len)
{
    struct actor_reply reply = {0};
    struct pollfd wait = {.fd = actor->fd, .events = POLLIN};

    if (send(actor->fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len || poll(&wait, 1, 10000) != 1 ||
        recv(actor->fd, &reply, sizeof(reply), 0) != (ssize_t)sizeof(reply))
        kl_die(title);
    expect(title, &reply, "refused/malformed");
}

/* Fills in a request for a victim, with the identity that the actor itself reports. */
static struct actor_request request_for(const struct pl_snapshot *snap, const struct victim *victim,
                                        bool close)
{
    const struct pl_sock *sock = kl_by_key(snap, kl_key(victim->fd));
    const struct pl_owner owner = {
        .pid = (uint32_t)victim->pid, .fd = (uint32_t)victim->fd, .key = kl_key(victim->fd)};
    struct actor_request request;

    if (!sock)
        kl_die("not listed");
    actor_fill(&request, snap, sock, close ? NULL : &owner);
    return request;
}

static void forge_common(struct actor *actor, const struct actor_request *good)
{
    static uint8_t bytes[8192];
    struct actor_request request = *good;

    ask_bytes(actor, "one byte", bytes, 1);
    ask_bytes(actor, "a byte less", good, sizeof(*good) - 1);
    ask_bytes(actor, "a longer message", bytes, sizeof(bytes));
    ask_bytes(actor, "zeros", bytes, sizeof(*good));
    memset(bytes, 0xff, sizeof(bytes));
    ask_bytes(actor, "ones", bytes, sizeof(*good));
    request.what = good->what == ACTOR_SIGNAL ? ACTOR_CLOSE : ACTOR_SIGNAL;
    ask(actor, "the other kind of request", &request, "refused/malformed");
    request = *good;
    request.what = 77;
    ask(actor, "an unknown kind of request", &request, "refused/malformed");
    request = *good;
    request.step = ACTOR_STEP_MAX;
    ask_bytes(actor, "an unknown step", &request, sizeof(request));
    request = *good;
    request.sock.proto = PL_PROTO_MAX;
    ask(actor, "an unknown protocol", &request, "refused/malformed");
    request = *good;
    request.sock.state = PL_STATE_MAX;
    ask(actor, "an unknown state", &request, "refused/malformed");
    request = *good;
    request.sock.local_port += UINT16_MAX + 1;
    ask(actor, "a port beyond 65535", &request, "refused/malformed");
}

/* good: the request that would be granted, with the identity of its process. */
static void forge_signals(struct actor *actor, const struct pl_snapshot *snap,
                          const struct actor_request *good, const struct actor_request *bad)
{
    struct actor_request request = *bad;
    const struct pl_sock *inode = kl_by_key(snap, kl_key(other.fd));

    ask(actor, "a socket that does not match", bad, "refused/unselected");
    request.sock.local_port = SELECTED;
    ask(actor, "the same with the selected port", &request, "changed/socket_gone");
    request = *good;
    request.pid = (uint32_t)idle.pid;
    ask(actor, "a process that does not hold it", &request, "changed/not_held");
    request.pid = (uint32_t)other.pid;
    request.fd = (uint32_t)other.fd;
    request.sock.key = inode->key;
    ask(actor, "cookie of one, inode of another", &request, "changed/socket_gone");
    request.sock.cookie = inode->cookie;
    ask(actor, "endpoints of one, the rest of another", &request, "changed/socket_gone");
    request = *good;
    request.sock.cookie++;
    ask(actor, "a wrong cookie", &request, "changed/socket_gone");
    request = *good;
    request.sock.have &= (uint16_t)~PL_HAVE_COOKIE;
    request.sock.key = inode->key;
    request.pid = (uint32_t)other.pid;
    ask(actor, "no cookie, inode of another", &request, "changed/socket_gone");
    request = *good;
    request.started_ticks++;
    ask(actor, "another start time", &request, "changed/other_process");
    request = *good;
    request.exe_ino++;
    ask(actor, "another executable", &request, "changed/other_program");
    request = *good;
    request.pid = 1;
    ask(actor, "process 1", &request, "refused/init");
    request.pid = (uint32_t)getppid();
    ask(actor, "an ancestor", &request, request.pid == 1 ? "refused/init" : "refused/ancestor");
    request.pid = (uint32_t)getpid();
    ask(actor, "portkill", &request, "refused/self");
    request.pid = 0;
    ask(actor, "process 0: the process group", &request, "refused/malformed");
    request.pid = UINT32_MAX;
    ask(actor, "process -1: all processes", &request, "refused/malformed");
    request.pid = (uint32_t)selected.pid;
    request.fd = UINT32_MAX - 1;
    ask(actor, "a descriptor out of range", &request, "refused/malformed");
    request = *good;
    request = *good;
    request.step = ACTOR_WAIT;
    ask_bytes(actor, "a wait without a signal", &request, sizeof(request));
    request.pid = 0x7ffffff0;
    ask(actor, "no such process", &request, "changed/process_gone");
}

static void forge_closes(struct actor *actor, const struct actor_request *good,
                         const struct actor_request *bad)
{
    struct actor_request request = *bad;

    ask(actor, "a socket that does not match", bad, "refused/unselected");
    request.sock.local_port = SELECTED;
    ask(actor, "the same with the selected port", &request, "changed/socket_gone");
    request = *good;
    request.sock.cookie = bad->sock.cookie;
    ask(actor, "endpoints of one, cookie of another", &request, "changed/socket_gone");
    request.sock.cookie = UINT64_MAX;
    ask(actor, "the cookie that matches every socket", &request, "refused/no_cookie");
    request.sock.cookie = 0;
    ask(actor, "cookie 0", &request, "refused/no_cookie");
    request = *good;
    request.sock.have &= (uint16_t)~PL_HAVE_COOKIE;
    ask(actor, "no cookie", &request, "refused/no_cookie");
    request = *good;
    request.sock.proto = PL_PROTO_UDP;
    ask(actor, "another protocol", &request, "changed/socket_gone");
    request = *good;
    request.started_ticks = 1;
    ask(actor, "a close that names a start time", &request, "refused/malformed");
    request = *good;
    request.step = ACTOR_WAIT;
    ask_bytes(actor, "a close that waits", &request, sizeof(request));
}

/* Random bytes in a valid frame. Most are malformed, and none names the selected socket. */
static void forge_randomly(struct actor *actor, const struct actor_request *bad)
{
    uint64_t state = 88172645463325252U;

    for (int i = 0; i < RANDOM; i++) {
        struct actor_request request = *bad;
        struct actor_reply reply;
        uint8_t *bytes = (uint8_t *)&request;

        for (int n = 0; n < 3; n++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[state % sizeof(request)] = (uint8_t)(state >> 32);
        }
        actor_act(actor, &request, &reply);
        if (reply.outcome != ACTOR_REFUSED && reply.outcome != ACTOR_CHANGED &&
            reply.outcome != ACTOR_FAILED)
            kl_die("a random request was granted");
    }
    ask(actor, "after random requests", bad, "refused/unselected");
}

int main(void)
{
    const enum actor_what kinds[] = {ACTOR_SIGNAL, ACTOR_CLOSE};
    struct pl_snapshot *snap;

    selected = make_victim(SELECTED);
    other = make_victim(OTHER);
    idle = make_victim(IDLE);
    snap = kl_list();
    for (int i = 0; i < 2; i++) {
        struct actor_plan plan = {.what = kinds[i], .signal = SIGKILL, .wait_ms = 1000};
        struct actor_request good = request_for(snap, &selected, kinds[i] == ACTOR_CLOSE);
        struct actor_request bad = request_for(snap, &other, kinds[i] == ACTOR_CLOSE);
        struct actor_reply reply;
        struct actor actor;

        printf("%s\n", kinds[i] == ACTOR_SIGNAL ? "signal" : "close");
        kl_start(&actor, &plan, "sport = :5001 and state listen");
        actor_check(&actor, &good, &reply);
        expect("the good request, as a check", &reply, "ready");
        forge_common(&actor, &good);
        if (kinds[i] == ACTOR_SIGNAL)
            forge_signals(&actor, snap, &good, &bad);
        else
            forge_closes(&actor, &good, &bad);
        forge_randomly(&actor, &bad);
        kl_end(&actor, &plan);
    }
    pl_snapshot_free(snap);
    (void)kill(selected.pid, SIGKILL);
    (void)kill(other.pid, SIGKILL);
    (void)kill(idle.pid, SIGKILL);
    return failures > 0;
}
