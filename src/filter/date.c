/* SPDX-License-Identifier: BSD-2-Clause */
/* Times in UTC: RFC 3339 without fractions and down to any unit, or seconds since the Epoch. */
#include "model/date.h"
#include "filter.h"

#include <string.h>

/* Parses digits of a fixed number, between first and last. */
static bool take(const char **at, const char *end, int digits, unsigned int first,
                 unsigned int last, unsigned int *out)
{
    *out = 0;
    for (; digits > 0 && *at < end && **at >= '0' && **at <= '9'; digits--, ++*at)
        *out = *out * 10 + (unsigned int)(**at - '0');
    return digits == 0 && *out >= first && *out <= last;
}

static bool skip(const char **at, const char *end, char c)
{
    bool found = *at < end && **at == c;

    *at += found;
    return found;
}

/* "T12:34:56", less, or nothing. *unit: the seconds of what is absent. */
static bool take_clock(const char **at, const char *end, uint64_t *seconds, uint64_t *unit)
{
    static const unsigned int last[] = {23, 59, 60};
    static const uint64_t units[] = {3600, 60, 1};

    *seconds = 0;
    *unit = 86400;
    for (size_t i = 0; i < 3 && (skip(at, end, i == 0 ? 'T' : ':')); i++) {
        unsigned int n;

        if (!take(at, end, 2, 0, last[i], &n))
            return false;
        *seconds += n * units[i];
        *unit = units[i];
    }
    return true;
}

bool pl_parse_time(const char *text, size_t len, uint64_t *first, uint64_t *last)
{
    const char *at = text;
    const char *end = text + len;
    unsigned int year;
    unsigned int month = 1;
    unsigned int day = 1;
    uint64_t seconds = 0;
    uint64_t unit;

    /* "2026" is a year. */
    if (len > 4 && pl_parse_number(text, len, PL_TIME_MAX, first)) {
        *last = *first;
        return true;
    }
    if (!take(&at, end, 4, 1970, 9999, &year))
        return false;
    if (!skip(&at, end, '-')) {
        unit = (pl_time_days(year + 1, 1, 1) - pl_time_days(year, 1, 1)) * 86400;
    } else if (!take(&at, end, 2, 1, 12, &month)) {
        return false;
    } else if (!skip(&at, end, '-')) {
        unit = pl_month_days(year, month) * UINT64_C(86400);
    } else {
        if (!take(&at, end, 2, 1, pl_month_days(year, month), &day) ||
            !take_clock(&at, end, &seconds, &unit))
            return false;
        if (unit != 86400)
            (void)skip(&at, end, 'Z');
    }
    *first = pl_time_days(year, month, day) * 86400 + seconds;
    *last = *first + unit - 1;
    return at == end;
}
