/* SPDX-License-Identifier: BSD-2-Clause */
#include "summary.h"

#include "text.h"
#include "view.h"

#include <string.h>

#define SCHEMA    1
#define PROCESSES 10 /* shown in the table; JSON has all */

static void pad_to(struct out *out, size_t from, size_t width)
{
    size_t len = out->len - from;

    out_pad(out, len < width ? width - len : 1);
}

/* word, blanks up to column width, number */
static void put_line(struct out *out, const char *word, size_t width, uint64_t number,
                     const char *unit)
{
    size_t from = out->len;

    out_word(out, word);
    pad_to(out, from, width);
    out_number(out, number);
    if (unit) {
        out_char(out, ' ');
        out_word(out, unit);
    }
    out_char(out, '\n');
}

static void put_proto(struct out *out, unsigned int proto, unsigned int family)
{
    const char *name = pl_proto_name(proto);

    out_word(out, name ? name : "unknown");
    if (family == PL_FAMILY_INET6)
        out_char(out, '6');
}

static void put_state(struct out *out, unsigned int state)
{
    const char *name = pl_state_name(state);

    if (name) {
        out_word(out, name[0] != '\0' ? name : "-");
        return;
    }
    out_word(out, "unknown(");
    out_number(out, state & ~PL_STATE_OTHER);
    out_char(out, ')');
}

static void put_addr(struct out *out, const struct pl_port_use *use)
{
    if (out_room(out, PL_ADDR_TEXT))
        out->len += pl_addr_print(use->family, use->addr, out->data + out->len);
}

/* ---- table ---- */

static void table_counters(const struct pl_snapshot *snap, bool header, struct out *out)
{
    if (header)
        out_word(out, "Counter           Value Unit\n");
    for (unsigned int i = 0; i < PL_COUNTER_MAX; i++) {
        uint64_t value;

        if (pl_snapshot_counter(snap, (enum pl_counter)i, &value))
            put_line(out, pl_counter_info(i)->name, 18, value, pl_counter_info(i)->unit);
    }
}

static void table_states(const struct pl_summary *summary, bool header, struct out *out)
{
    out_word(out, header ? "\nProto     State        Sockets\n" : "\n");
    for (size_t i = 0; i < summary->state_count; i++) {
        const struct pl_state_count *row = &summary->states[i];
        size_t from = out->len;

        put_proto(out, row->proto, row->family);
        pad_to(out, from, 10);
        put_state(out, row->state);
        pad_to(out, from, 23);
        out_number(out, row->count);
        out_char(out, '\n');
    }
    if (summary->port_count == 0)
        return;
    out_word(out, header ? "\nProto     Ephemeral-Ports-Used Available Local-Address\n" : "\n");
    for (size_t i = 0; i < summary->port_count; i++) {
        const struct pl_port_use *row = &summary->ports[i];
        size_t from = out->len;

        put_proto(out, row->proto, row->family);
        pad_to(out, from, 10);
        out_number(out, row->used);
        pad_to(out, from, 31);
        out_number(out, row->available);
        pad_to(out, from, 41);
        put_addr(out, row);
        out_char(out, '\n');
    }
}

static void table_processes(const struct pl_snapshot *snap, const struct pl_summary *summary,
                            bool header, struct out *out)
{
    out_word(out, header ? "\nSockets   PID/Program\n" : "\n");
    for (size_t i = 0; i < summary->holding_count && i < PROCESSES; i++) {
        const struct pl_process *process = pl_snapshot_process(snap, summary->holdings[i].pid);
        size_t from = out->len;

        out_number(out, summary->holdings[i].sockets);
        pad_to(out, from, 10);
        out_number(out, summary->holdings[i].pid);
        out_char(out, '/');
        if (process && process->name.data)
            text_plain(out, process->name, " ");
        else
            out_char(out, '-');
        out_char(out, '\n');
    }
}

int summary_table(const struct pl_snapshot *snap, uint32_t parts, bool header, struct out *out)
{
    struct pl_summary *summary = NULL;
    int err = parts != 0 ? pl_summary_make(snap, &summary) : 0;

    if (err < 0)
        return err;
    table_counters(snap, header, out);
    if (parts & SUMMARY_STATES)
        table_states(summary, header, out);
    if (parts & SUMMARY_PROCESSES)
        table_processes(snap, summary, header, out);
    pl_summary_free(summary);
    return 0;
}

