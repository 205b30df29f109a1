/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of signals. */
#ifndef KILL_SIGNALS_H
#define KILL_SIGNALS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns the number of a signal that was given by its name, with or without SIG, or by its number.
 * For an unknown signal, returns -1 and writes a suggestion to advice, as pl_near_print() does.
 */
int signals_parse(const char *word, char *advice, size_t size);
/* Writes the name without SIG, or the number. */
void signals_name(int number, char *buf, size_t size);
/* Whether the signal ends a process that does not handle it, and systemd calls this a clean exit. */
bool signals_is_clean(int number);
/* Whether the signal is meant to end a process. */
bool signals_ends(int number);

#endif
