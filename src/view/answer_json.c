/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON and JSON Lines of port names: what is not known has no key. */
#include "answer.h"
#include "text.h"

#include <string.h>

#define SCHEMA 1

static struct pl_text text_of(const char *word)
{
    return (struct pl_text){word, (uint32_t)strlen(word)};
}

static void put_key(struct out *out, const char *key)
{
    out_word(out, ",\"");
    out_word(out, key);
    out_word(out, "\":");
}

static void put_string(struct out *out, const char *key, const char *value)
{
    put_key(out, key);
    text_json(out, text_of(value));
}

static void put_list(struct out *out, const char *key, const char *list)
{
    if (*list == '\0')
        return;
    put_key(out, key);
    for (char before = '['; *list != '\0'; list += strlen(list) + 1, before = ',') {
        out_char(out, before);
        text_json(out, text_of(list));
    }
    out_char(out, ']');
}

static void put_common(const struct answer *row, struct out *out)
{
    struct pl_common use;
    size_t at = 0;
    bool first = true;

    while (pl_common_get(row->port, row->proto, &at, &use)) {
        if (first)
            put_key(out, "common");
        out_word(out, first ? "[{\"name\":" : ",{\"name\":");
        text_json(out, text_of(use.name));
        put_list(out, "programs", use.programs);
        put_string(out, "text", use.text);
        out_char(out, '}');
        first = false;
    }
    if (!first)
        out_char(out, ']');
}

static void put_owners(const struct pl_snapshot *snap, const struct pl_sock *sock, struct out *out)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);

    if (count == 0) {
        if (pl_owner_unknown_name(sock->owner_unknown)[0] != '\0')
            put_string(out, "owner_unknown", pl_owner_unknown_name(sock->owner_unknown));
        return;
    }
    put_key(out, "owners");
    for (size_t i = 0; i < count; i++) {
        const struct pl_process *process = pl_snapshot_process(snap, owners[i].pid);

        out_word(out, i > 0 ? ",{\"pid\":" : "[{\"pid\":");
        out_number(out, owners[i].pid);
        put_key(out, "fd");
        out_number(out, owners[i].fd);
        if (process && process->name.data) {
            out_char(out, ',');
            text_json_member(out, "process", process->name);
        }
        out_char(out, '}');
    }
    out_char(out, ']');
}

static void put_sock(const struct pl_snapshot *snap, const struct pl_sock *sock, struct out *out)
{
    char text[PL_ADDR_TEXT];
    size_t len = pl_addr_print(sock->family, sock->local_addr, text);

    out_word(out, "{\"local_address\":\"");
    out_bytes(out, text, len);
    out_char(out, '"');
    if (pl_sock_has_peer(sock)) {
        put_key(out, "peer_address");
        out_char(out, '"');
        len = pl_addr_print(sock->family, sock->peer_addr, text);
        out_bytes(out, text, len);
        out_char(out, '"');
        put_key(out, "peer_port");
        out_number(out, sock->peer_port);
    }
    if (sock->have & PL_HAVE_STATE && pl_state_name(sock->state))
        put_string(out, "state", pl_state_name(sock->state));
    put_owners(snap, sock, out);
    out_char(out, '}');
}

static void put_live(const struct answers *answers, const struct answer *row, struct out *out)
{
    size_t count;
    const struct pl_sock *const *socks = answer_socks(answers, row, &count);

    put_key(out, "live");
    out_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            out_char(out, ',');
        put_sock(answers->live, socks[i], out);
    }
    out_char(out, ']');
}

static void put_row(const struct answers *answers, const struct answer *row, struct out *out)
{
    struct pl_service service;

    if (pl_service_get(row->port, row->proto, &service) != 0)
        return;
    out_word(out, "{\"port\":");
    out_number(out, row->port);
    put_string(out, "proto", pl_proto_name(row->proto));
    if (service.name)
        put_string(out, "name", service.name);
    put_list(out, "aliases", service.aliases);
    if (service.description[0] != '\0')
        put_string(out, "description", service.description);
    put_string(out, "class", pl_service_class(row->port, row->proto));
    put_common(row, out);
    if (row->local.data) {
        put_key(out, "local");
        text_json(out, row->local);
    }
    if (answers->live)
        put_live(answers, row, out);
    out_char(out, '}');
}

void answer_json(const struct answers *answers, struct out *out)
{
    out_word(out, "{\"schema\":");
    out_number(out, SCHEMA);
    put_string(out, "registry", pl_service_table_date());
    out_word(out, ",\"ports\":[");
    for (size_t i = 0; i < answers->count; i++) {
        out_word(out, i > 0 ? ",\n" : "\n");
        put_row(answers, &answers->rows[i], out);
        out_drain(out);
    }
    out_word(out, answers->count > 0 ? "\n]}\n" : "]}\n");
}

void answer_jsonl(const struct answers *answers, struct out *out)
{
    for (size_t i = 0; i < answers->count; i++) {
        put_row(answers, &answers->rows[i], out);
        out_char(out, '\n');
        out_drain(out);
    }
}
