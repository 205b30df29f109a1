/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the output of "portwatch --events --states --jsonl", on standard input, with the ledger of
 * connections.c:
 *
 *   event_check [-l] [-n NETNS] [-o FILE] LEDGER
 *
 *   -l  events may be lost: then only the owners must be right
 *   -n  other network namespaces are in the output, too: this is ours
 *   -o  writes "COOKIE STATE" of each socket that is open after the last event
 *
 * Prints a line of names and numbers. Fails if an owner is wrong or, without -l, if an event was lost,
 * is missing, or does not follow the one before it of the same socket.
 */
#include "connections.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLAIMS_MAX 6
#define STATE_MAX  12 /* length of a name */

/* When an owner was named: as the socket opened, as its owner closed it, or otherwise. */
enum phase { OPENS, CLOSES, OTHER };

struct claim {
    uint32_t pid;
    uint32_t generation;
    uint8_t phase;
    char letter; /* of the name of the process */
    char by;     /* first letter of held_by */
};

struct seen {
    uint64_t cookie;
    uint64_t time;
    uint32_t events; /* that the kernel reported */
    uint32_t unowned;
    uint8_t claim_count; /* more than CLAIMS_MAX: too many */
    char state[STATE_MAX];
    struct claim claims[CLAIMS_MAX];
};

struct check {
    struct seen *slots; /* open addressing by cookie */
    size_t size;
    size_t used;
    const char *netns; /* NULL: every event is ours */
    uint64_t events;   /* reports of sockets */
    uint64_t compared; /* events that follow from a table */
    uint64_t children; /* connections before they had a cookie */
    uint64_t lost;
    uint64_t resyncs;
    uint64_t foreign; /* events of other namespaces between our first and our last */
    uint64_t foreign_since;
    uint64_t order;
    uint64_t missing;
    uint64_t extra;
    uint64_t wrong;
    uint64_t unowned;
    uint64_t unknown; /* events of sockets that are not in the ledger */
};

/* ---- lines ---- */

/* Returns what follows the key, or NULL. */
static const char *value_of(const char *line, const char *key)
{
    const char *at = strstr(line, key);

    return at ? at + strlen(key) : NULL;
}

/* Reads digits, and returns what follows the character after them. */
static const char *take_digits(const char *at, uint64_t *number)
{
    *number = 0;
    while (*at >= '0' && *at <= '9')
        *number = *number * 10 + (uint64_t)(*at++ - '0');
    return *at != '\0' ? at + 1 : at;
}

/* Returns the number at the text. */
static uint64_t digits(const char *at)
{
    uint64_t number;

    (void)take_digits(at, &number);
    return number;
}

static uint64_t number_of(const char *line, const char *key)
{
    const char *at = value_of(line, key);

    return at ? digits(at) : 0;
}

/* Copies a text up to its closing quote; empty if the key is absent. */
static void text_of(const char *line, const char *key, char text[STATE_MAX])
{
    const char *at = value_of(line, key);
    size_t len = 0;

    while (at && len < STATE_MAX - 1 && at[len] != '"' && at[len] != '\0') {
        text[len] = at[len];
        len++;
    }
    text[len] = '\0';
}

/* Nanoseconds that grow until the end of the year. */
static uint64_t time_of(const char *line)
{
    /* Factors to the next part, from the year on. */
    static const uint64_t units[] = {0, 31, 24, 60, 60, 1000000000};
    const char *at = value_of(line, "{\"time\":\"");
    uint64_t time = 0;

    if (!at)
        errx(1, "no time: %s", line);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        uint64_t part;

        at = take_digits(at, &part); /* 2026-11-30T08:27:09.529847635Z */
        time = (time + part) * units[i];
    }
    return time + digits(at);
}

/* ---- sockets ---- */

static struct seen *find(const struct check *check, uint64_t cookie)
{
    size_t slot = (size_t)(cookie * 0x9e3779b97f4a7c15U >> 20) & (check->size - 1);

    while (check->slots[slot].cookie != 0 && check->slots[slot].cookie != cookie)
        slot = (slot + 1) & (check->size - 1);
    return &check->slots[slot];
}

static void claim(struct seen *seen, struct claim next)
{
    for (size_t i = 0; i < seen->claim_count && i < CLAIMS_MAX; i++) {
        const struct claim *old = &seen->claims[i];

        if (old->pid == next.pid && old->generation == next.generation &&
            old->phase == next.phase && old->letter == next.letter && old->by == next.by)
            return;
    }
    if (seen->claim_count < CLAIMS_MAX)
        seen->claims[seen->claim_count] = next;
    if (seen->claim_count <= CLAIMS_MAX)
        seen->claim_count++;
}

