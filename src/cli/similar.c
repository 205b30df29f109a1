/* SPDX-License-Identifier: BSD-2-Clause */
#include "hint.h"

#include "api/library.h"
#include "model/array.h"
#include "view/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT_NEAR 2 /* largest difference of a near port */
#define PART_MIN  3 /* letters of a word that is looked for in longer names */

void hint_text(const struct hint *hint, struct pl_text text)
{
    text_plain(hint->line, text, "");
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

/* Appends "; 80 is held by nginx". Returns false if no other port is near. */
static bool put_near_port(const struct hint *hint, const struct pl_clue *clue)
{
    const struct pl_sock *best = NULL;
    unsigned int least = UINT32_MAX;
    struct pl_text name;

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
        return false;
    name = holder(hint, best);
    out_word(hint->line, "; ");
    out_number(hint->line, best->local_port);
    out_word(hint->line, name.data ? " is held by " : " is in use");
    hint_text(hint, name);
    return true;
}

/* Sorted for the search below, so that each name is compared once. */
static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

void hint_names(const struct hint *hint, bool users, struct pl_near *near,
                char (**names)[HINT_NAME_BYTES])
{
    size_t count = 0;

    *names = calloc(hint->count + 1, HINT_NAME_BYTES);
    for (size_t i = 0; *names && i < hint->count; i++) {
        const struct pl_sock *sock = &hint->socks[i];
        struct pl_text text = {NULL, 0};

        if (!users)
            text = holder(hint, sock);
        else if (sock->have & PL_HAVE_UID)
            text = pl_snapshot_user(hint->all, sock->uid);
        if (text.data && text.len < HINT_NAME_BYTES && !memchr(text.data, '\0', text.len))
            memcpy((*names)[count++], text.data, text.len);
    }
    if (*names)
        qsort(*names, count, HINT_NAME_BYTES, compare_names);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp((*names)[i - 1], (*names)[i]) != 0)
            pl_near_add(near, (*names)[i]);
    }
}

/* Returns the process of that id, if it holds a socket. */
static const struct pl_process *find_process(const struct hint *hint, uint32_t pid)
{
    for (size_t i = 0; i < hint->count; i++) {
        size_t count;
        const struct pl_owner *owners = pl_snapshot_owners(hint->all, &hint->socks[i], &count);

        for (size_t j = 0; j < count; j++) {
            if (owners[j].pid == pid)
                return pl_snapshot_process(hint->all, pid);
        }
    }
    return NULL;
}

void hint_port(const struct hint *hint, const struct pl_clue *clue)
{
    const struct pl_process *process;
    bool numbered = clue->low == clue->high && !clue->service;

    if (clue->low != clue->high || !clue->local)
        return;
    process = numbered && clue->peer ? find_process(hint, clue->low) : NULL;
    if (process) {
        out_word(hint->line, "; process ");
        out_number(hint->line, clue->low);
        out_word(hint->line, " is ");
        hint_text(hint, process->name);
        out_word(hint->line, ": use ");
    } else if (put_near_port(hint, clue) || !hint->settings->asked_processes || !clue->peer ||
               !numbered) {
        return;
    } else {
        out_word(hint->line, "; for a process id, use ");
    }
    out_word(hint->line, "'pid ");
    out_number(hint->line, clue->low);
    out_char(hint->line, '\'');
}

/* ---- words ---- */

static bool has_part(struct pl_text text, const char *word)
{
    return text.data && memmem(text.data, text.len, word, strlen(word)) != NULL;
}

