/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * claims LEDGER add: copies the ledger of sockmaker on standard input into LEDGER (holdings.h).
 *
 * claims LEDGER MILLISECONDS COMMAND...: lists by COMMAND again and again. It prints rows of TSV: inode,
 * pid, fd, process. Each owner is a claim. It is true if the ledger has a process of that pid and
 * name that held that socket at that descriptor at some moment between the begin and the end of the
 * listing. Prints "LISTINGS CLAIMS MOVING WRONG"; MOVING counts the claims about sockets that came
 * or went meanwhile. Describes wrong claims on standard error, and then exits with 1.
 */
#include "holdings.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HEADS      (1U << 20)
#define SECOND     1000000000U
#define PATIENCE   (3ULL * SECOND) /* time limit for a holding to appear in the ledger */
#define SHOWN      20
#define OUTPUT_MAX (1U << 28)

extern char **environ;

struct claim {
    uint64_t begin, end; /* of the listing */
    uint64_t inode;
    uint32_t pid, fd;
    char name[NAME_SIZE];
};

static struct holdings *ledger;
static uint32_t heads[HEADS]; /* by inode: index of a holding + 1 */
static uint32_t next[HOLDINGS_MAX];
static uint32_t indexed;
static struct claim *doubtful;
static size_t doubtful_count;
static unsigned long listings, claims, moving;
static char *output;

static void die(const char *what)
{
    (void)fprintf(stderr, "claims: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* Returns 0 if word is invalid. */
static uint64_t number(const char *word)
{
    const char *problem;

    return (uint64_t)strtonum(word, 0, INT64_MAX, &problem);
}

/* ---- the ledger ---- */

static uint32_t head_of(uint64_t inode)
{
    return (uint32_t)((inode * 0x9e3779b97f4a7c15U) >> 44);
}

/* Stops at the first holding that is incomplete, unless all is set. */
static void index_holdings(bool all)
{
    uint32_t count = atomic_load(&ledger->holding_count);

    for (; indexed < count; indexed++) {
        const struct holding *holding = &ledger->items[indexed];
        uint32_t head;

        if (atomic_load(&holding->begin) == 0 && !all)
            return;
        if (atomic_load(&holding->begin) == 0)
            continue;
        head = head_of(holding->inode);
        next[indexed] = heads[head];
        heads[head] = indexed + 1;
    }
}

static bool is_over(uint64_t end, uint64_t before)
{
    return end != 0 && end < before;
}

static bool is_held(const struct claim *claim, const struct holding *holding)
{
    const struct life *life = &ledger->lives[holding->life];

    return holding->inode == claim->inode && holding->fd == claim->fd && life->pid == claim->pid &&
           (claim->name[0] == '\0' || life->name[0] == '\0' ||
            strcmp(claim->name, life->name) == 0) &&
           holding->begin <= claim->end && !is_over(holding->end, claim->begin) &&
           !is_over(life->end, claim->begin);
}

static bool is_true(const struct claim *claim)
{
    for (uint32_t at = heads[head_of(claim->inode)]; at != 0; at = next[at - 1]) {
        const struct holding *holding = &ledger->items[at - 1];

        if (!is_held(claim, holding))
            continue;
        moving += holding->begin > claim->begin || is_over(holding->end, claim->end) ||
                  is_over(ledger->lives[holding->life].end, claim->end);
        return true;
    }
    return false;
}

/* ---- claims ---- */

static void take_claim(const struct claim *claim)
{
    claims++;
    if (is_true(claim))
        return;
    doubtful = reallocarray(doubtful, doubtful_count + 1, sizeof(*doubtful));
    if (!doubtful)
        die("doubtful claims");
    doubtful[doubtful_count++] = *claim;
}

/* Parses a row: an inode, and lists of pids, descriptors and names, separated by semicolons. */
static void take_row(char *row, struct claim claim)
{
    char *inode = strsep(&row, "\t");
    char *pids = strsep(&row, "\t");
    char *fds = strsep(&row, "\t");
    char *names = row;

    claim.inode = number(inode);
    while (pids && *pids != '\0') {
        const char *pid = strsep(&pids, ";");
        const char *fd = strsep(&fds, ";");
        const char *name = strsep(&names, ";");

        claim.pid = (uint32_t)number(pid);
        claim.fd = fd ? (uint32_t)number(fd) : UINT32_MAX;
        (void)strlcpy(claim.name, name ? name : "", sizeof(claim.name));
        take_claim(&claim);
        if (!pids)
            break;
    }
}

static size_t read_all(int fd)
{
    size_t len = 0;
    ssize_t got;

    while ((got = read(fd, output + len, OUTPUT_MAX - 1 - len)) > 0)
        len += (size_t)got;
    output[len] = '\0';
    return len;
}

static void list(char **command)
{
    posix_spawn_file_actions_t actions;
    struct claim claim = {.begin = holdings_now()};
    char *rest = output;
    int ends[2];
    int status;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0 || posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) != 0)
        die("pipe");
    errno = posix_spawnp(&child, command[0], &actions, NULL, command, environ);
    if (errno != 0)
        die(command[0]);
    (void)posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    (void)read_all(ends[0]);
    close(ends[0]);
    if (waitpid(child, &status, 0) != child || status != 0) {
        (void)fprintf(stderr, "claims: %s ended with status %#x\n", command[0], (unsigned)status);
        exit(2);
    }
    claim.end = holdings_now();
    index_holdings(false);
    for (char *row; (row = strsep(&rest, "\n")) && *row != '\0';)
        take_row(row, claim);
    listings++;
}

