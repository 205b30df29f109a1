/* SPDX-License-Identifier: BSD-2-Clause */
/* The values in the texts of findings, by name. */
#include "doctor.h"
#include "explain.h"

#include "api/names.h"
#include "field/field.h"
#include "model/array.h"

#include <stdio.h>
#include <string.h>

void pl_doctor_put(char *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    pl_explain_put(buf, format, args);
    va_end(args);
}

void pl_doctor_put_text(char *buf, struct pl_text text)
{
    if (text.data)
        pl_doctor_put(buf, "%.*s", (int)text.len, text.data);
}

static void put_addr(char *buf, const struct pl_sock *sock, const uint8_t *addr)
{
    char text[PL_ADDR_TEXT];

    pl_doctor_put(buf, "%.*s", (int)pl_addr_print(sock->family, addr, text), text);
}

static void put_local(const struct doctor_source *source, char *buf)
{
    const struct pl_sock *sock = source->finding->sock;

    if (sock)
        pl_explain_end(buf, sock->family, sock->local_addr, sock->local_port);
}

static void put_local_address(const struct doctor_source *source, char *buf)
{
    if (source->finding->sock)
        put_addr(buf, source->finding->sock, source->finding->sock->local_addr);
}

static void put_peer(const struct doctor_source *source, char *buf)
{
    const struct pl_sock *sock = source->finding->sock;

    if (sock)
        pl_explain_end(buf, sock->family, sock->peer_addr, sock->peer_port);
}

static void put_peer_address(const struct doctor_source *source, char *buf)
{
    if (source->finding->sock)
        put_addr(buf, source->finding->sock, source->finding->sock->peer_addr);
}

static void put_pid(const struct doctor_source *source, char *buf)
{
    if (source->finding->process)
        pl_doctor_put(buf, "%u", source->finding->process->pid);
}

/* Returns why the owner is unknown, or PL_OWNER_KNOWN. */
static unsigned int reason_of(const struct pl_finding *finding)
{
    return finding->process || !finding->sock ? PL_OWNER_KNOWN : finding->sock->owner_unknown;
}

static void put_reason(const struct doctor_source *source, char *buf)
{
    unsigned int reason = reason_of(source->finding);

    if (reason != PL_OWNER_KNOWN && reason != PL_OWNER_NOT_ASKED)
        pl_doctor_put(buf, "%s", pl_owner_unknown_name(reason));
}

static void put_process(const struct doctor_source *source, char *buf)
{
    const struct pl_process *process = source->finding->process;
    unsigned int reason = reason_of(source->finding);

    if (!process) {
        pl_doctor_put(buf, reason == PL_OWNER_KERNEL ? "the kernel"
                           : reason == PL_OWNER_KNOWN || reason == PL_OWNER_NOT_ASKED ||
                                   reason == PL_OWNER_NOT_FOUND || reason == PL_OWNER_NOT_PERMITTED
                               ? "an unknown process"
                               : "no process");
        return;
    }
    pl_doctor_put(buf, "process %u", process->pid);
    if (process->name.data) {
        pl_doctor_put(buf, "/");
        pl_doctor_put_text(buf, process->name);
    }
}

static void put_exe(const struct doctor_source *source, char *buf)
{
    if (source->finding->process)
        pl_doctor_put_text(buf, source->finding->process->exe);
}

static void put_age(const struct doctor_source *source, char *buf)
{
    if (source->finding->age_ms > 0)
        pl_doctor_put(buf, "%llu s", (unsigned long long)source->finding->age_ms / 1000);
}

static void put_period(const struct doctor_source *source, char *buf)
{
    if (source->finding->boot)
        pl_doctor_put(buf, "since boot");
    else if (source->finding->seconds > 0)
        pl_doctor_put(buf, "in %u s", source->finding->seconds);
}

static void put_counter(const struct doctor_source *source, enum pl_counter counter, char *buf)
{
    uint64_t value;

    if (pl_snapshot_counter(source->examination->now, counter, &value))
        pl_doctor_put(buf, "%llu", (unsigned long long)value);
}

static void put_somaxconn(const struct doctor_source *source, char *buf)
{
    put_counter(source, PL_COUNTER_SOMAXCONN, buf);
}

static void put_first(const struct doctor_source *source, char *buf)
{
    put_counter(source, PL_COUNTER_EPHEMERAL_FIRST, buf);
}

static void put_last(const struct doctor_source *source, char *buf)
{
    put_counter(source, PL_COUNTER_EPHEMERAL_LAST, buf);
}

/* What limits the accept queue: the kernel reduces the program's backlog to somaxconn. */
static void put_limiter(const struct doctor_source *source, char *buf)
{
    uint64_t most;

    if (!pl_snapshot_counter(source->examination->now, PL_COUNTER_SOMAXCONN, &most))
        pl_doctor_put(buf, "a larger backlog of listen(2), or a larger limit of the system");
    else if (source->finding->limit >= most)
        pl_doctor_put(buf, "a larger net.core.somaxconn, and as large a backlog of listen(2)");
    else
        pl_doctor_put(buf, "a larger backlog of listen(2): net.core.somaxconn is not the limit");
}

