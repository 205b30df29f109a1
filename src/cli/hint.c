/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Explains an empty listing in one line: the unmatched condition, and similar ports or names in
 * use.
 */
#include "settings.h"

#include "model/near.h"
#include "session.h"
#include "view/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLUES_MAX  32
#define PORTS_MAX  3 /* ports named in a message */
#define PORT_NEAR  2 /* largest difference of a near port */
#define LISTENING  (PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN))
#define ONLY_BOUND PL_BIT(PL_STATE_BOUND)

struct hint {
    const struct settings *settings;
    const struct pl_snapshot *all; /* NULL: unknown */
    const struct pl_sock *socks;
    size_t count;
    struct pl_clue clues[CLUES_MAX];
    size_t clue_count;
    struct out *line;
};

/* ---- parts of sentences ---- */

static void put_text(const struct hint *hint, struct pl_text text)
{
    text_plain(hint->line, text, "");
}

static void put_quoted(const struct hint *hint, struct pl_text text)
{
    out_char(hint->line, '\'');
    put_text(hint, text);
    out_char(hint->line, '\'');
}

/* "one TCP socket", "3 sockets"; proto 0: of several protocols */
static void put_sockets(const struct hint *hint, size_t count, unsigned int proto)
{
    struct out *line = hint->line;

    if (count == 1)
        out_word(line, "one");
    else
        out_number(line, count);
    out_char(line, ' ');
    for (const char *name = proto ? pl_proto_name(proto) : ""; *name != '\0'; name++)
        out_char(line, (char)(*name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name));
    out_word(line, proto ? " socket" : "socket");
    out_word(line, count == 1 ? "" : "s");
}

/* Returns the name of a process that holds the socket; data is NULL if none is known. */
static struct pl_text holder(const struct hint *hint, const struct pl_sock *sock)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(hint->all, sock, &count);
    const struct pl_process *process =
        count > 0 ? pl_snapshot_process(hint->all, owners[0].pid) : NULL;

    return process ? process->name : (struct pl_text){NULL, 0};
}

/* "81", "81 or 82", "8000-8100" */
static void put_ports(const struct hint *hint)
{
    struct out *line = hint->line;
    size_t ports = 0;
    size_t put = 0;

    for (size_t i = 0; i < hint->clue_count; i++)
        ports += hint->clues[i].kind == PL_CLUE_PORT;
    for (size_t i = 0; i < hint->clue_count && put < PORTS_MAX; i++) {
        const struct pl_clue *clue = &hint->clues[i];

        if (clue->kind != PL_CLUE_PORT)
            continue;
        put++;
        if (put > 1)
            out_word(line, put == ports ? " or " : ", ");
        out_number(line, clue->low);
        if (clue->high != clue->low) {
            out_char(line, '-');
            out_number(line, clue->high);
        }
    }
    out_word(line, put < ports ? " ..." : "");
}

/* ---- near ports and similar names ---- */

/*
 * Returns the distance of a port from the typed one, by number or by digits; UINT_MAX if it is not
 * near.
 */
static unsigned int port_distance(uint16_t wanted, uint32_t port)
{
    unsigned int apart = wanted > port ? wanted - port : port - wanted;
    char digits[2][12];
    struct pl_near near;

    if (apart <= PORT_NEAR)
        return apart;
    (void)snprintf(digits[0], sizeof(digits[0]), "%u", (unsigned int)wanted);
    (void)snprintf(digits[1], sizeof(digits[1]), "%u", (unsigned int)port);
    pl_near_start(&near, digits[0], strlen(digits[0]), 1);
    pl_near_add(&near, digits[1]);
    return near.count > 0 ? PORT_NEAR + near.far[0] : UINT32_MAX;
}

/* "; 80 is held by nginx" */
static void put_near_port(const struct hint *hint, const struct pl_clue *clue)
{
    const struct pl_sock *best = NULL;
    unsigned int least = UINT32_MAX;
    struct pl_text name;

    if (clue->low != clue->high || !clue->local)
        return;
    for (size_t i = 0; i < hint->count; i++) {
        const struct pl_sock *sock = &hint->socks[i];
        unsigned int far;

        if (!(sock->have & PL_HAVE_LOCAL) || !pl_sock_is_listener(sock))
            continue;
        far = port_distance(clue->low, sock->local_port);
        if (far < least || (far == least && best && !holder(hint, best).data)) {
            least = far;
            best = far < UINT32_MAX ? sock : best;
        }
    }
    if (!best)
        return;
    name = holder(hint, best);
    out_word(hint->line, "; ");
    out_number(hint->line, best->local_port);
    out_word(hint->line, name.data ? " is held by " : " is in use");
    put_text(hint, name);
}

/* Sorted for the search below, so that each name is compared once. */
static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

#define NAME_BYTES 64

