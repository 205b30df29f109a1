/* SPDX-License-Identifier: BSD-2-Clause */
/* Details of a socket by ss's names: tables of parts of a row. */
#include "layout.h"
#include "model/array.h"

#include "view/text.h"

#include <stdio.h>

#define MS   1000.0 /* microseconds */
#define GAIN 256.0  /* units of BBR's gains */
#define BITS 8.0    /* per byte */

uint64_t ss_number(const struct ss_row *row, enum pl_attr_id id)
{
    const struct pl_attr attr = pl_snapshot_attr(row->view->snap, row->sock, id);

    return attr.text ? 0 : attr.u.num;
}

struct pl_text ss_text(const struct ss_row *row, enum pl_attr_id id)
{
    const struct pl_attr attr = pl_snapshot_attr(row->view->snap, row->sock, id);

    return attr.text ? (struct pl_text){attr.u.text, attr.len} : (struct pl_text){0};
}

bool ss_has(const struct ss_row *row, enum pl_attr_id id)
{
    return pl_snapshot_attr(row->view->snap, row->sock, id).id != PL_ATTR_NONE;
}

void ss_break(const struct ss_row *row)
{
    if (!row->view->one_line)
        out_word(row->out, "\n\t");
}

void ss_put_signed(struct out *out, uint32_t n)
{
    out_word(out, n > INT32_MAX ? "-" : "");
    out_number(out, n > INT32_MAX ? 0 - n : n);
}

void ss_put_field(const struct ss_row *row, const char *name, uint64_t n)
{
    out_word(row->out, name);
    out_number(row->out, n);
}

void ss_put_hex(const struct ss_row *row, const char *name, uint64_t n, unsigned int digits)
{
    out_word(row->out, name);
    for (unsigned int at = 16; at-- > 0;) {
        if (at < digits || n >> 4 * at != 0)
            out_char(row->out, "0123456789abcdef"[n >> 4 * at & 15]);
    }
}

/* "%g": six digits at most, without trailing zeros. */
static void put_real(const struct ss_row *row, const char *name, double n)
{
    char text[32];

    out_word(row->out, name);
    (void)snprintf(text, sizeof(text), "%g", n);
    out_word(row->out, text);
}

void ss_put_rate(const struct ss_row *row, const char *name, double bits)
{
    static const struct {
        double unit;
        char letter;
    } units[] = {{1e12, 'T'}, {1e9, 'G'}, {1e6, 'M'}, {1e3, 'k'}};
    char text[64];
    size_t at = 0;

    out_word(row->out, name);
    while (at < COUNT_OF(units) && bits < units[at].unit)
        at++;
    if (row->view->numeric)
        (void)snprintf(text, sizeof(text), "%.0f", bits);
    else if (at < COUNT_OF(units))
        (void)snprintf(text, sizeof(text), "%.3g%c", bits / units[at].unit, units[at].letter);
    else
        (void)snprintf(text, sizeof(text), "%g", bits);
    out_word(row->out, text);
    out_word(row->out, "bps");
}

void ss_put_text(const struct ss_row *row, const char *name, enum pl_attr_id id,
                 const char *escaped)
{
    struct pl_text text = ss_text(row, id);

    if (!text.data)
        return;
    out_word(row->out, name);
    text_plain(row->out, text, escaped);
}

/* Whether another detail allows the part. */
static bool is_possible(const struct ss_row *row, const struct ss_part *part)
{
    if (part->when == SS_WITH)
        return ss_number(row, (enum pl_attr_id)part->than) != 0;
    return part->when != SS_BESIDE || ss_has(row, (enum pl_attr_id)part->than);
}

/* n: the value, 0 if the kernel did not report it. */
static bool is_wanted(const struct ss_part *part, bool given, uint64_t n)
{
    switch (part->when) {
    case SS_SET:
        return n != 0 && n != part->than;
    case SS_BELOW:
        return n != 0 && n < part->than;
    case SS_OTHER:
        return n != part->than;
    case SS_GIVEN:
        return given;
    case SS_ZERO:
        return given && n == 0;
    case SS_WITH:
    case SS_BESIDE:
    case SS_ALWAYS:
        break;
    }
    return true;
}

static void put_part(const struct ss_row *row, const struct ss_part *part, uint64_t n)
{
    switch (part->form) {
    case SS_NUMBER:
        ss_put_field(row, part->name, n);
        break;
    case SS_HEX:
        ss_put_hex(row, part->name, n, 1);
        break;
    case SS_PREFIXED:
        out_word(row->out, part->name);
        ss_put_hex(row, n != 0 ? "0x" : "", n, 1);
        break;
    case SS_MS:
        put_real(row, part->name, (double)n / MS);
        break;
    case SS_GAIN:
        put_real(row, part->name, (double)n / GAIN);
        break;
    case SS_RATE:
        ss_put_rate(row, part->name, (double)n * BITS);
        break;
    case SS_NAME:
        out_word(row->out, part->name);
        break;
    }
}

void ss_put_parts(const struct ss_row *row, const struct ss_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pl_attr attr;
        uint64_t n;

        if (!is_possible(row, &parts[i]))
            continue;
        attr = pl_snapshot_attr(row->view->snap, row->sock, parts[i].id);
        n = attr.text ? 0 : attr.u.num;
        if (is_wanted(&parts[i], attr.id != PL_ATTR_NONE, n))
            put_part(row, &parts[i], n);
    }
}
