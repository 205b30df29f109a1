/* SPDX-License-Identifier: BSD-2-Clause */
/* What a close does, as the preview says it. */
#include "harness.h"

#include "kill/targets.h"

static void effects(void **state)
{
    static const struct {
        struct pl_sock sock;
        const char *words; /* in the sentence */
        bool subflow;
    } cases[] = {
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_ESTABLISHED}, "ECONNRESET at the other end"},
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_CLOSE_WAIT}, "resets the connection"},
        {{.proto = PL_PROTO_TCP,
          .state = PL_STATE_ESTABLISHED,
          .owner_unknown = PL_OWNER_ACCEPT_QUEUE},
         "no program has accepted"},
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_SYN_RECV, .owner_unknown = PL_OWNER_SYN_RECV},
         "the other end is not told"},
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_SYN_RECV}, "ends this attempt"},
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_SYN_SENT}, "ends this attempt"},
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_TIME_WAIT}, "RFC 1337"},
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_LISTEN}, "resets waiting connections"},
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_BOUND},
         "impossible: a socket that is only bound"},
        {{.proto = PL_PROTO_UDP, .state = PL_STATE_UNCONN}, "stays bound"},
        {{.proto = PL_PROTO_UDP,
          .family = PL_FAMILY_INET,
          .state = PL_STATE_ESTABLISHED,
          .have = PL_HAVE_PEER,
          .peer_port = 53},
         "disconnects it"},
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_ESTABLISHED}, "closes only this subflow", true},
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_TIME_WAIT}, "closes only this subflow", true},
        {{.proto = PL_PROTO_TCP, .state = PL_STATE_LISTEN}, "resets waiting connections", true},
        {{.proto = PL_PROTO_MPTCP, .state = PL_STATE_ESTABLISHED}, "only their subflows"},
        {{.proto = PL_PROTO_RAW}, "impossible"},
        {{.proto = PL_PROTO_UNIX, .state = PL_STATE_LISTEN}, "impossible"},
        {{.proto = PL_PROTO_NETLINK}, "impossible"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (!strstr(effect_of(&cases[i].sock, cases[i].subflow), cases[i].words))
            fail_msg("case %zu: %s", i, effect_of(&cases[i].sock, cases[i].subflow));
    }
}

TEST_MAIN(TEST(effects))
