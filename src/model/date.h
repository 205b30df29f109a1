/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates of the Gregorian calendar, in UTC, from 1970 on. time.h of C may read the time zone. */
#ifndef PL_MODEL_DATE_H
#define PL_MODEL_DATE_H

#include <stddef.h>
#include <stdint.h>

#define PL_TIME_MAX  253402300799U /* 9999-12-31T23:59:59Z, in seconds since the Epoch */
#define PL_TIME_TEXT 20

/* Returns the number of days from 1970-01-01 on. month: 1 to 12; day: from 1 on. */
uint64_t pl_time_days(unsigned int year, unsigned int month, unsigned int day);
unsigned int pl_month_days(unsigned int year, unsigned int month);
/* Writes PL_TIME_TEXT bytes, without NUL: "2026-11-30T00:35:12Z". seconds: at most PL_TIME_MAX. */
void pl_time_print(uint64_t seconds, char *buf);

#endif
