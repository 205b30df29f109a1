/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "as/layout.h"

static void put(struct pl_snapshot *snap, uint64_t key, uint16_t state, uint8_t type,
                const char *name, size_t len)
{
    const struct pl_sock sock = {.proto = PL_PROTO_UNIX,
                                 .family = PL_FAMILY_UNIX,
                                 .have = PL_HAVE_STATE | (key != 0 ? PL_HAVE_INODE : 0),
                                 .state = state,
                                 .type = type,
                                 .key = key};
    const struct pl_attr path = {
        .id = PL_ATTR_PATH, .text = 1, .len = (uint32_t)len, .u.text = name};

    assert_int_equal(snap->sink.sock(&snap->sink, &sock, &path, len > 0), 0);
}

static struct pl_snapshot *sample(enum pl_system system)
{
    static const struct pl_query any = {.protos = UINT32_MAX};
    static const char table[] = "0: 00000002 00000000 00010000 0001 01 11 /run/a b\n"
                                "0: 00000003 00000000 00000000 0001 02 0 /run/a b\n"
                                "0: 00000004 00000000 00000000 0002 03 12 @x@y\n";
    const struct pl_input in = {
        .bytes = {.data = (const uint8_t *)table, .len = sizeof(table) - 1}};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(system, &any, &snap), 0);
    put(snap, 11, PL_STATE_LISTEN, PL_TYPE_STREAM, "/run/a b", 8);
    put(snap, 12, PL_STATE_ESTABLISHED, PL_TYPE_DGRAM, "\0x\0y", 4);
    put(snap, 13, PL_STATE_UNCONN, PL_TYPE_SEQPACKET, "", 0);
    put(snap, 0, PL_STATE_UNCONN, PL_TYPE_RDM, "e\x1b", 2);
    if (system == PL_SYSTEM_LINUX)
        assert_int_equal(pl_decode_linux_proc_unix_references(&in, &snap->sink), 0);
    return snap;
}

static void rows(void **state)
{
    struct pl_snapshot *snap = sample(PL_SYSTEM_LINUX);
    struct out out = {.fd = -1};
    const struct as_view view = {.snap = snap, .all = true, .protos = PL_BIT(PL_PROTO_UNIX)};

    (void)state;
    netstat_print(&view, &out);
    holds(&out, "Active UNIX domain sockets (servers and established)\n"
                "Proto RefCnt Flags       Type       State         I-Node   Path\n"
                "unix  2      [ ACC ]     STREAM     LISTENING     11       /run/a b\n"
                "unix  3      [ ]         STREAM     CONNECTING    0        /run/a b\n"
                "unix  4      [ ]         DGRAM      CONNECTED     12       @x@y\n"
                "unix  -      [ ]         SEQPACKET                13       \n"
                "unix  -      [ ]         RDM        DISCONNECTING 0        e\\x1b\n");
    pl_snapshot_free(snap);
}

static void chosen(void **state)
{
    struct pl_snapshot *snap = sample(PL_SYSTEM_LINUX);
    struct out out = {.fd = -1};
    struct as_view view = {
        .snap = snap, .listening = true, .processes = true, .protos = PL_BIT(PL_PROTO_UNIX)};

    (void)state;
    netstat_print(&view, &out);
    holds(&out, "Active UNIX domain sockets (only servers)\n"
                "Proto RefCnt Flags       Type       State         I-Node   PID/Program name     "
                "Path\n"
                "unix  2      [ ACC ]     STREAM     LISTENING     11       -                    "
                "/run/a b\n");
    view.listening = view.processes = false;
    out = (struct out){.fd = -1};
    netstat_print(&view, &out);
    assert_non_null(memmem(out.data, out.len, "CONNECTING", 10));
    assert_null(memmem(out.data, out.len, "LISTENING", 9));
    out_free(&out);
    pl_snapshot_free(snap);
}

/* An unknown value is not printed as 0. */
static void unknown(void **state)
{
    struct pl_snapshot *snap = sample(PL_SYSTEM_FREEBSD);
    struct out out = {.fd = -1};
    const struct as_view view = {.snap = snap, .listening = true, .protos = PL_BIT(PL_PROTO_UNIX)};

    (void)state;
    ((struct pl_sock *)snap->socks.items)[0].have = PL_HAVE_STATE;
    netstat_print(&view, &out);
    holds(&out, "Active UNIX domain sockets (only servers)\n"
                "Proto RefCnt Flags       Type       State         I-Node   Path\n"
                "unix  -      [ ACC ]     STREAM     LISTENING     -        /run/a b\n");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(rows), TEST(chosen), TEST(unknown))