/* A socket may be listed before its process has added it to the ledger: waits for that. */
static size_t settle(void)
{
    const struct timespec pause = {.tv_nsec = 50000000};
    uint64_t limit = holdings_now() + PATIENCE;

    for (;;) {
        bool last = holdings_now() > limit;
        size_t left = 0;

        index_holdings(last);
        for (size_t i = 0; i < doubtful_count; i++) {
            if (!is_true(&doubtful[i]))
                doubtful[left++] = doubtful[i];
        }
        doubtful_count = left;
        if (left == 0 || last)
            return left;
        (void)nanosleep(&pause, NULL);
    }
}

static void describe(const struct claim *claim)
{
    (void)fprintf(stderr, "wrong: process %u '%s' holds socket %llu at %u, %llu to %llu\n",
                  claim->pid, claim->name, (unsigned long long)claim->inode, claim->fd,
                  (unsigned long long)claim->begin, (unsigned long long)claim->end);
    for (uint32_t at = heads[head_of(claim->inode)]; at != 0; at = next[at - 1]) {
        const struct holding *holding = &ledger->items[at - 1];
        const struct life *life = &ledger->lives[holding->life];

        if (holding->inode == claim->inode)
            (void)fprintf(stderr, "  ledger: process %u '%s', at %u, %llu to %llu, ended %llu\n",
                          life->pid, life->name, holding->fd, (unsigned long long)holding->begin,
                          (unsigned long long)holding->end, (unsigned long long)life->end);
    }
}

/* ---- sockmaker's ledger ---- */

/* Columns 10 and 11: inode, and pid/fd,pid/fd or "-". */
static void add_row(char *row)
{
    const char *column[11] = {NULL};
    char *owners;

    for (size_t i = 0; i < 11 && row; i++)
        column[i] = strsep(&row, "\t");
    if (!column[10])
        return;
    owners = strdup(column[10]);
    for (char *rest = owners, *owner; rest && (owner = strsep(&rest, ","));) {
        const char *pid = strsep(&owner, "/");
        uint32_t life;

        if (!owner)
            continue;
        life = holdings_live(ledger, (uint32_t)number(pid), 0, "");
        if (life == UINT32_MAX ||
            holdings_add(ledger, life, (uint32_t)number(owner), number(column[9]), 1) == UINT32_MAX)
            die("the ledger is full");
    }
    free(owners);
}

static int add(void)
{
    char row[4096];

    while (fgets(row, sizeof(row), stdin))
        add_row(row);
    return 0;
}

int main(int argc, char **argv)
{
    uint64_t end;
    size_t wrong;

    if (argc < 3)
        return 2;
    ledger = holdings_map(argv[1], false);
    if (!ledger)
        die(argv[1]);
    if (argc == 3)
        return strcmp(argv[2], "add") == 0 ? add() : 2;
    output = malloc(OUTPUT_MAX);
    if (!output)
        die("memory");
    end = holdings_now() + number(argv[2]) * (SECOND / 1000);
    while (holdings_now() < end)
        list(argv + 3);
    wrong = settle();
    for (size_t i = 0; i < wrong && i < SHOWN; i++)
        describe(&doubtful[i]);
    printf("%lu %lu %lu %zu\n", listings, claims, moving, wrong);
    return wrong > 0;
}
