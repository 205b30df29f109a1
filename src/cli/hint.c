/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Explains an empty listing in one line: the unmatched condition, and similar ports or names in
 * use.
 */
#include "hint.h"

#include "model/near.h"
#include "session.h"
#include "view/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PORTS_MAX  3 /* ports named in a message */
#define LISTENING  (PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN))
#define ONLY_BOUND PL_BIT(PL_STATE_BOUND)

/* ---- parts of sentences ---- */

static void put_quoted(const struct hint *hint, struct pl_text text)
{
    out_char(hint->line, '\'');
    hint_text(hint, text);
    out_char(hint->line, '\'');
}

/* "one TCP socket", "3 IPv4 sockets"; proto 0: of several protocols; family 0: not named */
static void put_sockets(const struct hint *hint, size_t count, unsigned int proto,
                        unsigned int family)
{
    struct out *line = hint->line;

    if (count == 1)
        out_word(line, "one");
    else
        out_number(line, count);
    out_word(line, family == PL_FAMILY_INET    ? " IPv4 "
                   : family == PL_FAMILY_INET6 ? " IPv6 "
                                               : " ");
    for (const char *name = proto ? pl_proto_name(proto) : ""; *name != '\0'; name++)
        out_char(line, (char)(*name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name));
    out_word(line, proto ? " socket" : "socket");
    out_word(line, count == 1 ? "" : "s");
}

/* Whether an earlier condition has the same ports, at the other side. */
static bool repeats(const struct hint *hint, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        const struct pl_clue *clue = &hint->clues[i];

        if (clue->kind == PL_CLUE_PORT && clue->low == hint->clues[at].low &&
            clue->high == hint->clues[at].high)
            return true;
    }
    return false;
}