/* Suggests names of programs and paths of UNIX sockets that contain the word. */
static void suggest_longer(const struct hint *hint, const char *word, char *advice, size_t size)
{
    const char *option = hint->settings->query.protos & PL_BIT(PL_PROTO_UNIX) ? "" : "-x ";

    if (strlen(word) < PART_MIN || word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_-")])
        return;
    for (size_t i = 0; i < hint->count; i++) {
        const struct pl_attr path = pl_snapshot_attr(hint->all, &hint->socks[i], PL_ATTR_PATH);

        if (has_part(holder(hint, &hint->socks[i]), word)) {
            (void)snprintf(advice, size, "; use process '*%s*' for programs with such a name",
                           word);
            return;
        }
        if (advice[0] == '\0' && path.id != PL_ATTR_NONE &&
            has_part((struct pl_text){path.u.text, path.len}, word))
            (void)snprintf(advice, size, "; use %spath '*%s*' for UNIX sockets with such a path",
                           option, word);
    }
}

void hint_word(const struct settings *settings, const struct pl_snapshot *all, const char *word,
               bool advised, char *advice, size_t size)
{
    struct hint hint = {.settings = settings, .all = all};
    char(*names)[HINT_NAME_BYTES] = NULL;
    struct pl_near near;

    hint.socks = pl_snapshot_socks(all, &hint.count);
    suggest_longer(&hint, word, advice, size);
    if (advised || advice[0] != '\0')
        return;
    pl_near_start(&near, word, strlen(word), 1);
    hint_names(&hint, false, &near, &names);
    if (near.count > 0)
        pl_near_print(&near, "", advice, size);
    free(names);
}

/* ---- wildcard addresses ---- */

/* Whether the address is one of this machine, as far as sockets and its network show. */
static bool is_local(const struct hint *hint, const struct pl_clue *address)
{
    static const uint8_t loopback6[16] = {[15] = 1};
    const bool v4 = address->family == PL_FAMILY_INET;
    bool local = v4 ? address->addr[0] == 127 : memcmp(address->addr, loopback6, 16) == 0;

    for (size_t i = 0; i < hint->count && !local; i++)
        local = hint->socks[i].family == address->family && hint->socks[i].have & PL_HAVE_LOCAL &&
                memcmp(hint->socks[i].local_addr, address->addr, v4 ? 4 : 16) == 0;
    return local;
}

/* A listener of any address on the port, of a listed protocol, that gets what is sent to this one. */
static const struct pl_sock *find_wildcard(const struct hint *hint, const struct pl_clue *address,
                                           const struct pl_clue *port)
{
    for (size_t i = 0; i < hint->count; i++) {
        const struct pl_sock *sock = &hint->socks[i];
        bool both = sock->family == PL_FAMILY_INET6 && sock->have & PL_HAVE_V6ONLY &&
                    !(sock->flags & PL_FLAG_V6ONLY);

        if (pl_sock_is_listener(sock) && sock->local_port == port->low &&
            hint->settings->query.protos & PL_BIT(sock->proto) &&
            pl_addr_is_any(sock->family, sock->local_addr) &&
            (sock->family == address->family || (both && address->family == PL_FAMILY_INET)))
            return sock;
    }
    return NULL;
}

static void put_end(const struct hint *hint, unsigned int family, const uint8_t *addr,
                    uint32_t port)
{
    char text[PL_ADDR_TEXT];
    size_t len = pl_addr_print(family, addr, text);

    out_word(hint->line, family == PL_FAMILY_INET6 ? "[" : "");
    out_bytes(hint->line, text, len);
    out_word(hint->line, family == PL_FAMILY_INET6 ? "]:" : ":");
    out_number(hint->line, port);
}

static bool is_same(const struct pl_clue *a, const struct pl_clue *b)
{
    if (a->kind == PL_CLUE_PORT)
        return a->low == b->low && a->high == b->high;
    return a->family == b->family && a->bits == b->bits &&
           memcmp(a->addr, b->addr, sizeof(a->addr)) == 0;
}

/*
 * Finds the one address and the one port of a filter such as "127.0.0.1:80", which has each for both
 * sides. Returns false if it has anything else.
 */
static bool find_end(const struct hint *hint, const struct pl_clue **address,
                     const struct pl_clue **port)
{
    bool only = true;

    *address = *port = NULL;
    for (size_t i = 0; i < hint->clue_count; i++) {
        const struct pl_clue *clue = &hint->clues[i];
        const struct pl_clue **kept = clue->kind == PL_CLUE_ADDRESS ? address
                                      : clue->kind == PL_CLUE_PORT  ? port
                                                                    : NULL;

        if (kept && !*kept)
            *kept = clue;
        only &= kept && is_same(*kept, clue);
    }
    return only && *address && *port && (*port)->low == (*port)->high && (*port)->local &&
           (*address)->bits == ((*address)->family == PL_FAMILY_INET ? 32 : 128);
}

bool hint_wildcard(const struct hint *hint)
{
    const struct pl_clue *address;
    const struct pl_clue *port;
    const struct pl_sock *found;

    if (!find_end(hint, &address, &port) || !is_local(hint, address))
        return false;
    found = find_wildcard(hint, address, port);
    if (!found)
        return false;
    out_word(hint->line, "no socket has just the address ");
    put_end(hint, address->family, address->addr, port->low);
    out_word(hint->line, "; ");
    put_end(hint, found->family, found->local_addr, found->local_port);
    out_word(hint->line, found->proto == PL_PROTO_TCP ? " accepts connections to it: use ':"
                                                      : " receives what is sent to it: use ':");
    out_number(hint->line, port->low);
    out_char(hint->line, '\'');
    return true;
}
