/* SPDX-License-Identifier: BSD-2-Clause */
/* After the act: the results, and what still holds the ports. */
#include "run.h"

#include "cli/complain.h"
#include "cli/status.h"
#include "view/terminal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PORTS_MAX 64 /* ports that are looked at again */
#define AGAIN     (-2)

/* How long a service manager may take to start a process again. */
#define ROUND_MS     100
#define YES_ROUNDS   50
#define MAYBE_ROUNDS 15

/* Writes a filter for the local ports of the targets. Returns false if they have none. */
static bool name_ports(const struct targets *targets, char *buf, size_t size, uint32_t *protos)
{
    uint32_t ports[PORTS_MAX];
    size_t count = 0;
    bool more = false;

    (void)strlcpy(buf, "local port ", size);
    for (size_t i = 0; i < targets->hold_count; i++) {
        const struct pl_sock *sock = targets->holds[i].sock;
        size_t seen = 0;

        while (seen < count && ports[seen] != sock->local_port)
            seen++;
        if (sock->local_port == 0 || seen < count || sock->proto == PL_PROTO_UNIX)
            continue;
        more |= count == PORTS_MAX;
        if (count == PORTS_MAX)
            continue;
        *protos |= PL_BIT(sock->proto);
        ports[count++] = sock->local_port;
        (void)snprintf(buf + strlen(buf), size - strlen(buf), "%s%u", count > 1 ? "," : "",
                       sock->local_port);
    }
    if (more)
        complain_text("more than 64 ports: what still holds the others is not listed");
    return count > 0;
}

/* Prints the results, and what still holds the ports (NULL: not known). */
static int print_results(struct run *run, const struct pl_snapshot *snap)
{
    const struct format *format = run->format;
    struct out out = {.fd = STDOUT_FILENO};
    struct view view = run_view(run, format, STDOUT_FILENO);
    size_t count = 0;
    bool rest;
    int status;

    run->tried = true;
    if (snap)
        (void)pl_snapshot_socks(snap, &count);
    rest = snap && format->several && (format->data || count > 0);
    if (!format->data)
        out_char(&out, '\n');
    page_targets(&run->targets, format->data ? PAGE_DATA : PAGE_RESULT, format, &view, rest, &out);
    view.snap = snap;
    if (rest)
        page_rest(&run->targets, format, &view, true, &out);
    status = finish_output(&out);
    run->printed = status == EXIT_DONE;
    return status;
}

/* The results when they cannot be printed: what was hit must not remain unsaid. */
static void complain_results(const struct run *run)
{
    for (size_t i = 0; i < run->targets.count; i++) {
        const struct target *target = &run->targets.rows[i];
        char result[256];
        char text[384];

        if (!target->hit)
            continue;
        (void)actor_explain(&run->plan, &target->reply, result, sizeof(result));
        if (run->plan.what == ACTOR_SIGNAL)
            (void)snprintf(text, sizeof(text), "the result could not be printed: process %u: %s",
                           target->request.pid, result);
        else
            (void)snprintf(text, sizeof(text),
                           "the result could not be printed: socket of local port %u: %s",
                           target->request.sock.local_port, result);
        complain_text(text);
    }
}

/* Whether a process that was not hit has a port again. */
static bool is_held(const struct run *run, const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    for (size_t i = 0; i < count; i++) {
        size_t owner_count;
        const struct pl_owner *owners = pl_snapshot_owners(snap, &socks[i], &owner_count);

        if (pl_sock_is_listener(&socks[i]) && owner_count > 0 &&
            !targets_find(&run->targets, owners[0].pid))
            return true;
    }
    return false;
}

/* Returns how long to wait for a process that is started again. */
static unsigned int rounds_of(const struct run *run)
{
    static const unsigned int rounds[] = {
        [KEEPER_NO] = 0, [KEEPER_MAYBE] = MAYBE_ROUNDS, [KEEPER_YES] = YES_ROUNDS};
    unsigned int most = 0;

    for (size_t i = 0; i < run->targets.count; i++) {
        const struct target *target = &run->targets.rows[i];
        unsigned int own = rounds[keeper_returns(&target->keeper, run->plan.signal)];

        if (target->hit && own > most)
            most = own;
    }
    return most;
}

static int show_rest(void *arg, struct pl_snapshot *snap)
{
    struct run *run = arg;
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    if (run->rounds > 0 && !is_held(run, snap))
        return AGAIN;
    for (size_t i = 0; i < count && !run->format->notes; i++)
        complain_note(&notes[i]);
    return print_results(run, snap);
}

static int read_rest(struct run *run)
{
    const struct timespec pause = {.tv_nsec = ROUND_MS * 1000000L};
    char expression[16 + 6 * PORTS_MAX];
    struct pl_filter_error error;
    struct pl_filter *filter = NULL;
    struct pl_query query = {.states = UINT32_MAX,
                             .need = PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_TIMERS};
    int status;

    if (!run->format->several ||
        !name_ports(&run->targets, expression, sizeof(expression), &query.protos) ||
        pl_filter_parse(expression, NULL, &filter, &error) < 0)
        return print_results(run, NULL);
    query.filter = filter;
    query.need |= pl_filter_need(filter);
    run->rounds = rounds_of(run);
    while ((status = session_round(&run->session, &query, show_rest, run)) == AGAIN) {
        run->rounds--;
        (void)nanosleep(&pause, NULL);
    }
    pl_filter_free(filter);
    if (status == EXIT_FAILED && !run->tried)
        (void)print_results(run, NULL);
    return status;
}

int report_results(struct run *run)
{
    int status = read_rest(run);

    if (!run->printed)
        complain_results(run);
    return status;
}
