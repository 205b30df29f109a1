/* SPDX-License-Identifier: BSD-2-Clause */
#include "date.h"

#include <stdbool.h>

/* Days before each month, in a year that is not a leap year. */
static const uint16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

static bool is_leap(unsigned int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

unsigned int pl_month_days(unsigned int year, unsigned int month)
{
    return (unsigned int)before[month] - before[month - 1] + (month == 2 && is_leap(year));
}

uint64_t pl_time_days(unsigned int year, unsigned int month, unsigned int day)
{
    const uint64_t past = year - 1;
    const uint64_t days = past * 365 + past / 4 - past / 100 + past / 400; /* from year 1 on */

    return days - 719162U + before[month - 1] + (month > 2 && is_leap(year)) + day - 1;
}

/* Writes a number with leading zeros, and then a byte. Returns the end. */
static char *put(char *at, unsigned int number, int digits, char then)
{
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        at[i] = (char)('0' + number % 10);
    at[digits] = then;
    return at + digits + 1;
}

void pl_time_print(uint64_t seconds, char *buf)
{
    const uint64_t days = seconds / 86400;
    const unsigned int clock = (unsigned int)(seconds % 86400);
    unsigned int year = 1970 + (unsigned int)(days / 366);
    unsigned int month = 1;
    unsigned int day;

    while (pl_time_days(year + 1, 1, 1) <= days)
        year++;
    day = (unsigned int)(days - pl_time_days(year, 1, 1)); /* of the year, from 0 on */
    while (day >= pl_month_days(year, month))
        day -= pl_month_days(year, month++);
    buf = put(buf, year, 4, '-');
    buf = put(buf, month, 2, '-');
    buf = put(buf, day + 1, 2, 'T');
    buf = put(buf, clock / 3600, 2, ':');
    buf = put(buf, clock / 60 % 60, 2, ':');
    (void)put(buf, clock % 60, 2, 'Z');
}
