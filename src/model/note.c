/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of notes. */
#include "api/library.h"

#include "array.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/*
 * In texts: %F feed, %T its title, %N count, %s and %e a plural s or es, %y y or ies,
 * %w was or were, %d does or do, %E the error, %L what the filter left out, %M how many more than
 * the feed there are, %R the records.
 */
static const struct {
    const char *name;
    const char *text;
    const char *help;
} kinds[] = {
    [PL_NOTE_NONE] = {"", "", ""},
    [PL_NOTE_OWNERS_HIDDEN] = {"owners_hidden", "owners of %N socket%s are hidden%L",
                               "run as root or with cap_sys_ptrace,cap_dac_read_search"},
    [PL_NOTE_FEED_FAILED] = {"feed_failed", "cannot read %T: %E", ""},
    [PL_NOTE_FEED_MISSING] = {"feed_missing", "the recording does not include %T", ""},
    [PL_NOTE_FEED_FOREIGN] = {"feed_foreign",
                              "ignored '%F'%M, which %d not belong in the recording", ""},
    [PL_NOTE_FEED_DAMAGED] = {"feed_damaged",
                              "the data of %T is damaged: listing only the part before the damage",
                              ""},
    [PL_NOTE_MALFORMED] = {"malformed", "ignored %N malformed entr%y of %T", ""},
    [PL_NOTE_INCONSISTENT] = {"inconsistent", "%T changed while being read", "run it again"},
    [PL_NOTE_FAMILY_ABSENT] = {"family_absent", "this kernel cannot list %T", ""},
    [PL_NOTE_UNTOLD] = {"untold", "the filter uses '%F', but no socket here has a value for it",
                        ""},
    [PL_NOTE_OWNERS_OUTSIDE] = {"owners_outside",
                                "owners of %N socket%s are outside this pid namespace%L",
                                "run outside it"},
    [PL_NOTE_FEED_PARTIAL] = {"feed_partial", "cannot read all %T: %E", ""},
    [PL_NOTE_NAMES_CHANGED] = {"names_changed",
                               "%N process%e ended or changed during the listing and %w not named",
                               ""},
    [PL_NOTE_NAMES_UNSURE] = {"names_unsure", "cannot verify the names of %N process%e: %E", ""},
    [PL_NOTE_AMBIGUOUS] = {"ambiguous",
                           "ignored %N ambiguous line%s of %T, which may belong to a socket's name",
                           "use --source=diag where the kernel supports it"},
    [PL_NOTE_LAYOUT] = {"layout", "unsupported layout of %T: %R",
                        "report it with a recording (--record DIR)"},
    [PL_NOTE_KEYS_HIDDEN] = {"keys_hidden",
                             "cannot find socket owners: the system hides kernel addresses",
                             "run as root with sysctl kern.expose_address set to 1 or 2"},
    [PL_NOTE_SOCKS_HIDDEN] = {"socks_hidden", "sockets of other users are hidden (%T)",
                              "run as root"},
    [PL_NOTE_JAILS_HIDDEN] = {"jails_hidden", "sockets of jails are hidden (%T)", "run as root"},
    [PL_NOTE_JAILED] = {"jailed", "sockets outside this jail are hidden", "run outside the jail"},
    [PL_NOTE_STACKS_HIDDEN] = {"stacks_hidden",
                               "sockets of %N jail%s with a separate network stack are not listed",
                               "run portls in the jail with jexec(8)"},
    [PL_NOTE_WITHHELD] = {"withheld", "the kernel withheld %F", ""},
    [PL_NOTE_NETNS_UNKNOWN] = {"netns_unknown",
                               "the network namespaces of %N process%e are not known",
                               "run as root or with cap_sys_ptrace"},
    [PL_NOTE_NETNS_CLOSED] = {"netns_closed", "%N network namespace%s cannot be entered",
                              "run as root or with cap_sys_admin"},
    [PL_NOTE_NETNS_HIDDEN] = {"netns_hidden",
                              "network namespaces of hidden processes are not known (hidepid)",
                              "run as root or with cap_sys_ptrace"},
};
_Static_assert(COUNT_OF(kinds) == PL_NOTE_MAX, "a text for each");

const char *pl_note_name(unsigned int kind)
{
    return kind < PL_NOTE_MAX ? kinds[kind].name : NULL;
}

/* Returns what would reveal the hidden owners. */
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
        {0, "run outside this sandbox, which refuses even root"},
    };

    /* In a user namespace, root's capabilities reach only processes of the namespace. */
    if (lacks & PL_LACK_NAMESPACE)
        return "run as root outside this user namespace";
    lacks &= ~(uint32_t)(PL_LACK_KNOWN | PL_LACK_PIDS);
    for (size_t i = 0; i < COUNT_OF(helps); i++) {
        if (helps[i].lacks == lacks)
            return helps[i].help;
    }
    return kinds[PL_NOTE_OWNERS_HIDDEN].help;
}

