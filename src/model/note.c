/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes in words. */
#include "api/library.h"

#include "array.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/*
 * text: %F the feed, %N the count, %s and %e after it an s or es unless the
 * count is 1, %y y or ies, %w was or were, %E the error, %L what a filter left out
 */
static const struct {
    const char *name;
    const char *text;
    const char *help;
} kinds[] = {
    [PL_NOTE_NONE] = {"", "", ""},
    [PL_NOTE_OWNERS_HIDDEN] = {"owners_hidden", "owners of %N socket%s hidden%L",
                               "run as root or with cap_sys_ptrace,cap_dac_read_search"},
    [PL_NOTE_FEED_FAILED] = {"feed_failed", "%F could not be read: %E", ""},
    [PL_NOTE_FEED_MISSING] = {"feed_missing", "the recording has no %F", ""},
    [PL_NOTE_FEED_FOREIGN] = {"feed_foreign",
                              "the recording holds %F, which is no feed of its system", ""},
    [PL_NOTE_FEED_DAMAGED] = {"feed_damaged",
                              "%F is damaged: what comes before the damage is listed", ""},
    [PL_NOTE_MALFORMED] = {"malformed", "%N entr%y of %F made no sense and %w left out", ""},
    [PL_NOTE_INCONSISTENT] = {"inconsistent", "%F changed while it was read", "run it again"},
    [PL_NOTE_FAMILY_ABSENT] = {"family_absent", "this kernel does not list %F", ""},
    [PL_NOTE_UNTOLD] = {"untold", "the filter asks for %F, which is known of no socket here", ""},
    [PL_NOTE_OWNERS_OUTSIDE] = {"owners_outside",
                                "owners of %N socket%s not in this pid namespace%L",
                                "run outside of it"},
    [PL_NOTE_FEED_PARTIAL] = {"feed_partial", "%F could not be read whole: %E", ""},
    [PL_NOTE_NAMES_CHANGED] = {"names_changed",
                               "%N process%e ended or changed meanwhile and %w not named", ""},
    [PL_NOTE_NAMES_UNSURE] = {"names_unsure", "the names of %N process%e could not be verified: %E",
                              ""},
    [PL_NOTE_AMBIGUOUS] = {"ambiguous",
                           "%N line%s of %F may be part of a socket's name and %w left out",
                           "names may hold line feeds; sock_diag(7) would tell them apart"},
    [PL_NOTE_LAYOUT] = {"layout",
                        "%F has records of %N byte%s, a layout this version does not know",
                        "report it with a recording (--record DIR)"},
    [PL_NOTE_KEYS_HIDDEN] = {"keys_hidden",
                             "owners not available: the addresses that join %F to sockets read 0",
                             "run as root with sysctl kern.expose_address set to 1 or 2"},
    [PL_NOTE_SOCKS_HIDDEN] = {"socks_hidden", "the sockets of other users are hidden by %F",
                              "run as root"},
    [PL_NOTE_WITHHELD] = {"withheld", "the kernel did not tell us %F", ""},
};
_Static_assert(COUNT_OF(kinds) == PL_NOTE_MAX, "a text for each");

const char *pl_note_name(unsigned int kind)
{
    return kind < PL_NOTE_MAX ? kinds[kind].name : NULL;
}

/* What would show the owners that are hidden, by what is lacking. */
static const char *owners_help(uint32_t lacks)
{
    static const struct {
        uint32_t lacks;
        const char *help;
    } helps[] = {
        {PL_LACK_ROOT | PL_LACK_PTRACE, "run as root or with cap_sys_ptrace"},
        {PL_LACK_ROOT | PL_LACK_READ_SEARCH, "run as root or with cap_dac_read_search"},
        {PL_LACK_ROOT, "run as root"},
        {PL_LACK_PTRACE | PL_LACK_READ_SEARCH, "run with cap_sys_ptrace,cap_dac_read_search"},
        {PL_LACK_PTRACE, "run with cap_sys_ptrace"},
        {PL_LACK_READ_SEARCH, "run with cap_dac_read_search"},
        {0, "run outside of this sandbox: root is refused here too"},
    };

    /* Root of a namespace of users has every capability, over its own processes. */
    if (lacks & PL_LACK_NAMESPACE)
        return "run as root outside of this user namespace";
    lacks &= ~(uint32_t)(PL_LACK_KNOWN | PL_LACK_PIDS);
    for (size_t i = 0; i < COUNT_OF(helps); i++) {
        if (helps[i].lacks == lacks)
            return helps[i].help;
    }
    return kinds[PL_NOTE_OWNERS_HIDDEN].help;
}

