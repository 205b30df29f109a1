/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints attempts as they are decided: a sheet, or ladders. */
#ifndef WIRE_PRINTER_H
#define WIRE_PRINTER_H

#include "attempts.h"
#include "tally.h"

struct printer {
    struct attempts *settings;
    struct view view;
    struct sheet sheet;
    struct sheet_column columns[ATTEMPT_COLUMNS];
    struct writer writer;
    struct ladder ladder;
    struct out out;
    struct tally *tally;      /* NULL: attempts are not counted */
    struct attempt_row first; /* kept until it is known whether it is the only one */
    bool holding, began;
    bool at_once; /* the file may be a live capture: print each attempt at once */
    bool drawing;
    uint64_t printed;
};

void printer_prepare(struct printer *printer, struct attempts *settings);
/*
 * Stores random numbers. printer_table() also makes a table of attempts that has them. They return 0, or
 * an exit status after a message.
 */
int printer_keys(uint64_t keys[PL_ATTEMPT_KEYS]);
int printer_table(pl_attempt_fn *take, void *arg, struct pl_attempts **out);
/* Prints the header of a table; the first attempt also does. */
void printer_begin(struct printer *printer);
/*
 * A pl_attempt_fn: prints an attempt, if it matches the filter. Returns 0; or -ECANCELED: the output failed,
 * or enough was printed.
 */
int printer_take(void *arg, const struct pl_attempt *attempt);
/* Ends the output. Returns the exit status. */
int printer_finish(struct printer *printer);
/* Prints a note with the number, unless it is 0. */
void printer_note(uint64_t count, const char *one, const char *many);

#endif