#define NO_BPF "leave out --owners bpf"

static const char *failed_help(const struct pl_note *note)
{
    static const struct {
        int error;
        const char *feed; /* how its name begins */
        const char *help;
    } helps[] = {
        {ENOENT, "linux/", "is /proc mounted?"},
        {ETIMEDOUT, "", "numbers are shown instead; use --resolve-timeout to wait longer"},
        {EAGAIN, "", "run it again"},
        {ENOBUFS, "freebsd/", "raise sysctl vm.max_user_wired"},
        {PL_ENOTYPES, "linux/owners", NO_BPF},
        {PL_ENAMESPACE, "linux/owners", NO_BPF},
        {PL_EWORDS, "linux/owners", NO_BPF},
        {PL_EJIT, "linux/owners", NO_BPF},
        {PL_EPROGRAM, "linux/owners", NO_BPF},
    };

    for (size_t i = 0; i < COUNT_OF(helps); i++) {
        size_t len = strlen(helps[i].feed);

        if (note->error == helps[i].error && note->feed.len >= len &&
            (len == 0 || memcmp(note->feed.data, helps[i].feed, len) == 0))
            return helps[i].help;
    }
    if (note->error != EACCES && note->error != EPERM)
        return "";
    /* Becoming root does not help a root that is refused. */
    return note->lacks == 0 || note->lacks & PL_LACK_ROOT ? "run as root" : "";
}

/* Returns what would make the kernel report a withheld detail. */
static const char *detail_help(uint32_t lacks)
{
    if (!(lacks & (PL_LACK_NET_ADMIN | PL_LACK_ULP)))
        return lacks & PL_LACK_NAMESPACE ? "run as root outside this user namespace" : "";
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
    if ((note->kind == PL_NOTE_NETNS_UNKNOWN || note->kind == PL_NOTE_NETNS_HIDDEN) &&
        !(note->lacks & PL_LACK_ROOT))
        return owners_help(note->lacks & (uint32_t)(PL_LACK_PTRACE | PL_LACK_NAMESPACE));
    if (note->kind == PL_NOTE_OWNERS_HIDDEN && note->lacks != 0)
        return owners_help(note->lacks);
    if (note->kind == PL_NOTE_OWNERS_HIDDEN && note->error == EPERM)
        return "run as root"; /* a system without capabilities */
    if (note->kind == PL_NOTE_LAYOUT && note->count == 0)
        return ""; /* of a 32-bit system: known */
    return note->kind < PL_NOTE_MAX ? kinds[note->kind].help : "";
}

const char *pl_error_text(int error)
{
    static const struct {
        int error;
        const char *text;
    } errors[] = {
        {PL_ENOTREG, "not a regular file"},
        {PL_ENOTYPES, "this kernel has no type information for BPF (/sys/kernel/btf/vmlinux)"},
        {PL_ENAMESPACE, "BPF reports processes of the initial pid namespace only"},
        {PL_EWORDS, "BPF is used on 64-bit systems only"},
        {PL_EJIT, "this kernel cannot compile BPF programs (net.core.bpf_jit_enable)"},
        {PL_EPROGRAM, "this kernel does not accept the BPF program"},
    };

    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        if (errors[i].error == error)
            return errors[i].text;
    }
    return strerror(error);
}

/* Returns the text for a letter after '%'. */
static struct pl_text expand(char letter, const struct pl_note *note, char *buf, size_t size)
{
    const char *word = "";

    switch (letter) {
    case 'F':
        return note->feed;
    case 'T':
        if (!note->title)
            return note->feed;
        (void)snprintf(buf, size, "%s%s", note->only_details ? "details of " : "", note->title);
        word = buf;
        break;
    case 'N':
        (void)snprintf(buf, size, "%" PRIu64, note->count);
        word = buf;
        break;
    case 'E':
        /* The reader or the library stopped at a limit. */
        word = note->kind == PL_NOTE_FEED_PARTIAL && note->error == E2BIG
                   ? "there are too many"
                   : pl_error_text(note->error);
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
            (void)snprintf(buf, size, "; %" PRIu64 " of them might match the filter",
                           note->left_out);
        word = note->left_out > 0 ? buf : "";
        break;
    case 'M':
        (void)snprintf(buf, size, " and %" PRIu64 " other file%s", note->count - 1,
                       note->count == 2 ? "" : "s");
        word = note->count > 1 ? buf : "";
        break;
    case 'R':
        (void)snprintf(buf, size, "records of %" PRIu64 " byte%s", note->count,
                       note->count == 1 ? "" : "s");
        word = note->count > 0 ? buf : "a 32-bit system";
        break;
    case 'd':
        word = note->count > 1 ? "do" : "does";
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