static enum phase phase_of(const char *old, const char *state)
{
    if (strcmp(state, "SYN_SENT") == 0 || strcmp(state, "LISTEN") == 0 ||
        strcmp(old, "SYN_SENT") == 0 || strcmp(old, "SYN_RECV") == 0)
        return OPENS;
    return strcmp(state, "FIN_WAIT1") == 0 || strcmp(state, "LAST_ACK") == 0 ? CLOSES : OTHER;
}

static void take_owners(struct seen *seen, const char *line, enum phase phase)
{
    const char *owners = value_of(line, "\"owners\":[");
    const char *end = value_of(line, "\"held_by\":\"");

    if (!owners || !end || *owners == ']') {
        seen->unowned++;
        return;
    }
    for (const char *at = owners; (at = value_of(at, "{\"pid\":")) && at < end;) {
        struct claim next = {.pid = (uint32_t)digits(at), .phase = (uint8_t)phase, .by = *end};
        const char *name = value_of(at, "\"process\":\"");

        if (name && name < end) {
            next.letter = *name;
            next.generation = (uint32_t)digits(name + 1);
        }
        claim(seen, next);
    }
}

static void take_event(struct check *check, const char *line, uint64_t cookie)
{
    struct seen *seen = find(check, cookie);
    uint64_t time = time_of(line);
    char old[STATE_MAX];
    char state[STATE_MAX];

    if (seen->cookie == 0 && ++check->used > check->size / 2)
        errx(1, "more sockets than in the ledger");
    text_of(line, "\"old_state\":\"", old);
    text_of(line, ",\"state\":\"", state);
    if (seen->cookie == 0 ? strcmp(old, "CLOSED") != 0 && strcmp(old, "SYN_RECV") != 0
                          : strcmp(old, seen->state) != 0 || time < seen->time)
        check->order++;
    seen->cookie = cookie;
    seen->time = time;
    memcpy(seen->state, state, sizeof(state));
    take_owners(seen, line, phase_of(old, state));
    if (strstr(line, "\"seen_by\":\"table\"")) {
        check->compared++;
    } else {
        check->events++;
        seen->events++;
    }
}

static bool is_ours(const struct check *check, const char *line)
{
    const char *netns = check->netns ? value_of(line, "\"netns\":") : NULL;

    return !netns || strncmp(netns, check->netns, strlen(check->netns)) == 0;
}

static void take_line(struct check *check, const char *line)
{
    char kind[STATE_MAX];
    uint64_t cookie;

    text_of(line, "\"event\":\"", kind);
    if (strcmp(kind, "lost") == 0) {
        check->lost += number_of(line, "\"count\":");
        return;
    }
    if (strcmp(kind, "resync") == 0) {
        check->resyncs++;
        return;
    }
    if (!is_ours(check, line)) {
        check->foreign_since += check->events > 0;
        return;
    }
    check->foreign += check->foreign_since;
    check->foreign_since = 0;
    cookie = number_of(line, "\"cookie\":");
    if (cookie != 0) {
        take_event(check, line, cookie);
    } else {
        check->events++;
        check->children++;
    }
}

/* ---- the ledger ---- */

static bool is_holder(const struct claim *claim, const struct ledger_end *end,
                      const struct ledger_generation *own, char letter)
{
    bool server = letter == 's';
    bool opener = claim->pid == end->pid;
    bool closer = claim->pid == end->closer;
    bool listens = server && (claim->pid == own->listener.pid || claim->pid == own->child);

    /* A process that ended before its name was read has none. */
    if (claim->letter != letter && (claim->letter != '\0' || claim->by != 't'))
        return false;
    if (claim->by == 'l')
        return listens;
    if (claim->by == 't')
        return opener || closer || listens;
    return claim->phase == OPENS ? opener : claim->phase == CLOSES ? closer : opener || closer;
}

/* Compares a socket; want: its number of events. Marks it as known. */
static void compare(struct check *check, const struct ledger_end *end,
                    const struct ledger_generation *own, uint32_t generation, char letter,
                    uint32_t want)
{
    struct seen *seen = end->cookie != 0 ? find(check, end->cookie) : NULL;

    if (!seen || seen->cookie == 0) {
        check->missing += want;
        return;
    }
    if (want != seen->events && check->lost == 0)
        printf("cookie %" PRIu64 " of %c%u: %u events instead of %u, now %s\n", end->cookie, letter,
               generation, seen->events, want, seen->state);
    check->missing += want > seen->events ? want - seen->events : 0;
    check->extra += seen->events > want ? seen->events - want : 0;
    check->unowned += seen->unowned;
    check->wrong += seen->claim_count > CLAIMS_MAX;
    for (size_t i = 0; i < seen->claim_count && i < CLAIMS_MAX; i++) {
        const struct claim *made = &seen->claims[i];

        if ((made->generation == generation || made->letter == '\0') &&
            is_holder(made, end, own, letter))
            continue;
        if (check->wrong++ < 5)
            printf("wrong: cookie %" PRIu64 ": %u %c%u by %c in phase %u; %c%u: made by %u, closed "
                   "by %u, listener %u\n",
                   end->cookie, made->pid, made->letter != '\0' ? made->letter : '-',
                   made->generation, made->by, made->phase, letter, generation, end->pid,
                   end->closer, own->listener.pid);
    }
    seen->events = 0; /* the rest is not in the ledger */
}

