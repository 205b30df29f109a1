/* SPDX-License-Identifier: BSD-2-Clause */
/* --as netstat, --as ss, --as windows: other programs' options and layouts. */
#ifndef CLI_AS_H
#define CLI_AS_H

#include <portls.h>

#include "../view/as.h"

struct as_settings {
    struct pl_query query;
    struct as_view view;
    unsigned int interval; /* seconds; 0: once */
    bool numeric_hosts, numeric_ports, numeric_users;
    bool no_sandbox;
    bool ephemeral_plain; /* ports that the system hands out keep their number */
    uint16_t first, last; /* these */
    int failed;           /* exit status of that program where nothing can be read */
    void (*print)(const struct as_view *view, struct out *out);
};

/* argv without the program's name; the exit status. */
int as_netstat(char **argv, bool no_sandbox);
int as_ss(char **argv, bool no_sandbox);
int as_windows(char **argv, bool no_sandbox);

/* Takes snapshots and prints them. */
int as_run(struct as_settings *settings);

/* The personality that the command line asks for, by --as, which is taken out of argv, or by the
 * name of the program. 0 and *status; -ENOENT: none. */
int as_main(char **argv, int *status);

#endif