/* Adds the names of processes or users of all sockets. They are stored in *names, to be freed. */
static void add_names(const struct hint *hint, bool users, struct pl_near *near,
                      char (**names)[NAME_BYTES])
{
    size_t count = 0;

    *names = calloc(hint->count + 1, NAME_BYTES);
    for (size_t i = 0; *names && i < hint->count; i++) {
        const struct pl_sock *sock = &hint->socks[i];
        struct pl_text text = {NULL, 0};

        if (!users)
            text = holder(hint, sock);
        else if (sock->have & PL_HAVE_UID)
            text = pl_snapshot_user(hint->all, sock->uid);
        if (text.data && text.len < NAME_BYTES && !memchr(text.data, '\0', text.len))
            memcpy((*names)[count++], text.data, text.len);
    }
    if (*names)
        qsort(*names, count, NAME_BYTES, compare_names);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp((*names)[i - 1], (*names)[i]) != 0)
            pl_near_add(near, (*names)[i]);
    }
}

/* ---- sentences ---- */

/* "no process called 'ngnix' has a socket; nginx is running" */
static void say_name(const struct hint *hint, const struct pl_clue *clue)
{
    bool user = clue->kind == PL_CLUE_USER;
    const char *advice;
    const char *unknown = pl_filter_unknown(hint->settings->ask.filter, &advice);
    char(*names)[NAME_BYTES] = NULL;
    struct pl_near near;

    out_word(hint->line, user ? "no socket belongs to user " : "no process called ");
    put_quoted(hint, clue->text);
    out_word(hint->line, user ? "" : " with a socket was found");
    pl_near_start(&near, clue->text.data, clue->text.len, 1);
    add_names(hint, user, &near, &names);
    if (near.count > 0) {
        out_word(hint->line, "; ");
        put_text(hint, text_of(near.words[0]));
        out_word(hint->line, user ? " has sockets" : " is running");
    } else if (unknown && strlen(unknown) == clue->text.len &&
               memcmp(unknown, clue->text.data, clue->text.len) == 0) {
        put_text(hint, text_of(advice));
    }
    free(names);
}

static void say_address(const struct hint *hint, const struct pl_clue *clue)
{
    unsigned int whole = clue->family == PL_FAMILY_INET ? 32 : 128;
    char text[PL_ADDR_TEXT];
    size_t len = pl_addr_print(clue->family, clue->addr, text);

    out_word(hint->line,
             clue->bits < whole ? "no socket has an address in " : "no socket has the address ");
    put_text(hint, (struct pl_text){text, (uint32_t)len});
    if (clue->bits < whole) {
        out_char(hint->line, '/');
        out_number(hint->line, clue->bits);
    }
}

/* No socket has the port: "no socket has local port 81; 80 is held by nginx". */
static void say_port(const struct hint *hint, const struct pl_clue *clue)
{
    const char *side = clue->local ? "local " : "peer ";

    out_word(hint->line, "no socket has ");
    out_word(hint->line, clue->local && clue->peer ? "" : side);
    out_word(hint->line, "port ");
    put_ports(hint);
    for (size_t i = 0; i < hint->clue_count && clue->service; i++) {
        if (hint->clues[i].kind != PL_CLUE_PROCESS)
            continue;
        out_word(hint->line, ", and no process called ");
        put_quoted(hint, hint->clues[i].text);
        out_word(hint->line, " with a socket was found");
        return;
    }
    put_near_port(hint, clue);
}

/* Facts about the sockets that match one condition. */
struct others {
    size_t count;
    unsigned int proto; /* 0: several */
    uint32_t states;
};

static struct others find_others(const struct hint *hint, const struct pl_clue *clue)
{
    struct others others = {0};

    for (size_t i = 0; i < hint->count; i++) {
        const struct pl_sock *sock = &hint->socks[i];

        if (!pl_clue_match(clue, hint->all, sock))
            continue;
        others.proto = others.count == 0 || others.proto == sock->proto ? sock->proto : 0;
        others.states |= sock->state < PL_STATE_MAX ? PL_BIT(sock->state) : 0;
        others.count++;
    }
    return others;
}

/* The port is in use, but not by sockets that are listed. */
static void say_other_port(const struct hint *hint, const struct others *others, bool listening)
{
    bool other_proto =
        others->proto != 0 && (hint->settings->query.protos & PL_BIT(others->proto)) == 0;
    bool one = others->count == 1;

    out_word(hint->line, listening     ? "nothing listens on port "
                         : other_proto ? "no socket of these protocols has port "
                                       : "no socket matches all conditions; port ");
    put_ports(hint);
    out_word(hint->line, listening || other_proto ? "; " : " belongs to ");
    put_sockets(hint, others->count, others->proto);
    if (listening) {
        out_word(hint->line, one ? " is " : " are ");
        out_word(hint->line, others->states == ONLY_BOUND ? "bound to it" : "using it");
        out_word(hint->line, ": leave out -l");
    } else if (other_proto) {
        out_word(hint->line, one ? " has it" : " have it");
    }
}

