/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of notes, and what was lacking: part of portls.h, which includes it. */
#ifndef PORTLS_NOTE_H
#define PORTLS_NOTE_H

enum pl_note_kind {
    PL_NOTE_NONE,
    PL_NOTE_OWNERS_HIDDEN, /* count sockets without owner because processes could not be read */
    PL_NOTE_FEED_FAILED, /* the system refused or lacks a feed that was asked for; error says why */
    PL_NOTE_FEED_MISSING, /* a recording lacks a feed that was asked for */
    PL_NOTE_FEED_FOREIGN, /* a recording holds a file that is no feed of its system */
    PL_NOTE_FEED_DAMAGED, /* a feed ends early or contradicts itself: the whole units before it hold */
    PL_NOTE_MALFORMED,    /* count units of a feed made no sense and were left out */
    PL_NOTE_INCONSISTENT,   /* the table changed under every attempt to read it */
    PL_NOTE_LAYOUT,         /* records of a length (count) this version does not know */
    PL_NOTE_KEYS_HIDDEN,    /* the system hides what joins sockets to their owners */
    PL_NOTE_SOCKS_HIDDEN,   /* the system keeps the sockets of other users from us */
    PL_NOTE_FAMILY_ABSENT,  /* this kernel does not list the family that was asked for */
    PL_NOTE_OWNERS_OUTSIDE, /* count sockets without owner in this namespace of pids */
    PL_NOTE_FEED_PARTIAL,   /* part of a feed could not be read; error says why */
    PL_NOTE_NAMES_CHANGED,  /* count processes had ended before their names were read: left out */
    PL_NOTE_NAMES_UNSURE,   /* of count processes nobody could tell whether they had */
    PL_NOTE_UNTOLD,         /* the filter asks for the field in feed, which was told of no socket */
    PL_NOTE_AMBIGUOUS,      /* count lines that a socket's name may have forged were left out */
    PL_NOTE_WITHHELD,       /* the kernel did not tell us the details that feed names */
    PL_NOTE_MAX,
};

/* pl_note.lacks: what whoever looked had not, of what seeing all takes. 0: not known. */
enum {
    PL_LACK_KNOWN = 1 << 0,
    PL_LACK_ROOT = 1 << 1,        /* the effective user is not root */
    PL_LACK_PTRACE = 1 << 2,      /* Linux: CAP_SYS_PTRACE */
    PL_LACK_READ_SEARCH = 1 << 3, /* Linux: CAP_DAC_READ_SEARCH */
    PL_LACK_NAMESPACE = 1 << 4,   /* Linux: rights over the initial user namespace */
    PL_LACK_PIDS = 1 << 5,        /* Linux: the numbers of all processes, but of a namespace */
    PL_LACK_NET_ADMIN = 1 << 6,   /* Linux: CAP_NET_ADMIN */
    PL_LACK_ULP =
        1 << 7, /* Linux before 6.15: the same, where it takes that to see who reads TCP */
};

#endif
