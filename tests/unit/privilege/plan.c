/* SPDX-License-Identifier: BSD-2-Clause */
/* Which privileges a listing keeps, until when, and which paths it may open. */
#include "harness.h"

#include "privilege/plan.h"

#define LIVE   .live = true
#define SCAN   (SANDBOX_PTRACE | SANDBOX_SEARCH)
#define RECORD LIVE, .record = dirs

static const int dirs[] = {7, 8};

/* ---- capabilities and the time of Landlock ---- */

static const struct {
    const char *what;
    struct sandbox_plan plan;
    uint32_t start, socks, processes;
    enum sandbox_stage landlock;
} cases[] = {
    {"-tan", {LIVE}, 0, 0, 0, SANDBOX_START},
    {"-tanp", {LIVE, .need = PL_NEED_OWNERS}, SCAN, SCAN, 0, SANDBOX_PROCESSES},
    {"-tanpc", {LIVE, .repeat = true, .need = PL_NEED_OWNERS}, SCAN, SCAN, SCAN, SANDBOX_NEVER},
    {"-tanc", {LIVE, .repeat = true}, 0, 0, 0, SANDBOX_START},
    {"-x --source proc", {LIVE, .unix_table = true}, SCAN, SCAN, 0, SANDBOX_PROCESSES},
    {"-x --replay", {.unix_table = true}, 0, 0, 0, SANDBOX_START},
    {"mark", {LIVE, .need = PL_NEED_MORE}, SANDBOX_NET_ADMIN, 0, 0, SANDBOX_START},
    {"published", {LIVE, .need = PL_NEED_PUBLISHED}, SANDBOX_NET_ADMIN, 0, 0, SANDBOX_START},
    {"--peers",
     {LIVE, .need = PL_NEED_OWNERS | PL_NEED_PEERS},
     SCAN | SANDBOX_NET_ADMIN,
     SCAN,
     0,
     SANDBOX_PROCESSES},
    {"-i", {LIVE, .need = PL_NEED_INTERNALS}, SANDBOX_NET_ADMIN, 0, 0, SANDBOX_START},
    {"-e",
     {LIVE, .need = PL_NEED_MORE | PL_NEED_CGROUPS | PL_NEED_USERS},
     SANDBOX_NET_ADMIN | SANDBOX_SEARCH,
     SANDBOX_SEARCH,
     0,
     SANDBOX_START},
    {"-ip",
     {LIVE, .need = PL_NEED_INTERNALS | PL_NEED_OWNERS | PL_NEED_NAMES},
     SCAN | SANDBOX_NET_ADMIN,
     SCAN,
     0,
     SANDBOX_PROCESSES},
    {"-ic",
     {LIVE, .repeat = true, .need = PL_NEED_INTERNALS},
     SANDBOX_NET_ADMIN,
     SANDBOX_NET_ADMIN,
     SANDBOX_NET_ADMIN,
     SANDBOX_START},
    {"-m -o", {LIVE, .need = PL_NEED_MEMORY | PL_NEED_TIMERS}, 0, 0, 0, SANDBOX_START},
    {"names",
     {LIVE, .need = PL_NEED_USERS | PL_NEED_SERVICES | PL_NEED_LINKS | PL_NEED_ADDRS},
     0,
     0,
     0,
     SANDBOX_START},
    {"-Z", {LIVE, .need = PL_NEED_OWNERS | PL_NEED_CONTEXTS}, SCAN, SCAN, 0, SANDBOX_PROCESSES},
    {"--record", {RECORD}, SCAN | SANDBOX_NET_ADMIN, SCAN, 0, SANDBOX_PROCESSES},
    {"--record in another's folder",
     {RECORD, .foreign = true},
     SCAN | SANDBOX_NET_ADMIN | SANDBOX_OVERRIDE,
     SCAN | SANDBOX_OVERRIDE,
     SANDBOX_OVERRIDE,
     SANDBOX_PROCESSES},
    {"--replay -pe",
     {.replay = "d", .need = PL_NEED_OWNERS | PL_NEED_MORE | PL_NEED_CGROUPS},
     0,
     0,
     0,
     SANDBOX_START},
    {"a table alone", {.file = "/etc/services"}, 0, 0, 0, SANDBOX_START},
};

static void test_rights(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct sandbox_plan *plan = &cases[i].plan;

        if (sandbox_rights(plan, SANDBOX_START) != cases[i].start ||
            sandbox_rights(plan, SANDBOX_SOCKS) != cases[i].socks ||
            sandbox_rights(plan, SANDBOX_PROCESSES) != cases[i].processes ||
            sandbox_landlock(plan) != cases[i].landlock)
            fail_msg("%s: %x %x %x, Landlock %u", cases[i].what,
                     (unsigned int)sandbox_rights(plan, SANDBOX_START),
                     (unsigned int)sandbox_rights(plan, SANDBOX_SOCKS),
                     (unsigned int)sandbox_rights(plan, SANDBOX_PROCESSES),
                     (unsigned int)sandbox_landlock(plan));
    }
}

