/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill_churn COUNT: kills listeners by the actor of portkill, while process ids
 * are used up quickly. After each was listed and checked, its process changes
 * in one of the ways below; with every second one, at the same time as the
 * actor acts. Prints how often each way led to each reply, and how many
 * processes were hit that must not be. Run it in a pid namespace with a small
 * pid_max.
 */
#include "kill_lib.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_PORT 5000
#define PORTS      20000
#define FORKS_MAX  2000 /* to get a process id again */

enum change {
    STAY,    /* to be killed */
    MOVE,    /* the socket moves to another descriptor: to be killed */
    EXEC,    /* executes another program, which keeps the socket */
    CLOSE,   /* closes the socket, and opens another one as that descriptor, with
              the same port */
    HAND_ON, /* a child keeps the socket, the process closes it */
    LEAVE,   /* a child keeps the socket, the process exits */
    REPLACE, /* the process exits, and another one gets its id and its port */
    CHANGES,
};

static const char *const names[CHANGES] = {"stay",    "move",  "exec",   "close",
                                           "hand-on", "leave", "replace"};

struct victim {
    pid_t pid;
    int orders, done; /* pipes */
    uint16_t port;
    enum change change;
    pid_t bystander; /* a process that must survive; 0: none */
};

/* How often a process of the churn was ended by a signal. */
static atomic_int *strays;

static _Noreturn void sleep_forever(void)
{
    for (;;)
        (void)pause();
}

/* ---- a victim ---- */

static void tell(int to, pid_t value)
{
    if (write(to, &value, sizeof(value)) != (ssize_t)sizeof(value))
        _exit(1);
}

/* The child reports itself when the victim has closed the socket, or has ended.
 */
static void leave_to_child(int listener, int done)
{
    int closed[2];
    char byte;

    if (pipe(closed) != 0)
        _exit(1);
    if (fork() == 0) {
        close(closed[1]);
        if (read(closed[0], &byte, 1) < 0)
            _exit(1);
        tell(done, getpid());
        close(done);
        sleep_forever();
    }
    close(done);
    close(listener);
    close(closed[1]);
}

static void obey(enum change change, int listener, uint16_t port, int done)
{
    int fd;

    switch (change) {
    case MOVE:
        fd = dup(listener);
        if (fd < 0)
            _exit(1);
        close(listener);
        break;
    case EXEC:
        (void)dup2(listener, STDIN_FILENO);
        tell(done, 0);
        (void)execlp("sleep", "sleep", "1000", (char *)NULL);
        _exit(1);
    case CLOSE:
        close(listener);
        fd = kl_bind(AF_INET, SOCK_STREAM, port, SO_REUSEADDR);
        (void)listen(fd, 4);
        break;
    case HAND_ON:
        leave_to_child(listener, done);
        sleep_forever();
    case LEAVE:
        leave_to_child(listener, done);
        _exit(0);
    case REPLACE:
        _exit(0);
    case STAY:
    case CHANGES:
        break;
    }
    tell(done, 0);
    sleep_forever();
}

static struct victim make_victim(uint16_t port, enum change change)
{
    struct victim victim = {.port = port, .change = change};
    int listener = kl_bind(AF_INET, SOCK_STREAM, port, SO_REUSEADDR);
    int orders[2];
    int done[2];
    char byte;

    if (listener < 0 || listen(listener, 4) != 0 || pipe(orders) != 0 ||
        pipe2(done, O_CLOEXEC) != 0)
        kl_die("victim");
    victim.pid = fork();
    if (victim.pid < 0)
        kl_die("fork");
    if (victim.pid == 0) {
        close(orders[1]);
        close(done[0]);
        if (read(orders[0], &byte, 1) == 1)
            obey(change, listener, port, done[1]);
        _exit(0);
    }
    close(listener);
    close(orders[0]);
    close(done[1]);
    victim.orders = orders[1];
    victim.done = done[0];
    return victim;
}

/* Forks until a process has that id; it listens on the port. Returns 0 if none
 * got it. */
static pid_t replace(pid_t pid, uint16_t port)
{
    for (int i = 0; i < FORKS_MAX; i++) {
        pid_t child = fork();

        if (child == 0) {
            int fd;

            if (getpid() != pid)
                _exit(0);
            fd = kl_bind(AF_INET, SOCK_STREAM, port, SO_REUSEADDR);
            if (fd < 0 || listen(fd, 4) != 0)
                _exit(0);
            sleep_forever();
        }
        if (child == pid)
            return child;
        (void)waitpid(child, NULL, 0);
    }
    return 0;
}

/* Thread, or called: has the victim change. */
static void *change_it(void *arg)
{
    struct victim *victim = arg;
    pid_t child = 0;

    /* If it was killed before, it takes no order, and tells nothing. */
    if (write(victim->orders, "g", 1) < 0 && errno != EPIPE)
        kl_die("order");
    if (victim->change != REPLACE) {
        if (read(victim->done, &child, sizeof(child)) != (ssize_t)sizeof(child))
            child = 0;
        victim->bystander = child;
    } else if (waitpid(victim->pid, NULL, 0) == victim->pid) {
        victim->bystander = replace(victim->pid, victim->port);
        victim->pid = 0;
    }
    /* The other program has no pipe. */
    while (victim->change == EXEC && read(victim->done, &child, sizeof(child)) > 0)
        ;
    return NULL;
}