/* "81", "81 or 82", "8000-8100" */
static void put_ports(const struct hint *hint)
{
    struct out *line = hint->line;
    size_t ports = 0;
    size_t put = 0;

    for (size_t i = 0; i < hint->clue_count; i++)
        ports += hint->clues[i].kind == PL_CLUE_PORT && !repeats(hint, i);
    for (size_t i = 0; i < hint->clue_count && put < PORTS_MAX; i++) {
        const struct pl_clue *clue = &hint->clues[i];

        if (clue->kind != PL_CLUE_PORT || repeats(hint, i))
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

/* ---- sentences ---- */

/* "no process called 'ngnix' has a socket; nginx is running" */
static void say_name(const struct hint *hint, const struct pl_clue *clue)
{
    bool user = clue->kind == PL_CLUE_USER;
    const char *advice;
    const char *unknown = pl_filter_unknown(hint->settings->ask.filter, hint->all, &advice);
    char(*names)[HINT_NAME_BYTES] = NULL;
    struct pl_near near;

    out_word(hint->line, user ? "no socket was created by user " : "no process called ");
    put_quoted(hint, clue->text);
    out_word(hint->line, user ? "" : " with a socket was found");
    pl_near_start(&near, clue->text.data, clue->text.len, 1);
    hint_names(hint, user, &near, &names);
    if (near.count > 0) {
        out_word(hint->line, "; ");
        hint_text(hint, text_of(near.words[0]));
        out_word(hint->line, user ? " has sockets" : " is running");
    } else if (unknown && strlen(unknown) == clue->text.len &&
               memcmp(unknown, clue->text.data, clue->text.len) == 0) {
        hint_text(hint, text_of(advice));
    } else if (user) {
        out_word(hint->line, "; for the user of a process, use 'process_uid UID'");
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
    hint_text(hint, (struct pl_text){text, (uint32_t)len});
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
    hint_port(hint, clue);
}

/* Whether sockets of its protocol are listed. */
static bool is_asked(const struct hint *hint, const struct pl_sock *sock)
{
    return (hint->settings->query.protos & PL_BIT(sock->proto)) != 0;
}

/* "CLOSE_WAIT or LAST_ACK" */
static void put_words(const struct hint *hint, const struct pl_field *field, uint64_t mask)
{
    bool first = true;

    for (unsigned int i = 0; mask != 0 && i < 64; i++) {
        const char *word = mask >> i & 1 ? field->word(i) : "";

        mask &= ~((uint64_t)1 << i);
        if (!word || word[0] == '\0')
            continue;
        out_word(hint->line, first ? "" : mask == 0 ? " or " : ", ");
        out_word(hint->line, word);
        first = false;
    }
}

/* Whether sockets of other network namespaces, which are not listed, may have such a value. */
static bool is_elsewhere(const struct settings *settings, const struct pl_field *field)
{
    return !settings->netns && (field->id == PL_FIELD_NETNS || field->id == PL_FIELD_NETNS_NAME ||
                                field->id == PL_FIELD_CONTAINER);
}

/* "no socket has state CLOSE_WAIT; others are LISTEN or ESTABLISHED" */
static void say_value(const struct hint *hint, const struct pl_clue *clue)
{
    uint32_t states = 0;

    out_word(hint->line, "no socket has ");
    out_word(hint->line, clue->field->name);
    out_char(hint->line, ' ');
    if (clue->text.data)
        put_quoted(hint, clue->text);
    else if (clue->mask != 0)
        put_words(hint, clue->field, clue->mask);
    else
        out_number(hint->line, clue->number);
    for (size_t i = 0; i < hint->count && clue->field->id == PL_FIELD_STATE; i++) {
        const struct pl_sock *sock = &hint->socks[i];

        if (is_asked(hint, sock) && sock->state < PL_STATE_MAX)
            states |= PL_BIT(sock->state);
    }
    if (states != 0) {
        out_word(hint->line, "; others are ");
        put_words(hint, clue->field, states);
    }
    if (is_elsewhere(hint->settings, clue->field))
        out_word(hint->line, " in this network namespace: add -N all");
}

/* Facts about the sockets that match one condition. */
struct others {
    size_t count;
    unsigned int proto;  /* 0: several */
    unsigned int family; /* the same */
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
        others.family = others.count == 0 || others.family == sock->family ? sock->family : 0;
        others.states |= sock->state < PL_STATE_MAX ? PL_BIT(sock->state) : 0;
        others.count++;
    }
    return others;
}

/* "one IPv4 TCP socket": names the family if others were requested. */
static void put_others(const struct hint *hint, const struct others *others)
{
    const struct settings *settings = hint->settings;
    uint32_t families = pl_filter_families(settings->ask.filter);

    if (settings->query.families != 0)
        families &= settings->query.families;
    put_sockets(hint, others->count, others->proto,
                families & PL_BIT(others->family) ? PL_FAMILY_UNSPEC : others->family);
}

/* After a fact about a port, if the filter also has an address: ": use ':8080'". */
static void put_any_address(const struct hint *hint)
{
    const struct pl_clue *port = NULL;
    bool address = false;

    for (size_t i = 0; i < hint->clue_count; i++) {
        address |= hint->clues[i].kind == PL_CLUE_ADDRESS;
        if (hint->clues[i].kind == PL_CLUE_PORT)
            port = &hint->clues[i];
    }
    if (!address || !port || port->low != port->high)
        return;
    out_word(hint->line, ": use ':");
    out_number(hint->line, port->low);
    out_char(hint->line, '\'');
}

/* "; port 8080 belongs to one TCP socket": at another address. */
static void put_other_ports(const struct hint *hint)
{
    for (size_t i = 0; i < hint->clue_count; i++) {
        const struct others others = find_others(hint, &hint->clues[i]);

        if (hint->clues[i].kind != PL_CLUE_PORT || others.count == 0)
            continue;
        out_word(hint->line, "; port ");
        put_ports(hint);
        out_word(hint->line, " belongs to ");
        put_others(hint, &others);
        put_any_address(hint);
        return;
    }
}

static bool is_other_proto(const struct hint *hint, const struct others *others)
{
    return others->proto != 0 && (hint->settings->query.protos & PL_BIT(others->proto)) == 0;
}

/* The port is in use, but not by sockets that are listed. */
static void say_other_port(const struct hint *hint, const struct others *others, bool listening)
{
    bool other_proto = is_other_proto(hint, others);
    bool one = others->count == 1;

    out_word(hint->line, listening     ? "nothing listens on port "
                         : other_proto ? "no socket of these protocols has port "
                                       : "no socket matches all conditions; port ");
    put_ports(hint);
    out_word(hint->line, listening || other_proto ? "; " : " belongs to ");
    put_others(hint, others);
    if (listening) {
        out_word(hint->line, one ? " is " : " are ");
        out_word(hint->line, others->states == ONLY_BOUND ? "bound to it" : "using it");
        out_word(hint->line, ": leave out -l");
    } else if (other_proto) {
        out_word(hint->line, one ? " has it" : " have it");
    } else {
        put_any_address(hint);
    }
}

/* The process or user has sockets, but none is listed. */
static void say_other_name(const struct hint *hint, const struct pl_clue *clue,
                           const struct others *others, bool listening)
{
    bool other_proto = is_other_proto(hint, others);

    out_word(hint->line, other_proto ? "no socket of these protocols matches; "
                         : listening ? ""
                                     : "no socket matches all conditions; ");
    put_quoted(hint, clue->text);
    out_word(hint->line, " has ");
    put_others(hint, others);
    if (other_proto && others->proto == PL_PROTO_UNIX)
        out_word(hint->line, ": add -x");
    else if (listening && !other_proto)
        out_word(hint->line, others->count == 1 ? ", which does not listen: leave out -l"
                                                : ", none of which listens: leave out -l");
}

/* Do conditions compare different ports of different sides? Then they cannot be summed up. */
static bool has_other_side(const struct hint *hint, const struct pl_clue *clue)
{
    for (size_t i = 0; i < hint->clue_count; i++) {
        const struct pl_clue *other = &hint->clues[i];

        if (clue->kind == PL_CLUE_PORT && other->kind == PL_CLUE_PORT &&
            (other->local != clue->local || other->peer != clue->peer) &&
            (other->low != clue->low || other->high != clue->high))
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

        if (clue->kind != PL_CLUE_ADDRESS && clue->kind != PL_CLUE_OTHER &&
            (!best || best->kind != PL_CLUE_PORT) && (!best || clue->kind == PL_CLUE_PORT) &&
            find_others(hint, clue).count > 0)
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

/* Whether a listed socket matches this condition, or another one on the same field or value. */
static bool has_value(const struct hint *hint, const struct pl_clue *clue)
{
    for (size_t j = 0; j < hint->clue_count; j++) {
        const struct pl_clue *other = &hint->clues[j];
        bool same = other->text.data && clue->text.data && other->text.len == clue->text.len &&
                    memcmp(other->text.data, clue->text.data, clue->text.len) == 0;

        if (other->kind != PL_CLUE_OTHER || (other->field != clue->field && !same))
            continue;
        for (size_t i = 0; i < hint->count; i++) {
            if (is_asked(hint, &hint->socks[i]) && pl_clue_match(other, hint->all, &hint->socks[i]))
                return true;
        }
    }
    return false;
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

        if (clue->kind == PL_CLUE_OTHER) {
            if (has_value(hint, clue))
                continue;
            say_value(hint, clue);
            return true;
        }
        /* A name is that of a service or of a program: either is enough. */
        if (matches(hint, clue->kind) > 0 ||
            (clue->service && matches(hint, PL_CLUE_PROCESS) > 0) ||
            (clue->kind == PL_CLUE_PROCESS && has_service(hint) && matches(hint, PL_CLUE_PORT) > 0))
            continue;
        if (clue->kind == PL_CLUE_PORT) {
            say_port(hint, clue);
        } else if (clue->kind == PL_CLUE_ADDRESS) {
            say_address(hint, clue);
            put_other_ports(hint);
        } else {
            say_name(hint, clue);
        }
        return true;
    }
    return say_other(hint);
}

static void say(struct hint *hint)
{
    const struct settings *settings = hint->settings;

    if (!hint->all || hint->clue_count == CLUES_MAX || (!hint_wildcard(hint) && !say_clue(hint)))
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