/* The process or user has sockets, but none is listed. */
static void say_other_name(const struct hint *hint, const struct pl_clue *clue,
                           const struct others *others, bool listening)
{
    out_word(hint->line, listening ? "" : "no socket matches all conditions; ");
    put_quoted(hint, clue->text);
    out_word(hint->line, " has ");
    put_sockets(hint, others->count, others->proto);
    if (listening)
        out_word(hint->line, others->count == 1 ? ", which does not listen: leave out -l"
                                                : ", none of which listens: leave out -l");
}

/* Do conditions compare ports of different sides? Then they cannot be summed up. */
static bool has_other_side(const struct hint *hint, const struct pl_clue *clue)
{
    for (size_t i = 0; i < hint->clue_count; i++) {
        const struct pl_clue *other = &hint->clues[i];

        if (clue->kind == PL_CLUE_PORT && other->kind == PL_CLUE_PORT &&
            (other->local != clue->local || other->peer != clue->peer))
            return true;
    }
    return false;
}

/* Each condition matches a socket, but no socket matches all. Conditions on ports explain most. */
static bool say_other(const struct hint *hint)
{
    const struct settings *settings = hint->settings;
    const struct pl_clue *best = NULL;
    struct others others;
    bool listening;

    for (size_t i = 0; i < hint->clue_count; i++) {
        const struct pl_clue *clue = &hint->clues[i];

        if (clue->kind != PL_CLUE_ADDRESS && (!best || best->kind != PL_CLUE_PORT) &&
            (!best || clue->kind == PL_CLUE_PORT) && find_others(hint, clue).count > 0)
            best = clue;
    }
    if (!best || has_other_side(hint, best))
        return false;
    others = find_others(hint, best);
    listening = settings->listening && !settings->all && (others.states & LISTENING) == 0;
    if (best->kind == PL_CLUE_PORT)
        say_other_port(hint, &others, listening);
    else
        say_other_name(hint, best, &others, listening);
    return true;
}

/* Returns how many sockets match any condition of the kind. */
static size_t matches(const struct hint *hint, enum pl_clue_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < hint->count; i++) {
        for (size_t j = 0; j < hint->clue_count; j++) {
            if (hint->clues[j].kind == kind &&
                pl_clue_match(&hint->clues[j], hint->all, &hint->socks[i])) {
                count++;
                break;
            }
        }
    }
    return count;
}

static bool has_service(const struct hint *hint)
{
    for (size_t i = 0; i < hint->clue_count; i++) {
        if (hint->clues[i].service)
            return true;
    }
    return false;
}

static bool say_clue(const struct hint *hint)
{
    for (size_t i = 0; i < hint->clue_count; i++) {
        const struct pl_clue *clue = &hint->clues[i];

        /* A name is that of a service or of a program: either is enough. */
        if (matches(hint, clue->kind) > 0 ||
            (clue->service && matches(hint, PL_CLUE_PROCESS) > 0) ||
            (clue->kind == PL_CLUE_PROCESS && has_service(hint) && matches(hint, PL_CLUE_PORT) > 0))
            continue;
        if (clue->kind == PL_CLUE_PORT)
            say_port(hint, clue);
        else if (clue->kind == PL_CLUE_ADDRESS)
            say_address(hint, clue);
        else
            say_name(hint, clue);
        return true;
    }
    return say_other(hint);
}

static void say(struct hint *hint)
{
    const struct settings *settings = hint->settings;

    if (!hint->all || hint->clue_count == CLUES_MAX || !say_clue(hint))
        out_word(hint->line, settings->ask.filter ? "no socket matches the filter"
                             : settings->listening && !settings->all ? "no such socket listens"
                                                                     : "there is no such socket");
}

void hint_print(const struct settings *settings, const struct pl_snapshot *all)
{
    struct out line = {.fd = STDERR_FILENO};
    struct hint hint = {.settings = settings, .all = all, .line = &line};

    if (all)
        hint.socks = pl_snapshot_socks(all, &hint.count);
    if (settings->ask.filter)
        hint.clue_count = pl_filter_clues(settings->ask.filter, hint.clues, CLUES_MAX);
    complain_name(&line);
    say(&hint);
    out_char(&line, '\n');
    (void)out_flush(&line);
    out_free(&line);
}

void hint_process(const struct pl_snapshot *all, const char *name, char *advice, size_t size)
{
    struct hint hint = {.all = all};
    char(*names)[NAME_BYTES] = NULL;
    struct pl_near near;

    hint.socks = pl_snapshot_socks(all, &hint.count);
    pl_near_start(&near, name, strlen(name), 1);
    add_names(&hint, false, &near, &names);
    if (near.count > 0)
        pl_near_print(&near, "", advice, size);
    free(names);
}
