/* SPDX-License-Identifier: BSD-2-Clause */
#include "../layouts.h"

#include "../../../src/view/as.h"

static void rows(void **state)
{
    struct pl_snapshot *snap = two_socks();
    struct out out = {.fd = -1};
    const struct as_view view = {
        .snap = snap, .all = true, .extended = true, .processes = true, .wide = true};

    (void)state;
    netstat_print(&view, &out);
    holds(&out, "Active Internet connections (servers and established)\n"
                "Proto Recv-Q Send-Q Local Address           Foreign Address         State       "
                "User       Inode      PID/Program name    \n"
                "tcp        0      0 127.0.0.1:8080          0.0.0.0:*               LISTEN      "
                "0          1          5/web server        \n"
                "tcp6       0      7 2001:db8::1:8080        10.0.0.9:443            ESTABLISHED "
                "0          2          -                   \n");
    pl_snapshot_free(snap);
}

/* Without -a: servers or the others; 22 bytes of address and port. */
static void chosen(void **state)
{
    struct pl_snapshot *snap = two_socks();
    struct pl_sock *socks = snap->socks.items;
    struct out out = {.fd = -1};
    const struct as_view view = {.snap = snap};

    (void)state;
    memset(socks[1].local_addr, 0x11, 16);
    netstat_print(&view, &out);
    holds(&out,
          "Active Internet connections (w/o servers)\n"
          "Proto Recv-Q Send-Q Local Address           Foreign Address         State      \n"
          "tcp6       0      7 1111:1111:1111:111:8080 10.0.0.9:443            ESTABLISHED\n");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(rows), TEST(chosen))
