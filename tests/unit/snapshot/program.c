/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include "snapshot/snapshot.h"

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }
#define LONG                                                                                      \
    "/x/" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN \
        TEN TEN TEN
#define TEN "systemd-resolve"

static const struct {
    enum pl_system system;
    struct pl_process process;
    const char *want;
} cases[] = {
    {PL_SYSTEM_LINUX,
     {.name = BYTES("systemd-resolve"), .exe = BYTES("/usr/lib/systemd/systemd-resolved")},
     "systemd-resolved"},
    {PL_SYSTEM_LINUX,
     {.name = BYTES("systemd-resolve"), .exe = BYTES("/x/systemd-resolved (deleted)")},
     "systemd-resolved"},
    /* the executable before the first argument */
    {PL_SYSTEM_LINUX,
     {.name = BYTES("systemd-resolve"),
      .exe = BYTES("systemd-resolved"),
      .command = BYTES("systemd-resolver"),
      .program_len = 16},
     "systemd-resolved"},
    {PL_SYSTEM_LINUX,
     {.name = BYTES("systemd-resolve"),
      .exe = BYTES("/x/other"),
      .command = BYTES("/x/systemd-resolver -x"),
      .program_len = 19},
     "systemd-resolver"},
    {PL_SYSTEM_LINUX,
     {.name = BYTES("networkd-dispat"),
      .exe = BYTES("/usr/bin/python3"),
      .command = BYTES("/usr/bin/python3 /usr/bin/networkd-dispatcher"),
      .program_len = 16,
      .script = BYTES("networkd-dispatcher")},
     "networkd-dispatcher"},
    /* a title, not a path */
    {PL_SYSTEM_LINUX,
     {.name = BYTES("gunicorn: maste"),
      .command = BYTES("gunicorn: master [app]"),
      .program_len = 22},
     "gunicorn: maste"},
    {PL_SYSTEM_LINUX,
     {.name = BYTES("systemd-resolve"), .exe = BYTES("/x/systemd-resolve (deleted)")},
     "systemd-resolve"},
    {PL_SYSTEM_LINUX,
     {.name = BYTES("systemd-resolve"), .exe = BYTES("/x/systemd-resolXed")},
     "systemd-resolve"},
    {PL_SYSTEM_LINUX,
     {.name = BYTES("systemd-resolv"), .exe = BYTES("/x/systemd-resolved")},
     "systemd-resolv"},
    {PL_SYSTEM_LINUX, {.name = BYTES("systemd-resolve"), .exe = BYTES(LONG)}, "systemd-resolve"},
    {PL_SYSTEM_LINUX, {.name = BYTES("systemd-resolve")}, "systemd-resolve"},
    {PL_SYSTEM_FREEBSD,
     {.name = BYTES("systemd-resolve"), .exe = BYTES("/x/systemd-resolved")},
     "systemd-resolve"},
};

static void completes(void **state)
{
    static const struct pl_query all = {.protos = UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap;
        const struct pl_process *process;

        assert_int_equal(pl_snapshot_new(cases[i].system, &all, &snap), 0);
        assert_int_equal(snap->sink.process(&snap->sink, &cases[i].process), 0);
        pl_join_settle(snap);
        process = pl_snapshot_process(snap, 0);
        assert_int_equal(process->name.len, strlen(cases[i].want));
        assert_memory_equal(process->name.data, cases[i].want, process->name.len);
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(completes))