static const char *failed_help(const struct pl_note *note)
{
    static const char procfs[] = "linux/";

    if (note->error == ENOENT && note->feed.len >= strlen(procfs) &&
        memcmp(note->feed.data, procfs, strlen(procfs)) == 0)
        return "is /proc mounted?";
    if (note->error != EACCES && note->error != EPERM)
        return "";
    /* Where even root is refused, being root is no help. */
    return note->lacks == 0 || note->lacks & PL_LACK_ROOT ? "run as root" : "";
}

/* What would have the kernel tell a detail. */
static const char *detail_help(uint32_t lacks)
{
    if (!(lacks & (PL_LACK_NET_ADMIN | PL_LACK_ULP)))
        return lacks & PL_LACK_NAMESPACE ? "run as root outside of this user namespace" : "";
    return lacks & PL_LACK_ROOT ? "run as root or with cap_net_admin" : "run with cap_net_admin";
}

const char *pl_note_help(const struct pl_note *note)
{
    if (note->kind == PL_NOTE_WITHHELD || note->kind == PL_NOTE_UNTOLD)
        return detail_help(note->lacks);
    if (note->kind == PL_NOTE_FEED_FAILED || note->kind == PL_NOTE_FEED_PARTIAL)
        return failed_help(note);
    if (note->kind == PL_NOTE_NAMES_UNSURE && note->error == EPERM)
        return "run with cap_sys_ptrace";
    if (note->kind == PL_NOTE_OWNERS_HIDDEN && note->lacks != 0)
        return owners_help(note->lacks);
    if (note->kind == PL_NOTE_OWNERS_HIDDEN && note->error == EPERM)
        return "run as root"; /* of a system without capabilities */
    return note->kind < PL_NOTE_MAX ? kinds[note->kind].help : "";
}

/* What a letter of the text stands for. */
static struct pl_text expand(char letter, const struct pl_note *note, char *buf, size_t size)
{
    const char *word = "";

    switch (letter) {
    case 'F':
        return note->feed;
    case 'N':
        (void)snprintf(buf, size, "%" PRIu64, note->count);
        word = buf;
        break;
    case 'E':
        word = strerror(note->error);
        break;
    case 's':
        word = note->count == 1 ? "" : "s";
        break;
    case 'e':
        word = note->count == 1 ? "" : "es";
        break;
    case 'y':
        word = note->count == 1 ? "y" : "ies";
        break;
    case 'L':
        if (note->left_out > 0)
            (void)snprintf(buf, size, ", of which the filter left out %" PRIu64, note->left_out);
        word = note->left_out > 0 ? buf : "";
        break;
    case 'w':
        word = note->count == 1 ? "was" : "were";
        break;
    default:
        break;
    }
    return (struct pl_text){word, (uint32_t)strlen(word)};
}

static void put(char *buf, size_t size, size_t *len, struct pl_text text)
{
    for (uint32_t i = 0; i < text.len; i++) {
        if (*len + 1 < size)
            buf[*len] = text.data[i];
        ++*len;
    }
}

int pl_note_text(const struct pl_note *note, char *buf, size_t size)
{
    const char *text = note->kind < PL_NOTE_MAX ? kinds[note->kind].text : "";
    size_t len = 0;

    for (; *text; text++) {
        char word[128];

        if (*text != '%')
            put(buf, size, &len, (struct pl_text){text, 1});
        else
            put(buf, size, &len, expand(*++text, note, word, sizeof(word)));
    }
    if (size > 0)
        buf[len < size ? len : size - 1] = '\0';
    return (int)len;
}