static void compare_all(struct check *check, struct ledger *ledger)
{
    static const struct {
        uint32_t client;
        uint32_t server;
    } wants[KIND_MAX] = {
        [KIND_CLIENT_CLOSES] = {5, 4}, [KIND_SERVER_CLOSES] = {5, 4}, [KIND_RESET] = {3, 2},
        [KIND_CHILD_CLOSES] = {5, 4},  [KIND_HELD] = {2, 1},          [KIND_REFUSED] = {2, 0},
    };
    uint64_t children = 0;

    for (uint64_t i = 0; i < ledger->connections; i++) {
        const struct ledger_connection *one = &ledger->items[i];
        uint64_t generation = i / ledger->per_generation;
        const struct ledger_generation *own = ledger_generation(ledger, generation);

        if (one->kind >= KIND_MAX)
            errx(1, "the ledger is damaged");
        compare(check, &one->client, own, (uint32_t)generation, 'c', wants[one->kind].client);
        if (one->kind == KIND_REFUSED)
            continue;
        compare(check, &one->server, own, (uint32_t)generation, 's', wants[one->kind].server);
        children++;
    }
    for (uint64_t i = 0; i < ledger_generations(ledger); i++) {
        const struct ledger_generation *own = ledger_generation(ledger, i);

        /* A child that holds a connection keeps the listener, too. */
        compare(check, &own->listener, own, (uint32_t)i, 's',
                ledger->hold != 0 && own->child != 0 ? 1 : 2);
    }
    check->missing += children > check->children ? children - check->children : 0;
    check->extra += check->children > children ? check->children - children : 0;
    for (size_t i = 0; i < check->size; i++)
        check->unknown += check->slots[i].events;
}

/* ---- main ---- */

static struct ledger *map_ledger(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    struct ledger *ledger;

    if (fd < 0 || fstat(fd, &st) < 0)
        err(1, "%s", path);
    ledger = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (ledger == MAP_FAILED)
        err(1, "%s", path);
    close(fd);
    return ledger;
}

static void write_open(const struct check *check, const char *path)
{
    FILE *file = fopen(path, "we");

    if (!file)
        err(1, "%s", path);
    for (size_t i = 0; i < check->size; i++) {
        const struct seen *seen = &check->slots[i];

        if (seen->cookie != 0 && strcmp(seen->state, "CLOSED") != 0 &&
            strcmp(seen->state, "TIME_WAIT") != 0)
            (void)fprintf(file, "%" PRIu64 " %s\n", seen->cookie, seen->state);
    }
    if (fclose(file) != 0)
        err(1, "%s", path);
}

int main(int argc, char **argv)
{
    struct check check = {.size = 1U << 12};
    const char *open_path = NULL;
    struct ledger *ledger;
    bool may_lose = false;
    char *line = NULL;
    size_t room = 0;
    int option;

    while ((option = getopt(argc, argv, "ln:o:")) != -1) {
        may_lose |= option == 'l';
        check.netns = option == 'n' ? optarg : check.netns;
        open_path = option == 'o' ? optarg : open_path;
    }
    if (argc - optind != 1)
        errx(2, "usage: event_check [-l] [-n NETNS] [-o FILE] LEDGER");
    /* Our first event comes after the ledger was made. */
    do {
        if (getline(&line, &room, stdin) <= 0)
            errx(1, "no events");
    } while (!is_ours(&check, line));
    ledger = map_ledger(argv[optind]);
    while (check.size < 8 * ledger->connections)
        check.size *= 2;
    check.slots = calloc(check.size, sizeof(*check.slots));
    if (!check.slots)
        err(1, "calloc");
    do
        take_line(&check, line);
    while (getline(&line, &room, stdin) > 0);
    if (open_path)
        write_open(&check, open_path);
    compare_all(&check, ledger);
    printf("connections %" PRIu64 " reused %" PRIu64 " events %" PRIu64 " lost %" PRIu64
           " missing %" PRIu64 " extra %" PRIu64 " disordered %" PRIu64 " wrong %" PRIu64
           " unowned %" PRIu64 " unknown %" PRIu64 " compared %" PRIu64 " resyncs %" PRIu64
           " foreign %" PRIu64 "\n",
           ledger->connections, ledger->reused, check.events, check.lost, check.missing,
           check.extra, check.order, check.wrong, check.unowned, check.unknown, check.compared,
           check.resyncs, check.foreign);
    free(check.slots);
    free(line);
    if (check.wrong > 0)
        return 1;
    return !may_lose && (check.lost | check.missing | check.extra | check.order | check.unowned |
                         check.unknown | check.compared | check.resyncs) != 0;
}
