/* SPDX-License-Identifier: BSD-2-Clause */
/* Exit statuses: portls(1), portname(1). */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

enum {
    EXIT_DONE = 0,    /* success; all words are known */
    EXIT_NOTHING = 1, /* nothing matched; something is unknown */
    EXIT_USAGE = 2,   /* bad options or words */
    EXIT_PARTIAL = 3, /* portls --strict: something could not be read */
    EXIT_FAILED = 4,  /* nothing could be read, or the output could not be written */
};

#endif
