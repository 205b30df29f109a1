/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileges: prints the table of SECURITY.md: what a program started by root may do, by command and
 * moment, from privilege/plan.c. privileges --lines: the same for tests/live/privileges, separated
 * by tabs: command, user id, capabilities (hexadecimal), Landlock (on, off).
 */
#include "privilege/plan.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EXTENDED     (PL_NEED_MORE | PL_NEED_USERS | PL_NEED_CGROUPS)

#define KILLING \
    (PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_EXES | PL_NEED_UIDS | PL_NEED_USERS | PL_NEED_STARTED)

static const int dirs[] = {7, 8};

static const struct {
    const char *command;
    struct sandbox_plan plan;
} rows[] = {
    {"portls -ta", {.live = true, .need = PL_NEED_SERVICES}},
    {"portls -tae", {.live = true, .need = PL_NEED_SERVICES | EXTENDED}},
    {"portls -tai", {.live = true, .need = PL_NEED_SERVICES | PL_NEED_INTERNALS}},
    {"portls -tap", {.live = true, .need = PL_NEED_SERVICES | PL_NEED_OWNERS}},
    {"portls -ta --columns container",
     {.live = true, .need = PL_NEED_OWNERS | PL_NEED_GROUPS | PL_NEED_CONTAINERS}},
    {"portls -ta --columns published",
     {.live = true, .need = PL_NEED_OWNERS | PL_NEED_COMMANDS | PL_NEED_PUBLISHED}},
    {"portls -ta 8080", {.live = true, .need = PL_NEED_RULES | PL_NEED_ADDRS}},
    {"portls -tapi", {.live = true, .need = PL_NEED_SERVICES | PL_NEED_INTERNALS | PL_NEED_OWNERS}},
    {"portls -tapc", {.live = true, .repeat = true, .need = PL_NEED_SERVICES | PL_NEED_OWNERS}},
    {"portls --record DIR -ta", {.live = true, .record = dirs}},
    {"portls --replay DIR -tap", {.replay = "DIR", .need = PL_NEED_OWNERS}},
    {"portname 22", {.file = "/etc/services"}},
    {"portname -l 22", {.live = true, .file = "/etc/services", .need = PL_NEED_OWNERS}},
    {"portname --services FILE 22", {.file = "FILE"}},
    {"portwatch --wait PORT",
     {.live = true, .repeat = true, .need = PL_NEED_SERVICES | PL_NEED_OWNERS}},
    {"portwatch --wait PORT --columns local_port", {.live = true, .repeat = true}},
    {"portwire --header FILE", {0}},
    {"portwire -r FILE", {0}},
    {"portwire", {0}},
    {"portkill --json :3000", {.live = true, .repeat = true, .acts = true, .need = KILLING}},
};

static const struct {
    uint32_t right;
    const char *name;
    uint64_t bits; /* capabilities(7) */
} rights[] = {
    {SANDBOX_PTRACE, "`CAP_SYS_PTRACE`", 1U << 19},
    {SANDBOX_SEARCH, "`CAP_DAC_READ_SEARCH`", 1U << 2},
    {SANDBOX_NET_ADMIN, "`CAP_NET_ADMIN`", 1U << 12},
    {SANDBOX_OVERRIDE, "`CAP_DAC_OVERRIDE`, `CAP_FOWNER`", 1U << 1 | 1U << 3},
};

static void print_rights(uint32_t kept)
{
    const char *between = "";

    for (size_t i = 0; i < COUNT(rights); i++) {
        if (kept & rights[i].right) {
            printf("%s%s", between, rights[i].name);
            between = ", ";
        }
    }
    printf("%s", kept == 0 ? "none" : "");
}

static void print_paths(const struct sandbox_plan *plan)
{
    static const char *const access[] = {
        [SANDBOX_READ] = "reads", [SANDBOX_WRITE] = "writes", [SANDBOX_RENAME] = "renames in"};
    struct sandbox_path paths[SANDBOX_PATHS];
    size_t count = sandbox_paths(plan, paths);

    for (size_t i = 0; i < count; i++) {
        if (i == 0 || paths[i].access != paths[i - 1].access)
            printf("%s%s ", i > 0 ? "; " : "", access[paths[i].access]);
        else
            printf(", ");
        if (paths[i].path)
            printf("`%s`", paths[i].path);
        else
            printf(paths[i].dir == dirs[0] ? "`DIR`" : "its parent");
    }
}

static void print_row(size_t at, enum sandbox_stage stage, bool lines)
{
    static const char *const moments[] = {[SANDBOX_START] = "start",
                                          [SANDBOX_SOCKS] = "sockets read",
                                          [SANDBOX_PROCESSES] = "processes read"};
    const struct sandbox_plan *plan = &rows[at].plan;
    uint32_t kept = sandbox_rights(plan, stage);
    bool landlock = sandbox_landlock(plan) <= stage;
    uint64_t bits = 0;

    if (lines) {
        for (size_t i = 0; i < COUNT(rights); i++)
            bits |= kept & rights[i].right ? rights[i].bits : 0;
        printf("%s\t%d\t%llx\t%s\n", rows[at].command, sandbox_keeps_user(plan) ? 0 : 65534,
               (unsigned long long)bits, landlock ? "on" : "off");
        return;
    }
    if (stage == SANDBOX_START)
        printf("| `%s` ", rows[at].command);
    else
        printf("| ");
    printf("| %s | %s | ", moments[stage], sandbox_keeps_user(plan) ? "root" : "nobody");
    print_rights(kept);
    printf(" | %s | ", plan->record ? "recording" : "listing");
    if (landlock)
        print_paths(plan);
    else
        printf("any");
    printf(" |\n");
}

int main(int argc, char **argv)
{
    bool lines = argc > 1 && strcmp(argv[1], "--lines") == 0;

    if (!lines)
        printf("| command | from | user | capabilities | seccomp | files (Landlock) |\n"
               "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct sandbox_plan *plan = &rows[i].plan;

        for (enum sandbox_stage stage = SANDBOX_START; stage < SANDBOX_NEVER; stage++) {
            if (stage == SANDBOX_START ||
                sandbox_rights(plan, stage) != sandbox_rights(plan, stage - 1) ||
                sandbox_landlock(plan) == stage)
                print_row(i, stage, lines);
        }
    }
    if (!lines)
        printf("| helper for names | start | nobody | none | helper | reads libraries and what "
               "resolvers and NSS modules read |\n");
    return 0;
}
