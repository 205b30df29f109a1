/* SPDX-License-Identifier: BSD-2-Clause */
#include "portls_pairs.h"

#include "complain.h"
#include "run.h"

#include <stdio.h>
#include <string.h>

/*
 * The first has no meaning beside the second. Those that say how, not what (--color, --debug,
 * --no-sandbox, --source, --owners, --strict, -n, -W, -O), go with everything that is read.
 */
static const struct {
    uint8_t option, beside;
} pairs[] = {
    /* There are no rows or columns of sockets in a summary. */
    {ID_COLUMNS, ID_SUMMARY},
    {ID_SORT, ID_SUMMARY},
    {ID_TOP, ID_SUMMARY},
    {ID_RESOLVE, ID_SUMMARY},
    {ID_RESOLVE_LIMIT, ID_SUMMARY},
    {ID_EXTENDED, ID_SUMMARY},
    {ID_INTERNALS, ID_SUMMARY},
    {ID_MEMORY, ID_SUMMARY},
    {ID_TIMERS, ID_SUMMARY},
    {ID_CONTEXTS, ID_SUMMARY},
    {ID_PEERS, ID_SUMMARY},
    {ID_QUEUES, ID_SUMMARY},
    /* It is of all states, and there is always something in it. */
    {ID_LISTENING, ID_SUMMARY},
    {ID_QUIET, ID_SUMMARY},
    /* Rounds that nobody sees, or that are all the same. */
    {ID_REPEAT, ID_QUIET},
    {ID_REPEAT, ID_REPLAY},
    /* The owners are found already. */
    {ID_OWNERS, ID_REPLAY},
};

_Static_assert(ID_MAX <= 64, "a bit for each option");

static bool has(const struct pairs *given, unsigned int id)
{
    return (given->given >> id & 1) != 0;
}

/* As people type it. */
static void put_name(const struct pairs *given, unsigned int id, char *buf, size_t size)
{
    const struct opt *opt = given->table;

    while (opt->id != (int)id)
        opt++;
    if (opt->letter != 0)
        (void)snprintf(buf, size, "-%c", opt->letter);
    else
        (void)snprintf(buf, size, "--%s", opt->name);
}

static int refuse(const struct pairs *given, unsigned int id, const char *why, unsigned int beside)
{
    char names[2][32];
    char text[128];

    put_name(given, id, names[0], sizeof(names[0]));
    put_name(given, beside, names[1], sizeof(names[1]));
    (void)snprintf(text, sizeof(text), "%s %s %s", names[0], why, names[1]);
    complain("", text, strlen(text), "portls --help");
    return EXIT_USAGE;
}

int pairs_check(const struct pairs *given)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (has(given, pairs[i].option) && has(given, pairs[i].beside))
            return refuse(given, pairs[i].option, "does not go with", pairs[i].beside);
    }
    if (!has(given, ID_SUMMARY) || has(given, ID_ALL) || has(given, ID_PROCESSES))
        return 0;
    /* The kernel's own counters are of all sockets, those of -a and -p of the ones asked for. */
    for (unsigned int id = ID_TCP; id <= ID_V6; id++) {
        if (has(given, id))
            return refuse(given, id, "goes only with -a or -p beside", ID_SUMMARY);
    }
    return 0;
}

int pairs_check_alone(const struct pairs *given, enum id id)
{
    char name[32];
    char what[64];

    for (unsigned int other = 1; other < ID_MAX; other++) {
        /* What nothing would be taken from keeps it as well. */
        if (other != (unsigned int)id && other != ID_NO_SANDBOX && has(given, other))
            return refuse(given, other, "does not go with", id);
    }
    if (!given->word)
        return 0;
    put_name(given, id, name, sizeof(name));
    (void)snprintf(what, sizeof(what), "%s stands alone, not with ", name);
    complain(what, given->word, strlen(given->word), "portls --help");
    return EXIT_USAGE;
}
