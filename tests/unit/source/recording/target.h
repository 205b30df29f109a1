/* SPDX-License-Identifier: BSD-2-Clause */
/* A directory for the recordings of a test, and rows of a table of TCP sockets. */
#ifndef TEST_TARGET_H
#define TEST_TARGET_H

#define LINE "0: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 0 0 5\n"
#define NEXT "1: 0100007F:0051 00000000:0000 0A 0:0 0:0 0 0 0 6\n"

static char top[64];
static char target[128]; /* does not exist yet */

static int setup(void **state)
{
    (void)state;
    (void)make_folder(top, sizeof(top));
    (void)snprintf(target, sizeof(target), "%s/rec", top);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    remove_tree(top);
    return 0;
}

#endif
