/* SPDX-License-Identifier: BSD-2-Clause */
#include "../layouts.h"

#include "../../../src/view/as.h"

static void rows(void **state)
{
    struct pl_snapshot *snap = two_socks();
    struct out out = {.fd = -1};
    const struct as_view view = {.snap = snap, .processes = true};

    (void)state;
    windows_print(&view, &out);
    holds(&out, "\nActive Connections\n\n"
                "  Proto  Local Address          Foreign Address        State           PID\n"
                "  TCP    127.0.0.1:8080         0.0.0.0:0              LISTENING       5\n"
                "  TCP    [2001:db8::1]:8080     [::ffff:10.0.0.9]:443  ESTABLISHED     0\n");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(rows))
