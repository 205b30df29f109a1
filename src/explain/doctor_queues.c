/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about connections that nobody closes or accepts. */
#include "doctor.h"

static bool is_tcp(const struct pl_sock *sock, enum pl_state state)
{
    return sock->proto == PL_PROTO_TCP && sock->state == state;
}

/* ---- connections that the other end closed ---- */

/*
 * The process has to close them. Others in CLOSE_WAIT have no process yet: they wait to be accepted.
 * The last acknowledgement came with the FIN of the other end, or later.
 */
void pl_rule_close_wait(struct doctor *doctor)
{
    struct groups groups = {0};
    const struct group *items;

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];
        uint64_t age;
        struct group *group;

        if (!is_tcp(sock, PL_STATE_CLOSE_WAIT) || (sock->owner_unknown != PL_OWNER_KNOWN &&
                                                   sock->owner_unknown != PL_OWNER_NOT_PERMITTED))
            continue;
        age = pl_doctor_number(doctor->snap, sock, PL_ATTR_LAST_ACK_RECV);
        group = pl_groups_add(doctor, &groups, BY_PID, sock, age == UINT64_MAX ? 0 : age);
        if (group)
            group->extra += age >= CLOSE_WAIT_MS; /* or unknown */
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++) {
        struct pl_finding *finding;

        if (items[i].extra <= CLOSE_WAIT_COUNT)
            continue;
        finding = pl_doctor_add(doctor, items[i].sock);
        finding->count = items[i].count;
        finding->value = items[i].extra;
        finding->age_ms = items[i].value;
    }
    pl_groups_free(&groups);
}

/* ---- accept queues ---- */

static bool has_queue(const struct pl_sock *sock)
{
    const unsigned int both = PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;

    return is_tcp(sock, PL_STATE_LISTEN) && (sock->have & both) == both;
}

/* Linux accepts one more than the limit; the BSDs and macOS, half as many more. */
static bool is_full(const struct doctor *doctor, const struct pl_sock *sock)
{
    uint64_t limit = sock->send_q;

    if (pl_snapshot_system(doctor->snap) != PL_SYSTEM_LINUX)
        limit = limit * 3 / 2;
    return sock->recv_q > limit;
}

static uint64_t fullness(const struct pl_sock *sock)
{
    return (uint64_t)sock->recv_q * 1000 / (sock->send_q + UINT64_C(1));
}

void pl_rule_accept_queue(struct doctor *doctor)
{
    struct groups groups = {0};
    const struct group *items;

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];

        if (has_queue(sock))
            (void)pl_groups_add(doctor, &groups, BY_LOCAL | BY_LOCAL_PORT, sock, fullness(sock));
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++) {
        const struct pl_sock *sock = items[i].sock;
        bool filling = sock->recv_q >= QUEUE_LEAST &&
                       (uint64_t)sock->recv_q * 100 > (uint64_t)sock->send_q * QUEUE_PERCENT;
        struct pl_finding *finding;

        if (!is_full(doctor, sock) && !filling)
            continue;
        finding = pl_doctor_add(doctor, sock);
        finding->kind = is_full(doctor, sock) ? PL_CASE_FULL : PL_CASE_FILLING;
        if (is_full(doctor, sock))
            finding->severity = PL_SEVERITY_ERROR;
        finding->count = items[i].count;
        finding->value = sock->recv_q;
        finding->limit = sock->send_q;
    }
    pl_groups_free(&groups);
}

/* The listener whose queue is the fullest now is the first to look at. */
void pl_rule_accept_overflow(struct doctor *doctor)
{
    const struct pl_sock *fullest = NULL;
    struct pl_finding *finding;
    uint64_t value;
    bool boot;

    if (!pl_doctor_grown(doctor, PL_COUNTER_LISTEN_OVERFLOWS, &value, &boot) || value == 0)
        return;
    for (size_t i = 0; i < doctor->count; i++) {
        const struct pl_sock *sock = &doctor->socks[i];

        if (has_queue(sock) && sock->recv_q > 0 && (!fullest || fullness(sock) > fullness(fullest)))
            fullest = sock;
    }
    finding = pl_doctor_add(doctor, fullest);
    pl_doctor_counted(doctor, finding, value, boot);
}

/* ---- half-open connections ---- */

/* Returns the largest limit of the listeners on a port, or 0 if no socket listens there. */
static uint32_t limit_of(const struct doctor *doctor, uint32_t port)
{
    uint32_t limit = 0;

    for (size_t i = 0; i < doctor->count; i++) {
        const struct pl_sock *sock = &doctor->socks[i];

        if (has_queue(sock) && sock->local_port == port && sock->send_q > limit)
            limit = sock->send_q;
    }
    return limit;
}

static void count_half_open(struct doctor *doctor)
{
    struct groups groups = {0};
    const struct group *items;

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        if (is_tcp(&doctor->socks[i], PL_STATE_SYN_RECV))
            (void)pl_groups_add(doctor, &groups, BY_LOCAL_PORT, &doctor->socks[i], 0);
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++) {
        uint64_t limit =
            items[i].count >= QUEUE_LEAST ? limit_of(doctor, items[i].key.local_port) : 0;
        struct pl_finding *finding;

        if (limit == 0 || items[i].count * 100 <= limit * QUEUE_PERCENT)
            continue;
        finding = pl_doctor_add(doctor, items[i].sock);
        finding->kind = PL_CASE_HALF;
        if (items[i].count >= limit)
            finding->severity = PL_SEVERITY_ERROR;
        finding->count = finding->value = items[i].count;
        finding->limit = limit;
    }
    pl_groups_free(&groups);
}

void pl_rule_syn_queue(struct doctor *doctor)
{
    static const struct {
        enum pl_counter counter;
        enum pl_finding_case kind;
    } counters[] = {{PL_COUNTER_SYN_COOKIES, PL_CASE_COOKIES},
                    {PL_COUNTER_SYN_DROPS, PL_CASE_DROPPED}};

    count_half_open(doctor);
    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
        struct pl_finding *finding;
        uint64_t value;
        bool boot;

        if (doctor->failed || doctor->examination->filtered ||
            !pl_doctor_grown(doctor, counters[i].counter, &value, &boot) || value == 0)
            continue;
        finding = pl_doctor_add(doctor, NULL);
        finding->kind = counters[i].kind;
        pl_doctor_counted(doctor, finding, value, boot);
    }
}

/* ---- groups of listeners ---- */

/* Listeners that share an address and port by SO_REUSEPORT: the kernel spreads connections evenly. */
void pl_rule_uneven_queues(struct doctor *doctor)
{
    struct groups groups = {0};
    const struct group *items;

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];

        if (has_queue(sock))
            (void)pl_groups_add(doctor, &groups, BY_LOCAL | BY_LOCAL_PORT, sock, sock->recv_q);
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++) {
        struct pl_finding *finding;

        if (items[i].count < 2 || items[i].value < UNEVEN_LEAST ||
            items[i].least * UNEVEN_TIMES > items[i].value)
            continue;
        finding = pl_doctor_add(doctor, items[i].sock);
        finding->count = items[i].count;
        finding->value = items[i].value;
        finding->other = items[i].least;
    }
    pl_groups_free(&groups);
}