/* ---- JSON ---- */

static void json_key(struct out *out, const char *key, bool first)
{
    out_word(out, first ? "\"" : ",\"");
    out_word(out, key);
    out_word(out, "\":");
}

static void json_number(struct out *out, const char *key, uint64_t number)
{
    json_key(out, key, false);
    out_number(out, number);
}

static void json_word(struct out *out, const char *key, const char *word, bool first)
{
    json_key(out, key, first);
    text_json(out, (struct pl_text){word, (uint32_t)strlen(word)});
}

/* What protocol and family a row is about. */
static void json_head(struct out *out, unsigned int proto, unsigned int family, bool first)
{
    const char *proto_name = pl_proto_name(proto);
    const char *family_name = pl_family_name(family);

    out_word(out, first ? "\n{" : ",\n{");
    json_word(out, "proto", proto_name ? proto_name : "unknown", true);
    json_word(out, "family", family_name ? family_name : "unknown", false);
}

static void json_counters(const struct pl_snapshot *snap, struct out *out)
{
    bool first = true;

    out_word(out, ",\"counters\":{");
    for (unsigned int i = 0; i < PL_COUNTER_MAX; i++) {
        uint64_t value;

        if (!pl_snapshot_counter(snap, (enum pl_counter)i, &value))
            continue;
        json_key(out, pl_counter_info(i)->name, first);
        out_number(out, value);
        first = false;
    }
    out_char(out, '}');
}

static void json_states(const struct pl_summary *summary, struct out *out)
{
    out_word(out, ",\"states\":[");
    for (size_t i = 0; i < summary->state_count; i++) {
        const struct pl_state_count *row = &summary->states[i];

        json_head(out, row->proto, row->family, i == 0);
        if (row->state != PL_STATE_NONE) {
            json_key(out, "state", false);
            out_char(out, '"');
            put_state(out, row->state);
            out_char(out, '"');
        }
        json_number(out, "sockets", row->count);
        out_char(out, '}');
    }
    out_word(out, "],\"ephemeral_ports\":[");
    for (size_t i = 0; i < summary->port_count; i++) {
        const struct pl_port_use *row = &summary->ports[i];

        json_head(out, row->proto, row->family, i == 0);
        json_key(out, "local_address", false);
        out_char(out, '"');
        put_addr(out, row);
        out_char(out, '"');
        json_number(out, "used", row->used);
        json_number(out, "available", row->available);
        out_char(out, '}');
    }
    out_char(out, ']');
}

static void json_processes(const struct pl_snapshot *snap, const struct pl_summary *summary,
                           struct out *out)
{
    out_word(out, ",\"processes\":[");
    for (size_t i = 0; i < summary->holding_count; i++) {
        const struct pl_process *process = pl_snapshot_process(snap, summary->holdings[i].pid);

        out_word(out, i == 0 ? "\n{" : ",\n{");
        json_key(out, "pid", true);
        out_number(out, summary->holdings[i].pid);
        if (process && process->name.data) {
            out_char(out, ',');
            text_json_member(out, "process", process->name);
        }
        json_number(out, "sockets", summary->holdings[i].sockets);
        out_char(out, '}');
        out_drain(out);
    }
    out_char(out, ']');
}

int summary_json(const struct pl_snapshot *snap, uint32_t parts, struct out *out)
{
    struct pl_summary *summary = NULL;
    int err = parts != 0 ? pl_summary_make(snap, &summary) : 0;

    if (err < 0)
        return err;
    out_word(out, "{\"schema\":");
    out_number(out, SCHEMA);
    json_word(out, "system", pl_system_name(pl_snapshot_system(snap)), false);
    json_counters(snap, out);
    if (parts & SUMMARY_STATES)
        json_states(summary, out);
    if (parts & SUMMARY_PROCESSES)
        json_processes(snap, summary, out);
    json_notes(snap, out);
    out_word(out, "}\n");
    pl_summary_free(summary);
    return 0;
}