static void test_user(void **state)
{
    static const struct {
        const char *what;
        struct sandbox_plan plan;
        bool kept;
    } rows[] = {
        {"-tan", {LIVE}, false},
        {"-tanpc", {LIVE, .repeat = true, .need = PL_NEED_OWNERS}, false},
        {"--record", {RECORD}, true},
        {"--replay", {.replay = "d"}, true},
        {"portname", {.file = "/etc/services"}, false},
        {"portname --services", {.file = "services"}, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (sandbox_keeps_user(&rows[i].plan) != rows[i].kept)
            fail_msg("%s: the user is %skept", rows[i].what, rows[i].kept ? "not " : "");
    }
}

/* A dropped privilege is not regained. */
static void test_rights_shrink(void **state)
{
    (void)state;
    for (uint32_t need = 0; need < 1U << 24; need += 0x2731) {
        for (unsigned int bits = 0; bits < 16; bits++) {
            const struct sandbox_plan plan = {
                .need = need,
                .live = (bits & 1) != 0,
                .repeat = (bits & 2) != 0,
                .foreign = (bits & 4) != 0,
                .record = bits & 8 ? dirs : NULL,
            };
            uint32_t start = sandbox_rights(&plan, SANDBOX_START);
            uint32_t socks = sandbox_rights(&plan, SANDBOX_SOCKS);
            uint32_t processes = sandbox_rights(&plan, SANDBOX_PROCESSES);

            assert_int_equal(socks & ~start, 0);
            assert_int_equal(processes & ~socks, 0);
            if (!plan.repeat)
                assert_int_equal(processes & ~(uint32_t)SANDBOX_OVERRIDE, 0);
            /* Landlock is off while descriptors of other processes are read. */
            if (sandbox_landlock(&plan) == SANDBOX_START)
                assert_int_equal(start & SANDBOX_PTRACE, 0);
        }
    }
}

/* ---- paths ---- */

static const char *paths_of(const struct sandbox_plan *plan, char *text, size_t size)
{
    static const char letters[] = {
        [SANDBOX_READ] = 'r', [SANDBOX_WRITE] = 'w', [SANDBOX_RENAME] = 'n'};
    struct sandbox_path paths[SANDBOX_PATHS];
    size_t count = sandbox_paths(plan, paths);
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, size - len, "%s%c", i > 0 ? " " : "",
                                letters[paths[i].access]);
        len += paths[i].path ? (size_t)snprintf(text + len, size - len, "%s", paths[i].path)
                             : (size_t)snprintf(text + len, size - len, "%d", paths[i].dir);
    }
    return text;
}

static void test_paths(void **state)
{
    static const struct {
        struct sandbox_plan plan;
        const char *paths;
    } rows[] = {
        {{LIVE}, "r/proc"},
        {{LIVE, .need = PL_NEED_USERS}, "r/proc r/etc/passwd r/etc/nsswitch.conf"},
        {{LIVE, .need = PL_NEED_SERVICES | PL_NEED_CGROUPS},
         "r/proc r/sys/fs/cgroup r/etc/services"},
        {{LIVE, .need = PL_NEED_NETNS}, "r/proc r/run/netns"},
        {{.replay = "dir", .need = UINT32_MAX}, "r/proc rdir"},
        {{.file = "f"}, "r/proc rf"},
        {{RECORD},
         "r/proc r/sys/fs/cgroup r/run/netns r/etc/services r/etc/passwd r/etc/nsswitch.conf "
         "w7 n8"},
    };
    char text[512];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(paths_of(&rows[i].plan, text, sizeof(text)), rows[i].paths);
}

/* ---- environment ---- */

static void test_environment(void **state)
{
    char variables[][32] = {"PATH=/tmp",   "TERM=dumb", "LD_PRELOAD=x",   "NO_COLOR=1",
                            "TERMINFO=/x", "COLUMNS=9", "HOSTALIASES=/x", "CLICOLOR_FORCE=1",
                            "TER",         "CLICOLOR="};
    char *list[COUNT_OF(variables) + 1] = {NULL};
    static const char *const left[] = {"TERM=dumb", "NO_COLOR=1", "CLICOLOR_FORCE=1", "CLICOLOR="};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(variables); i++)
        list[i] = variables[i];
    sandbox_clean(list);
    for (size_t i = 0; i < COUNT_OF(left); i++)
        assert_string_equal(list[i], left[i]);
    assert_null(list[COUNT_OF(left)]);
    sandbox_clean(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rights),        cmocka_unit_test(test_user),
        cmocka_unit_test(test_rights_shrink), cmocka_unit_test(test_paths),
        cmocka_unit_test(test_environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
