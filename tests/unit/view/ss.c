/* SPDX-License-Identifier: BSD-2-Clause */
#include "../layouts.h"

#include "../../../src/view/as.h"

static void rows(void **state)
{
    struct pl_snapshot *snap = two_socks();
    struct out out = {.fd = -1};
    struct as_view view = {.snap = snap,
                           .processes = true,
                           .header = true,
                           .protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP),
                           .states = UINT32_MAX};

    (void)state;
    ss_print(&view, &out);
    holds(&out, "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n"
                "tcp LISTEN 0 7 127.0.0.1:8080 0.0.0.0:* "
                "users:((\"web\",pid=6,fd=3),(\"web\",pid=5,fd=3))\n"
                "tcp ESTAB 0 7 [2001:db8::1]:8080 [::ffff:10.0.0.9]:443\n");
    out = (struct out){.fd = -1};
    view.protos = PL_BIT(PL_PROTO_TCP);
    view.states = PL_BIT(PL_STATE_LISTEN);
    view.header = view.processes = false;
    ss_print(&view, &out);
    holds(&out, "0 7 127.0.0.1:8080 0.0.0.0:*\n0 7 [2001:db8::1]:8080 [::ffff:10.0.0.9]:443\n");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(rows))
