/* SPDX-License-Identifier: BSD-2-Clause */
#include "paint.h"

#include "model/array.h"

#include <stdio.h>

void units_bytes(struct out *out, double bytes)
{
    static const char units[] = " kMGTPE";
    size_t unit = 0;
    char text[32];

    while (bytes >= 999.5 && unit + 2 < sizeof(units)) {
        bytes /= 1000;
        unit++;
    }
    if (unit == 0)
        (void)snprintf(text, sizeof(text), "%.0f", bytes);
    else
        (void)snprintf(text, sizeof(text), bytes < 9.95 ? "%.1f%c" : "%.0f%c", bytes, units[unit]);
    out_word(out, text);
}

void units_duration(struct out *out, uint64_t nanoseconds)
{
    unsigned long long s = nanoseconds / 1000000000U;
    char text[48];

    if (s < 60)
        (void)snprintf(text, sizeof(text), "%llus", s);
    else if (s < 3600)
        (void)snprintf(text, sizeof(text), "%llum%02llus", s / 60, s % 60);
    else if (s < 86400)
        (void)snprintf(text, sizeof(text), "%lluh%02llum", s / 3600, s / 60 % 60);
    else
        (void)snprintf(text, sizeof(text), "%llud%02lluh", s / 86400, s / 3600 % 24);
    out_word(out, text);
}

void units_short(struct out *out, uint64_t microseconds)
{
    double us = (double)microseconds;
    char text[32];

    if (microseconds < 1000)
        (void)snprintf(text, sizeof(text), "%.0fus", us);
    else if (us < 999500)
        (void)snprintf(text, sizeof(text), us < 9950 ? "%.1fms" : "%.0fms", us / 1000);
    else
        (void)snprintf(text, sizeof(text), us < 9950000 ? "%.1fs" : "%.0fs", us / 1000000);
    out_word(out, text);
}
