/* SPDX-License-Identifier: BSD-2-Clause */
/* --as netstat, --as ss, --as windows: other programs' options and layouts. */
#ifndef AS_AS_H
#define AS_AS_H

#include "cli/opts.h"
#include "layout.h"
#include "privilege/names/names.h"

struct sandbox;

/* Exit status of all three where nothing can be read or written. */
#define AS_FAILED 1

/* Options of portls, which are not passed to the personalities. */
struct as_own {
    const char *replay;      /* a recording in place of the kernel, or NULL */
    const char *netns;       /* network namespace to enter, or NULL */
    struct sandbox *sandbox; /* borrowed */
};

struct as_settings {
    const char *name; /* of the personality */
    const char *who;  /* first lines of its help, or "" */
    const struct opt *options;
    size_t option_count;
    int (*word)(struct opts *opts); /* takes an operand; see struct opts */
    int usage;                      /* exit status for a bad option */
    bool any_case;                  /* letters of options in either case */

    struct as_own own;
    struct pl_query query;
    struct as_view view;
    unsigned int interval; /* seconds; 0: once */
    bool numeric_hosts, numeric_ports, numeric_users;
    bool ephemeral_plain;         /* print ephemeral ports as numbers */
    struct names *names;          /* borrowed; set by as_run() */
    struct as_services *services; /* borrowed, or NULL */
    /* Prints that program's own messages before the rows. Returns 0 or its exit status. Or NULL. */
    int (*judge)(struct as_settings *settings, const struct pl_snapshot *snap);
    void (*first)(const struct as_view *view, struct out *out); /* prints counters, once; or NULL */
    void (*print)(const struct as_view *view, struct out *out); /* or NULL */
    bool empty;      /* prints the heading also if nothing can be read */
    uint32_t said;   /* bits of pl_note_kind that judge() has reported */
    uint32_t absent; /* netstat: protocols that the system lacks */
    bool by_name;    /* netstat: those requested by name, so that their absence is an error */
    bool verbose;
};

/* argv is without the program's name. Return the exit status. */
int as_netstat(char **argv, const struct as_own *own);
int as_ss(char **argv, const struct as_own *own);
int as_windows(char **argv, const struct as_own *own);

/*
 * main.c: runs the personality of argv[0] or --as, if any. Returns 0 and sets *status, or -ENOENT.
 * Removes --as, --replay and --no-sandbox from argv.
 */
/* Returns whether a program of this name is a personality: "ss", "netstat". */
bool as_is_name(const char *name);
int as_main(char **argv, bool elevated, int *status);

/* run.c: takes snapshots and prints them. Returns the exit status. */
int as_run(struct as_settings *settings);

/* ---- options: opts.c ---- */

#define AS_HELP "PERSONALITIES in portls(1)"

/*
 * Rows of a table of options, whose struct settings begins with a struct as_settings. The id is the
 * letter, or a number below 32 without one.
 */
#define AS_OPT(id, name, help, ...)                     \
    {                                                   \
        id, id, name, OPT_NONE, NULL, help, __VA_ARGS__ \
    }
#define AS_NAME(id, name, help, ...)                   \
    {                                                  \
        id, 0, name, OPT_NONE, NULL, help, __VA_ARGS__ \
    }
#define AS_REFUSED(id, name) AS_OPT(id, name, NULL, .set = as_opt_refuse)

/* Prints settings->who and the options. */
opt_set_fn as_opt_help;
/* Reports an option that portls does not support. */
opt_set_fn as_opt_refuse;

/*
 * Applies argv to the struct settings that begins with these. Returns OPTS_GO_ON or the exit
 * status.
 */
int as_opts_apply(struct as_settings *settings, char **argv);
/* Prints "what 'culprit'", the culprit of len bytes or NULL. Returns status. */
int as_opts_refuse(const char *what, const char *culprit, size_t len, int status);

/* ---- names: services.c, names.c ---- */

/*
 * Reads protocols(5), whose names are printed as ports of raw sockets, and if ports is set also
 * services(5). Uses the helper: call it before the sandbox is entered. Returns NULL when out of
 * memory.
 */
struct as_services *as_services_new(const struct as_own *own, bool ports);
/*
 * Sets *name to NULL if the port has no name. Returns false if the names for the protocol were not
 * read.
 */
bool as_services_find(const struct as_services *services, uint32_t port, unsigned int proto,
                      const char **name);
void as_services_free(struct as_services *services);

/* The argument of struct as_names. */
struct as_lookup {
    const struct as_settings *settings;
    const struct pl_snapshot *snap; /* the recording, or NULL for names of this machine */
    struct names_hosts *hosts;      /* owned; names_free_hosts() */
    long long first, last;          /* ports without a name; 0: none */
};

/*
 * Sets *out to functions that look up names in *lookup. Borrows settings and snap, which may be
 * NULL.
 */
void as_lookup_begin(struct as_lookup *lookup, const struct as_settings *settings,
                     const struct pl_snapshot *snap, struct as_names *out);

#endif
