/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of portls, and the settings derived from them. */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "ask.h"
#include "complain.h"
#include "opts.h"
#include "privilege/sandbox.h"
#include "status.h"
#include "view/group.h"
#include "view/sheet.h"

#define COLUMNS_MAX  384
#define OPERANDS_MAX 64 /* of --why */

struct settings {
    struct pl_query query;
    struct pl_query_hooks hooks; /* of the query */
    struct ask ask;
    const struct format *format;
    const struct pl_field *columns[COLUMNS_MAX]; /* column_count 0: the columns of the format */
    size_t column_count;
    /* Finds columns that only this program has; NULL: none. */
    const struct pl_field *(*own_column)(const char *name, size_t len);
    const struct pl_field *pairs[COLUMNS_MAX]; /* key=value pairs at the end of a table's row */
    size_t pair_count;
    enum order order;
    struct sort_key keys[COLUMNS_MAX];
    size_t key_count;
    uint16_t shown[3 * COLUMNS_MAX]; /* enum pl_attr_id of columns, pairs and keys */
    const char *record;              /* directories; NULL: none */
    const char *replay;
    const char *netns;            /* whose sockets are listed; "all"; NULL: this one's */
    const char *color;            /* NULL: auto */
    unsigned int top;             /* rows or groups; 0: all */
    unsigned int resolve_seconds; /* 0: the default */
    bool group;                   /* the columns are keys of groups */
    bool resolve;
    unsigned int interval; /* seconds between rounds; 0: once */
    bool all, listening;
    bool processes, numeric;
    bool asked_processes; /* by -p */
    bool summary;
    bool why;                           /* the operands are ports to explain */
    const char *operands[OPERANDS_MAX]; /* as typed */
    size_t operand_count;               /* may be more than are stored */
    const char *as_user;                /* of --why; NULL: not given */
    bool probe;                         /* of --why: bind each address for real */
    unsigned int reuse;                 /* 0: not given; else PL_REUSE_* + 1 */
    unsigned int free_ports;            /* of --why: how many to list; 0: not given */
    bool doctor;                        /* look for what is wrong */
    unsigned int sample;                /* of --doctor: seconds + 1; 0: not given */
    bool explain;
    uint32_t parts;   /* SUMMARY_* */
    uint32_t details; /* SHOWN_* of the options for details */
    uint32_t whole;   /* those of options that were given twice */
    bool header, quiet, strict, debug;
    bool no_sandbox;
    bool elevated;                 /* sandbox_is_elevated() */
    struct sandbox *sandbox;       /* borrowed */
    bool hint;                     /* explain an empty listing */
    const struct session *session; /* borrowed */
    bool overview;                 /* no arguments select sockets: print the overview */
    bool beside;                   /* show columns of the overview beside the others */
    bool port_names;               /* names of ports in endpoints */
};

/* Adds columns: "name,name". -EINVAL: *bad and *bad_len locate the invalid name. */
int settings_columns(struct settings *settings, const char *list, const char **bad,
                     size_t *bad_len);
/* Writes a suggestion for an unknown column, as pl_near_print(). */
void settings_near(const char *name, size_t len, char *advice, size_t size);
int settings_sort(struct settings *settings, const char *list, const char **bad, size_t *bad_len);

/*
 * Of --columns, --color, --reuse, --for, and options that are names of formats: the settings begin with a struct
 * settings.
 */
opt_set_fn settings_set_columns, settings_set_color, settings_set_reuse, settings_set_sample,
    settings_set_format;
/* Reports an invalid list of columns or sort keys, if err is not 0. Returns as an opt_set_fn. */
int settings_check_list(const struct opts *opts, const struct opt *opt, int err, const char *bad,
                        size_t len);
/* Selects a format, unless another one was. Returns as an opt_set_fn. */
int settings_format(struct settings *settings, const char *name, const char *help);
/* Rejects a format by its option: "WHAT --NAME". Returns EXIT_USAGE. */
int settings_refuse_format(const char *what, const char *name, const char *help);

/* Rejects options that groups do not use, and sort keys that groups do not have. Returns 0 or EXIT_USAGE. */
int settings_check_group(const struct settings *settings, const char *help);

/* Sets the query and the output from the options. */
void settings_settle(struct settings *settings);
/* After that: decides whether ports that no socket has are listed. Only portls lists them. */
void settings_add_rules(struct settings *settings);
/* Returns whether host names are printed or sorted by. */
bool settings_show_hosts(const struct settings *settings);

/*
 * similar.c: suggests programs and UNIX sockets for an unknown word, as pl_near_print(). advised: it
 * has a suggestion, so only names that contain the word are better.
 */
void hint_word(const struct settings *settings, const struct pl_snapshot *all, const char *word,
               bool advised, char *advice, size_t size);
/* hint.c: reports what was looked for, and what of all sockets (NULL: not read) is near. */
void hint_print(const struct settings *settings, const struct pl_snapshot *all);

/* Reports a word of the filter that nothing matches, if there is one. Returns 0 or EXIT_USAGE. */
int run_refuse_unknown(const struct settings *settings, const struct pl_snapshot *snap);
/* Lists. Returns the exit status. */
int run(struct settings *settings);

#endif