/* ---- the churn ---- */

static pid_t start_churn(void)
{
    pid_t parent = fork();

    while (parent == 0) {
        int status;
        pid_t child = fork();

        if (child == 0)
            _exit(0);
        if (waitpid(child, &status, 0) == child && WIFSIGNALED(status))
            atomic_fetch_add(strays, 1);
    }
    return parent;
}

/* ---- one kill ---- */

static bool lives(pid_t pid)
{
    char path[32];
    char state = 0;
    FILE *file;

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    file = fopen(path, "re");
    if (!file)
        return false;
    for (int c; (c = getc(file)) != EOF;) {
        if (c == ')' && getc(file) == ' ')
            state = (char)getc(file);
    }
    (void)fclose(file);
    return state != 'Z' && state != 'X' && state != 0;
}

static struct {
    char words[48];
    unsigned int count[2];
} seen[CHANGES][16];

static void count(enum change change, const char *words, bool race)
{
    for (int i = 0; i < 16; i++) {
        if (seen[change][i].words[0] == '\0')
            (void)snprintf(seen[change][i].words, sizeof(seen[change][i].words), "%s", words);
        if (strcmp(seen[change][i].words, words) == 0) {
            seen[change][i].count[race]++;
            return;
        }
    }
}

/* Returns whether something was hit that must not be, or the target was not. */
static bool is_wrong(const struct victim *victim, const struct actor_reply *reply, bool race)
{
    bool target = victim->change == STAY || victim->change == MOVE;
    bool hit = reply->outcome == ACTOR_DONE;

    if (victim->bystander > 0 && !lives(victim->bystander))
        return true;
    if (reply->outcome != ACTOR_DONE && reply->outcome != ACTOR_CHANGED)
        return true;
    if (hit && victim->pid > 0 && lives(victim->pid))
        return true;
    if (victim->change != REPLACE && victim->change != LEAVE && !hit && !lives(victim->pid))
        return true;
    return !race && hit != target;
}

static int kill_one(struct actor *actor, int i)
{
    struct victim victim =
        make_victim((uint16_t)(FIRST_PORT + i % PORTS), (enum change)(i / 2 % CHANGES));
    bool race = i % 2 == 1;
    struct pl_snapshot *snap = kl_list();
    size_t total;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &total);
    const struct pl_sock *sock = NULL;
    struct actor_request request;
    struct actor_reply reply = {0};
    pthread_t thread;
    size_t owners;
    char words[96];
    bool wrong;

    for (size_t n = 0; n < total && !sock; n++)
        sock = socks[n].local_port == victim.port && socks[n].state == PL_STATE_LISTEN ? &socks[n]
                                                                                       : NULL;
    if (!sock || !pl_snapshot_owners(snap, sock, &owners) || owners != 1)
        kl_die("not listed");
    actor_fill(&request, snap, sock, pl_snapshot_owners(snap, sock, &owners));
    actor_check(actor, &request, &reply);
    if (reply.outcome != ACTOR_READY)
        kl_die(kl_words(&reply, words));
    if (race && pthread_create(&thread, NULL, change_it, &victim) != 0)
        kl_die("thread");
    if (!race)
        (void)change_it(&victim);
    actor_act(actor, &request, &reply);
    if (reply.outcome == ACTOR_SENT)
        actor_wait(actor, &request, &reply);
    if (race)
        (void)pthread_join(thread, NULL);
    count(victim.change, kl_words(&reply, words), race);
    wrong = is_wrong(&victim, &reply, race);
    if (wrong)
        printf("WRONG: %s: %s\n", names[victim.change], words);
    if (victim.pid > 0) {
        (void)kill(victim.pid, SIGKILL);
        (void)waitpid(victim.pid, NULL, 0);
    }
    if (victim.bystander > 0) {
        (void)kill(victim.bystander, SIGKILL);
        (void)waitpid(victim.bystander, NULL, 0);
    }
    close(victim.orders);
    close(victim.done);
    pl_snapshot_free(snap);
    return wrong;
}

int main(int argc, char **argv)
{
    const char *problem = NULL;
    int kills = argc > 1 ? (int)strtonum(argv[1], 1, 1000000, &problem) : 300;
    struct actor_plan plan = {.what = ACTOR_SIGNAL, .signal = SIGTERM, .wait_ms = 5000};
    struct actor actor;
    pid_t churn;
    int wrong = 0;

    strays = mmap(NULL, sizeof(*strays), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (problem || strays == MAP_FAILED)
        kl_die("kill_churn");
    (void)signal(SIGPIPE, SIG_IGN);
    kl_start(&actor, &plan, "sport >= :5000 and state listen");
    churn = start_churn();
    for (int i = 0; i < kills; i++)
        wrong += kill_one(&actor, i);
    (void)kill(churn, SIGKILL);
    (void)waitpid(churn, NULL, 0);
    kl_end(&actor, &plan);
    for (int change = 0; change < CHANGES; change++) {
        for (int i = 0; i < 16 && seen[change][i].count[0] + seen[change][i].count[1] > 0; i++)
            printf("%-8s %-24s %5u before, %5u at the same time\n", names[change],
                   seen[change][i].words, seen[change][i].count[0], seen[change][i].count[1]);
    }
    printf("%d kills, %d wrong, %d strays\n", kills, wrong, atomic_load(strays));
    return wrong > 0 || atomic_load(strays) > 0;
}