static void put_usual(const struct doctor_source *source, char *buf)
{
    struct pl_placement placement;
    struct pl_text program;

    if (!source->finding->sock || pl_field_judge(source->examination->now, source->finding->sock,
                                                 &placement, &program) != PL_PLACE_MOVED)
        return;
    for (size_t i = 0; i < placement.count; i++)
        pl_doctor_put(buf, "%s%u", i > 0 ? ", " : "", placement.usual[i]);
}

static void put_use(const struct doctor_source *source, char *buf)
{
    struct pl_placement placement;
    struct pl_text program;

    if (source->finding->sock &&
        pl_field_judge(source->examination->now, source->finding->sock, &placement, &program) ==
            PL_PLACE_UNLIKELY &&
        placement.use.name)
        pl_doctor_put(buf, "%s", placement.use.name);
}

static void put_proto(const struct doctor_source *source, char *buf)
{
    if (source->finding->sock)
        pl_doctor_put(buf, "%s", pl_proto_name(source->finding->sock->proto));
}

static void put_reach(const struct doctor_source *source, char *buf)
{
    if (source->finding->sock)
        pl_doctor_put(
            buf, "%s",
            pl_reach_name(pl_snapshot_reach(source->examination->now, source->finding->sock)));
}

static void put_note(const struct doctor_source *source, char *buf)
{
    if (source->finding->note)
        (void)pl_note_text(source->finding->note, buf + strlen(buf), PL_FINDING_TEXT - strlen(buf));
}

/* The reason of sockets whose owners are hidden. */
static void put_hidden(const struct doctor_source *source, char *buf)
{
    if (source->finding->note && source->finding->note->kind == PL_NOTE_OWNERS_HIDDEN)
        pl_doctor_put(buf, "%s", pl_owner_unknown_name(PL_OWNER_NOT_PERMITTED));
}

static void put_help(const struct doctor_source *source, char *buf)
{
    if (source->finding->note)
        pl_doctor_put(buf, "%s", pl_note_help(source->finding->note));
}

/* ---- names ---- */

static const struct {
    const char *name;
    void (*write)(const struct doctor_source *source, char *buf);
} texts[] = {
    {"local", put_local},
    {"local_address", put_local_address},
    {"peer", put_peer},
    {"peer_address", put_peer_address},
    {"pid", put_pid},
    {"reason", put_reason},
    {"process", put_process},
    {"exe", put_exe},
    {"age", put_age},
    {"period", put_period},
    {"somaxconn", put_somaxconn},
    {"first", put_first},
    {"last", put_last},
    {"limiter", put_limiter},
    {"usual", put_usual},
    {"use", put_use},
    {"proto", put_proto},
    {"reach", put_reach},
    {"note", put_note},
    {"hidden", put_hidden},
    {"help", put_help},
};

/* Returns whether there is a number of that name. */
static bool number_of(const struct pl_finding *finding, struct pl_text name, uint64_t *out)
{
    const struct {
        const char *name;
        uint64_t value;
        bool known;
    } numbers[] = {
        {"count", finding->count, finding->count > 0},
        {"value", finding->value, true},
        {"limit", finding->limit, true},
        {"buffer", finding->limit, finding->limit > 0},
        {"other", finding->other, true},
        {"percent", finding->limit > 0 ? finding->value * 100 / finding->limit : 0, true},
        {"port", finding->sock ? finding->sock->local_port : 0, finding->sock != NULL},
        {"peer_port", finding->sock ? finding->sock->peer_port : 0, finding->sock != NULL},
        {"queue", finding->sock ? finding->sock->recv_q : 0, finding->sock != NULL},
        {"stuck", STUCK_MS, true},
        {"dead", DEAD_RETRIES, true},
    };

    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        *out = numbers[i].value;
        if (strlen(numbers[i].name) == name.len && numbers[i].known &&
            memcmp(numbers[i].name, name.data, name.len) == 0)
            return true;
    }
    return false;
}

bool pl_doctor_value(const struct doctor_source *source, struct pl_text name, char *buf)
{
    const char *bar = memchr(name.data, '|', name.len);
    const size_t before = strlen(buf);
    struct pl_text word = {0};
    uint64_t number;

    if (bar) {
        word = (struct pl_text){bar + 1, name.len - (uint32_t)(bar - name.data) - 1};
        name.len = (uint32_t)(bar - name.data);
    }
    if (number_of(source->finding, name, &number)) {
        pl_doctor_put(buf, "%llu", (unsigned long long)number);
        if (bar) {
            pl_doctor_put(buf, " ");
            pl_doctor_put_text(buf, word);
            pl_doctor_put(buf, number == 1 ? "" : "s");
        }
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (strlen(texts[i].name) == name.len && memcmp(texts[i].name, name.data, name.len) == 0)
            texts[i].write(source, buf);
    }
    return strlen(buf) > before;
}
