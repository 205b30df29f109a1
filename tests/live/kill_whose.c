/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill_whose GROUP: processes in control groups below GROUP, and an actor whose selector names a
 * container or a unit. Forged requests for other processes must be refused, and nothing else be hit.
 */
#include "kill_lib.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ID1 "11111111111111111111111111111111aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID2 "22222222222222222222222222222222bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* The third holds the socket of the first, too. */
enum { FIRST, SECOND, SHARER, SERVICE, COUNT };

static const char *const groups[COUNT] = {"docker-" ID1 ".scope", "docker-" ID2 ".scope",
                                          "docker-" ID2 ".scope", "portls-test.service"};

static struct victim {
    pid_t pid;
    int fd; /* also open here */
} victims[COUNT];

static const char *top;
static int failures;

static void move(pid_t pid, const char *group)
{
    char path[512];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", top, group);
    (void)mkdir(path, 0700);
    (void)strlcat(path, "/cgroup.procs", sizeof(path));
    file = fopen(path, "we");
    if (!file || fprintf(file, "%d\n", (int)pid) < 0 || fclose(file) != 0)
        kl_die(path);
}

static void make(int i)
{
    struct victim *victim = &victims[i];

    victim->fd = i == SHARER ? victims[FIRST].fd : kl_bind(AF_INET, SOCK_STREAM, 0, 0);
    if (victim->fd < 0 || listen(victim->fd, 4) != 0)
        kl_die("listen");
    victim->pid = fork();
    if (victim->pid == 0) {
        for (int fd = STDERR_FILENO + 1; fd < victim->fd; fd++)
            close(fd);
        for (;;)
            (void)pause();
    }
    move(victim->pid, groups[i]);
}

static bool is_alive(int i)
{
    int listens = 0;
    socklen_t len = sizeof(listens);

    return waitpid(victims[i].pid, NULL, WNOHANG) == 0 &&
           getsockopt(victims[i].fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) == 0 &&
           listens == 1;
}

/* dead: the only victim that may have ended; -1: none. */
static void expect(const char *title, const struct actor_reply *reply, const char *want, int dead)
{
    char words[96];

    kl_words(reply, words);
    printf("%-52s %s\n", title, words);
    for (int i = 0; i < COUNT; i++) {
        if (i != dead && !is_alive(i)) {
            printf("FAIL: %s: hit process %d\n", title, i);
            failures++;
        }
    }
    if (strcmp(words, want) != 0) {
        printf("FAIL: %s: %s instead of %s\n", title, words, want);
        failures++;
    }
}

static struct actor_request request_for(const struct pl_snapshot *snap, int i, enum actor_what what)
{
    const uint64_t key = kl_key(victims[i].fd);
    const struct pl_sock *sock = kl_by_key(snap, key);
    const struct pl_owner owner = {
        .pid = (uint32_t)victims[i].pid, .fd = (uint32_t)victims[i].fd, .key = key};
    struct actor_request request;

    if (!sock)
        kl_die("not listed");
    actor_fill(&request, snap, sock, what == ACTOR_CLOSE ? NULL : &owner);
    return request;
}

static void act(struct actor *actor, const char *title, const struct actor_request *request,
                const char *want)
{
    struct actor_reply reply = {0};

    actor_act(actor, request, &reply);
    expect(title, &reply, want, -1);
}

/* Checks one, and asks for the others, which the selector does not match. */
static void forge(const struct pl_snapshot *snap, enum actor_what what, const char *selector,
                  int good)
{
    static const char *const titles[] = {"the first", "the second", "a sharer of the socket",
                                         "the service"};
    struct actor_plan plan = {.what = what, .signal = SIGKILL, .wait_ms = 1000};
    struct actor_request request = request_for(snap, good, what);
    struct actor_reply reply = {0};
    struct actor actor;

    printf("%s %s\n", what == ACTOR_SIGNAL ? "signal" : "close", selector);
    kl_start(&actor, &plan, selector);
    actor_check(&actor, &request, &reply);
    expect("the good request, as a check", &reply, "ready", -1);
    for (int i = 0; i < COUNT; i++) {
        struct actor_request bad = request_for(snap, i, what);
        /* The sharer is in the group of the second, but was not checked. */
        const char *want =
            strcmp(groups[i], groups[good]) == 0 ? "changed/other_process" : "refused/unselected";

        /* The socket of the sharer is that of the first, which a close may hit. */
        if (i != good && !(what == ACTOR_CLOSE && i == SHARER))
            act(&actor, titles[i], &bad, want);
        bad.sock = request.sock;
        if (i != good && i != SHARER && what == ACTOR_SIGNAL)
            act(&actor, "another process, with the socket of the good one", &bad,
                "changed/not_held");
    }
    kl_end(&actor, &plan);
}

/* A process that leaves the container after the check is not hit. */
static void leave(const struct pl_snapshot *snap)
{
    struct actor_plan plan = {.what = ACTOR_SIGNAL, .signal = SIGKILL, .wait_ms = 1000};
    struct actor_request request = request_for(snap, FIRST, ACTOR_SIGNAL);
    struct actor_reply reply = {0};
    struct actor actor;

    kl_start(&actor, &plan, "container_id = " ID1);
    actor_check(&actor, &request, &reply);
    expect("before it leaves", &reply, "ready", -1);
    move(victims[FIRST].pid, groups[SECOND]);
    act(&actor, "after it left", &request, "refused/unselected");
    move(victims[FIRST].pid, groups[FIRST]);
    actor_check(&actor, &request, &reply);
    expect("after it came back", &reply, "ready", -1);
    actor_act(&actor, &request, &reply);
    actor_wait(&actor, &request, &reply);
    expect("the good request", &reply, "done", FIRST);
    if (is_alive(FIRST)) {
        printf("FAIL: the good request: not hit\n");
        failures++;
    }
    kl_end(&actor, &plan);
}

int main(int argc, char **argv)
{
    struct pl_snapshot *snap;

    if (argc != 2)
        return 99;
    top = argv[1];
    for (int i = 0; i < COUNT; i++)
        make(i);
    snap = kl_list();
    forge(snap, ACTOR_SIGNAL, "container_id = " ID1, FIRST);
    forge(snap, ACTOR_SIGNAL, "container = 111111111111", FIRST);
    forge(snap, ACTOR_SIGNAL, "container_id = " ID2, SECOND);
    forge(snap, ACTOR_SIGNAL, "unit = portls-test.service", SERVICE);
    forge(snap, ACTOR_CLOSE, "unit = portls-test.service", SERVICE);
    forge(snap, ACTOR_CLOSE, "container_id = " ID1, FIRST);
    leave(snap);
    pl_snapshot_free(snap);
    for (int i = 0; i < COUNT; i++) {
        (void)kill(victims[i].pid, SIGKILL);
        (void)waitpid(victims[i].pid, NULL, 0);
    }
    for (int i = 0; i < COUNT; i++) {
        char path[512];

        (void)snprintf(path, sizeof(path), "%s/%s", top, groups[i]);
        (void)rmdir(path);
    }
    return failures > 0;
}
