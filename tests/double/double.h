/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel for the readers of source/bsd: it serves the tables of a recording, and misbehaves as a
 * script requests.
 *
 *   DOUBLE_TABLES  directory of the tables of a recording
 *   DOUBLE_SCRIPT  lines "CALL FIRST LAST ACTION ARGUMENT": the action applies to these calls,
 *                  counted from 1 for each name. LAST 0: all later calls
 *   DOUBLE_LOG     receives a line per call: its name and its result
 *   DOUBLE_UID     the user; default 0
 *   DOUBLE_PARENT  the parent of the program; default: a process that neither Linux nor a recording has
 *   DOUBLE_AFTER   directory of the tables after a connection was dropped, or a process was ended
 *
 * CALL is the name of a table, or a call of libproc with its process and descriptor, such as
 * "fds/101" and "socket/101/3", or "drop", "drop.ask", "kill". Actions:
 *
 *   error NUMBER   fails with this errno of Linux
 *   grown N        the table needs N more bytes
 *   growing N      N more bytes with the first call, doubled by every other; it never fits
 *   claim N        the size reported without a buffer; of libproc the bytes passed on
 *   cut N          only the first N bytes are passed on
 *   poke AT        the byte at AT is changed; negative: counted from the end
 *   file PATH      another table
 */
#ifndef TEST_DOUBLE_H
#define TEST_DOUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table {
    uint8_t *bytes; /* to be freed */
    size_t len;     /* of bytes */
    size_t needed;  /* by the kernel, for all of it */
    size_t growing; /* by how much it has grown; 0: it stays */
    long claim;     /* negative: none */
    int error;      /* 0: none */
};

/*
 * Counts a call, and returns the table of that name in the recording after the action of the
 * script. file: NULL for a call without a table.
 */
struct table double_call(const char *call, const char *file);
void double_log(const char *call, const char *what, long long result);
bool double_has(const char *file);
long long double_number(const char *text);
/* Takes a line "number:name". Returns the name; NULL: no more lines. */
char *double_name(char **rest, unsigned int *number);
/* From now on, the tables are those of DOUBLE_AFTER, if that is set. */
void double_pass(void);
/* Fails the test program. */
_Noreturn void double_die(const char *what);

#endif
