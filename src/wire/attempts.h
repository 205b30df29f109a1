/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts to connect: in a capture (-r), or live. */
#ifndef WIRE_ATTEMPTS_H
#define WIRE_ATTEMPTS_H

#include "cli/ask.h"
#include "cli/opts.h"
#include "view/sheet.h"

#include "api/attempt.h"

#include <stdio.h>

#define ATTEMPT_COLUMNS 64

#define INTERFACES_MAX 16

/* Where live attempts come from: --source. */
enum live_from { LIVE_AUTO, LIVE_PACKETS, LIVE_STATES };

struct attempts {
    const char *name; /* of the file; "-": standard input; NULL: live */
    const char *interfaces[INTERFACES_MAX];
    size_t interface_count; /* 0: all */
    uint64_t for_ns;        /* live; 0: until interrupted */
    enum live_from source;  /* live */
    bool reported;          /* live: packets are not required, since the kernel reports attempts */
    const char *record;     /* live: the file to write; NULL: none */
    struct ask ask;         /* the filter */
    const struct format *format;
    const struct pl_field *columns[ATTEMPT_COLUMNS];
    size_t column_count; /* 0: those of the format */
    unsigned int count;  /* attempts until the end; 0: all */
    bool group;          /* count the attempts by the columns */
    bool ladder, explain, header, strict;
    const char *color; /* NULL: auto */
    struct sandbox *sandbox;
};

/* Prints the attempts of the file. Returns the exit status, after messages. */
int attempts_run(struct attempts *settings);
/* Prints attempts as they are made, until interrupted. Returns the exit status, after messages. */
int live_run(struct attempts *settings);

/* ---- next.c ---- */

/* An ask.parse: the filter language with the ends and the TCP flags of a packet. */
int next_parse(struct ask *ask, const struct pl_filter_names *names, struct pl_filter_error *error);

/* ---- columns.c ---- */

/* An attempt as a row: filters and columns take the ends from the socket, whose local end is the
 * initiator's. */
struct attempt_row {
    struct pl_sock sock;
    struct pl_attempt attempt;
};

void columns_row(const struct pl_attempt *attempt, struct attempt_row *row);
/* Adds the columns of a list: "name,name". Returns as an opt_set_fn. */
int columns_set(struct opts *opts, const char *list, const struct pl_field **columns,
                size_t *count);
/* The columns of the format; owners: also those that the kernel's reports give. Returns their number. */
size_t columns_default(const struct format *format, bool owners, const struct pl_field **columns);
/* A sheet of the columns of the view; out has room for them. */
struct sheet columns_sheet(const struct view *view, struct sheet_column *out);
/* An ask.parse: the filter language with the fields of attempts in a capture, or live. */
int columns_parse(struct ask *ask, const struct pl_filter_names *names,
                  struct pl_filter_error *error);
int columns_parse_live(struct ask *ask, const struct pl_filter_names *names,
                       struct pl_filter_error *error);
/* Appends what is unusual about the attempt, "" if nothing is. */
void columns_remark(struct out *out, const struct pl_attempt *attempt);
/* Returns the name of the error of connect(2); NULL: there was none, or it has no name. */
const char *columns_error(const struct pl_attempt *attempt);
bool columns_match(const struct pl_filter *filter, const struct attempt_row *row);
/* Returns the escape sequence of a verdict on a terminal with colours. */
const char *columns_style(unsigned int verdict);

/* ---- owners.c ---- */

/* How names of users are looked up; borrowed. */
void owners_names(struct names *names);
/* Keeps the owners of a row beyond the call that passed the attempt on, and drops them. */
void owners_keep(struct attempt_row *row);
void owners_drop(struct attempt_row *row);
/* Appends "4711/curl", "812/nginx(x3)", or "" if no owner of the end is known. */
void owners_text(struct out *out, const struct pl_attempt *attempt, size_t end);

/* ---- ladder.c ---- */

struct ladder {
    bool color, explain;
    size_t width; /* of the terminal; 0: unlimited */
};

/* Draws an attempt as arrows between its ends. */
void ladder_print(const struct attempt_row *row, const struct ladder *ladder, struct out *out);

/* ---- steps.c ---- */

#define STEP_TEXT 160

/* An arrow of the ladder. */
struct step {
    bool by_responder;
    bool timed;
    uint32_t us;           /* since the first SYN */
    char title[STEP_TEXT]; /* "SYN  seq 1" */
    char check[STEP_TEXT]; /* "ACK = SYN + 1: 1422624491 + 1", "" */
    char text[STEP_TEXT];  /* options, counts, "" */
    const char *lesson;    /* a sentence that explains it; NULL: none */
};

#define STEPS 8

/* Stores the steps of an attempt in their order; returns their number. */
size_t steps_of(const struct pl_attempt *attempt, struct step steps[STEPS]);
#define STEP_TIME 24

/* Writes "127 us", "1.250 ms" or "3.014 s", with that separator. Returns the length. */
size_t steps_span(uint32_t us, char text[STEP_TIME], const char *separator);
/* The same with a blank. */
void steps_time(uint32_t us, char text[STEP_TIME]);

#endif
