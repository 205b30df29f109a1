/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attempts from reports: each 16 bytes are a report about one of a few sockets. Each attempt is possible,
 * and is passed on while its report is handled.
 */
#include "fuzz.h"

#include "api/states.h"

#define REPORT 16
#define SECOND UINT64_C(1000000000)

struct state {
    size_t passed;
    bool ending;
};

static int take(void *arg, const struct pl_attempt *attempt)
{
    struct state *state = arg;
    bool dropped = (attempt->have & PL_ATTEMPT_DROPPED) != 0;

    PROMISE(attempt->verdict < PL_VERDICT_MAX);
    PROMISE(dropped == (attempt->verdict == PL_VERDICT_NONE));
    PROMISE(dropped == (attempt->drop_reason != NULL));
    PROMISE(dropped || attempt->have & PL_ATTEMPT_ANY_STATES);
    PROMISE((attempt->have & PL_ATTEMPT_ANY_STATES) != PL_ATTEMPT_ANY_STATES);
    PROMISE(!(attempt->have & PL_ATTEMPT_PACKETS));
    PROMISE(attempt->family == 4 || attempt->family == 6);
    PROMISE(!(attempt->have & PL_ATTEMPT_SYN_COUNT) || attempt->syn_count > 0);
    PROMISE(!(attempt->have & PL_ATTEMPT_ERROR) || attempt->error > 0);
    PROMISE(state->ending == (attempt->verdict == PL_VERDICT_TRYING));
    PROMISE(!attempt->owners[0] || attempt->owners[0]->count > 0);
    PROMISE(!attempt->owners[1] || attempt->owners[1]->count > 0);
    state->passed++;
    return 0;
}

static struct pl_report report_of(const uint8_t *from, uint64_t time)
{
    static const uint16_t states[] = {PL_STATE_CLOSED,    PL_STATE_LISTEN,      PL_STATE_SYN_SENT,
                                      PL_STATE_SYN_RECV,  PL_STATE_ESTABLISHED, PL_STATE_FIN_WAIT1,
                                      PL_STATE_TIME_WAIT, PL_STATE_NONE};
    static const uint8_t kinds[] = {PL_REPORT_STATE, PL_REPORT_STATE, PL_REPORT_ENDED,
                                    PL_REPORT_DROPPED};
    bool v6 = (from[0] & 0x10) != 0;
    struct pl_report report = {
        .at = {time, from[14] & 1 ? time : time - SECOND},
        .kind = kinds[from[0] & 3],
        .old_state = states[from[1] & 7],
        .have = from[2],
        .netns = from[3] & 3,
        .pid = from[4],
        .unacked = (uint32_t)from[5] - 8U,
        .expected = (uint32_t)from[6] - 8U,
        .bytes_out = from[7],
        .bytes_in = from[8],
        .retrans = from[9] * 300U,
        .error = from[10],
        .reason = "NETFILTER_DROP",
        .process = "p",
        .sock = {.cookie = from[11] & 7,
                 .local_port = from[12] & 7,
                 .peer_port = from[12] >> 3 & 7,
                 .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_COOKIE,
                 .state = states[from[1] >> 3 & 7],
                 .family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET,
                 .proto = from[0] & 0x20 ? PL_PROTO_MPTCP : PL_PROTO_TCP}};

    report.sock.local_addr[from[13] & 3] = 1;
    if (v6 && from[13] & 4)
        memset(report.sock.peer_addr + 10, 0xff, 2);
    report.sock.peer_addr[15] = from[13] >> 4;
    return report;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct state state = {0};
    struct pl_states *states = NULL;
    uint64_t time = 1000 * SECOND;

    if (pl_states_new(1, take, &state, &states) < 0)
        return 0;
    for (size_t at = 0; at + REPORT <= size; at += REPORT) {
        const struct pl_report report = report_of(data + at, time);
        size_t before = state.passed;

        PROMISE(pl_states_report(states, &report) == 0);
        PROMISE(state.passed <= before + 1);
        time += data[at + 15] * (SECOND / 64);
    }
    state.ending = true;
    PROMISE(pl_states_end(states, &(struct pl_moment){time, time}) == 0);
    pl_states_free(states);
    return 0;
}
