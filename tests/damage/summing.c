/* SPDX-License-Identifier: BSD-2-Clause */
#include "summing.h"

#include <stddef.h>

static uint64_t sum_bytes(uint64_t sum, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < len; i++)
        sum = (sum ^ at[i]) * 0x100000001b3U;
    return sum;
}

static uint64_t sum_text(struct summing *s, uint64_t sum, struct pl_text text)
{
    if (!text.data && text.len > 0)
        s->senseless = true;
    else if (text.data)
        sum = sum_bytes(sum + 1, text.data, text.len); /* reads every byte, for the sanitizers */
    return sum;
}

static int keep(struct summing *s, uint64_t sum)
{
    if (s->count < RECORDS_MAX)
        s->sums[s->count] = sum;
    s->count++;
    return 0;
}

static struct summing *of(struct pl_sink *sink)
{
    return (struct summing *)(void *)sink;
}

static int take_sock(struct pl_sink *sink, const struct pl_sock *sock, const struct pl_attr *attrs,
                     size_t count)
{
    struct summing *s = of(sink);
    uint64_t sum = sum_bytes(1, sock, sizeof(*sock)); /* no padding */

    if (sock->proto >= PL_PROTO_MAX || sock->type >= PL_TYPE_MAX ||
        sock->owner_unknown >= PL_OWNER_MAX ||
        (sock->state >= PL_STATE_MAX && !(sock->state & PL_STATE_OTHER)) ||
        (sock->family >= PL_FAMILY_MAX && !(sock->family & PL_FAMILY_OTHER)))
        s->senseless = true;
    for (size_t i = 0; i < count; i++) {
        if (attrs[i].id == PL_ATTR_NONE || attrs[i].id >= PL_ATTR_MAX)
            s->senseless = true;
        sum = sum_bytes(sum, &attrs[i].id, sizeof(attrs[i].id));
        sum = attrs[i].text ? sum_text(s, sum, (struct pl_text){attrs[i].u.text, attrs[i].len})
                            : sum_bytes(sum, &attrs[i].u.num, sizeof(attrs[i].u.num));
    }
    return keep(s, sum);
}

static int take_owner(struct pl_sink *sink, const struct pl_owner *owner)
{
    return keep(of(sink), sum_bytes(2, owner, sizeof(*owner)));
}

static int take_denied(struct pl_sink *sink, uint32_t pid, int error)
{
    return keep(of(sink), sum_bytes(sum_bytes(3, &pid, sizeof(pid)), &error, sizeof(error)));
}

static int take_lacks(struct pl_sink *sink, uint32_t lacks)
{
    return keep(of(sink), sum_bytes(11, &lacks, sizeof(lacks)));
}

static int take_held(struct pl_sink *sink, uint32_t pid, uint64_t before, uint64_t now, int error)
{
    uint64_t sum = sum_bytes(sum_bytes(12, &pid, sizeof(pid)), &error, sizeof(error));

    return keep(of(sink), sum_bytes(sum_bytes(sum, &before, sizeof(before)), &now, sizeof(now)));
}

static int take_process(struct pl_sink *sink, const struct pl_process *process)
{
    struct summing *s = of(sink);
    uint64_t sum = sum_bytes(4, &process->pid, sizeof(process->pid));

    sum = sum_bytes(sum, &process->uid, sizeof(process->uid));
    sum = sum_text(s, sum, process->name);
    sum = sum_text(s, sum, process->command);
    sum = sum_text(s, sum, process->context);
    if (process->group)
        sum = sum_text(s, sum_text(s, sum, process->group->path), process->group->unit);
    return keep(s, sum_text(s, sum, process->exe));
}

static int take_uid(struct pl_sink *sink, uint64_t key, uint32_t uid)
{
    return keep(of(sink), sum_bytes(sum_bytes(6, &key, sizeof(key)), &uid, sizeof(uid)));
}

static int take_name(struct pl_sink *sink, enum pl_name_kind kind, uint32_t id, struct pl_text text)
{
    struct summing *s = of(sink);

    return keep(s, sum_text(s, (uint64_t)kind << 32 | id, text));
}

static int take_addr(struct pl_sink *sink, const struct pl_addr *addr)
{
    uint64_t sum = sum_bytes(5, addr->bytes, sizeof(addr->bytes));

    return keep(of(sink), sum ^ ((uint64_t)addr->ifindex << 8 | addr->family));
}

static int take_cgroup(struct pl_sink *sink, uint64_t id, struct pl_text path)
{
    struct summing *s = of(sink);

    return keep(s, sum_text(s, id ^ 7, path));
}

static int take_container(struct pl_sink *sink, const struct pl_container *container)
{
    struct summing *s = of(sink);
    uint64_t sum = sum_text(s, container->uid ^ 13U, container->id);

    s->senseless |= container->id.len != PL_CONTAINER_ID;
    sum = sum_text(s, sum_text(s, sum, container->name), container->image);
    return keep(s, sum_text(s, sum_text(s, sum, container->pod), container->pod_namespace));
}

static int take_event(struct pl_sink *sink, const struct pl_event *event)
{
    struct summing *s = of(sink);
    uint64_t sum = sum_bytes(12, &event->sock, sizeof(event->sock)) ^ event->time ^ event->count;

    for (uint32_t i = 0; event->holders && i < event->holders->count; i++)
        sum = sum_bytes(sum, &event->holders->items[i], sizeof(event->holders->items[i]));
    s->senseless |= !pl_event_name(event->kind);
    return keep(s, sum);
}

static int take_counter(struct pl_sink *sink, enum pl_counter id, uint64_t value)
{
    struct summing *s = of(sink);

    s->senseless |= id >= PL_COUNTER_MAX;
    return keep(s, sum_bytes(8 + (uint64_t)id, &value, sizeof(value)));
}

static int take_note(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count)
{
    struct summing *s = of(sink);

    s->notes++;
    s->senseless |= kind == PL_NOTE_NONE || kind >= PL_NOTE_MAX || count == UINT64_MAX;
    return 0;
}

static int take_reserved(struct pl_sink *sink, uint16_t first, uint16_t last)
{
    struct summing *s = of(sink);

    s->senseless |= first > last;
    return keep(s, sum_bytes(sum_bytes(11, &first, sizeof(first)), &last, sizeof(last)));
}

static int take_reuse(struct pl_sink *sink, const struct pl_reuse *reuse)
{
    struct summing *s = of(sink);

    s->senseless |= (reuse->cookie == 0) == (reuse->key == 0) || reuse->flags > 3;
    return keep(s, sum_bytes(sum_bytes(sum_bytes(12, &reuse->cookie, sizeof(reuse->cookie)),
                                       &reuse->key, sizeof(reuse->key)),
                             &reuse->flags, sizeof(reuse->flags)));
}

/* An initial number is certain only if it is known which end opened the connection. */
static int take_sequence(struct pl_sink *sink, const struct pl_sequence *sequence)
{
    struct summing *s = of(sink);
    uint64_t sum = sum_bytes(15, &sequence->cookie, sizeof(sequence->cookie));
    const bool known = (sequence->have & PL_BIT(PL_SEQUENCE_ISN)) != 0;

    s->senseless |= sequence->cookie == 0 || sequence->opened >= PL_OPENED_MAX ||
                    sequence->have >> PL_SEQUENCE_NUMBERS != 0 ||
                    (known && sequence->opened == PL_OPENED_UNKNOWN);
    sum = sum_bytes(sum, sequence->numbers, sizeof(sequence->numbers));
    sum = sum_bytes(sum, &sequence->have, sizeof(sequence->have));
    sum = sum_bytes(sum, &sequence->restored, sizeof(sequence->restored));
    return keep(s, sum_bytes(sum, &sequence->opened, sizeof(sequence->opened)));
}

/* Addresses have 4 or 16 bytes; the others are 0. */
static int take_flow(struct pl_sink *sink, const struct pl_flow *flow)
{
    struct summing *s = of(sink);
    uint64_t sum = sum_bytes(16, &flow->sent, sizeof(flow->sent)); /* no padding */
    const size_t size = flow->family == PL_FAMILY_INET ? 4 : 16;

    s->senseless |= (flow->family != PL_FAMILY_INET && flow->family != PL_FAMILY_INET6) ||
                    flow->proto >= PL_PROTO_MAX;
    for (size_t i = size; i < 16; i++)
        s->senseless |= flow->sent.from[i] != 0 || flow->sent.to[i] != 0 ||
                        flow->answered.from[i] != 0 || flow->answered.to[i] != 0;
    sum = sum_bytes(sum, &flow->answered, sizeof(flow->answered));
    return keep(s, sum_bytes(sum_bytes(sum, &flow->family, 1), &flow->proto, 1));
}

static int take_nat(struct pl_sink *sink, const struct pl_nat_rule *rule)
{
    struct summing *s = of(sink);
    uint64_t sum = sum_bytes(13, &rule->chain, sizeof(rule->chain));

    s->senseless |= rule->chain == 0 || rule->kind > PL_NAT_ELEMENT ||
                    rule->action > PL_NAT_RETURN || rule->len > PL_NAT_BYTES ||
                    rule->match.bits > 128 || (rule->action == PL_NAT_JUMP && rule->to == 0) ||
                    (rule->addr_word >= PL_NAT_WORDS && rule->addr_word != PL_NAT_NONE) ||
                    (rule->port_word >= PL_NAT_WORDS && rule->port_word != PL_NAT_NONE);
    sum = sum_bytes(sum_bytes(sum, &rule->to, sizeof(rule->to)), &rule->set, sizeof(rule->set));
    sum = sum_bytes(sum_bytes(sum, rule->key, PL_NAT_BYTES), rule->value, PL_NAT_BYTES);
    sum = sum_bytes(sum_bytes(sum, rule->match.addr, 16), &rule->match.first, 2);
    return keep(s, sum_bytes(sum_bytes(sum, rule->target.addr, 16), &rule->target.port, 2));
}

static int take_reference(struct pl_sink *sink, const struct pl_reference *row)
{
    struct summing *s = of(sink);
    uint64_t sum = sum_bytes(sum_bytes(7, &row->key, sizeof(row->key)), &row->count, 4);

    return keep(s, sum_text(s, sum_text(s, sum, row->name), row->line));
}

void summing_reset(struct summing *s)
{
    s->sink = (struct pl_sink){.sock = take_sock,
                               .owner = take_owner,
                               .denied = take_denied,
                               .lacks = take_lacks,
                               .held = take_held,
                               .process = take_process,
                               .uid = take_uid,
                               .name = take_name,
                               .addr = take_addr,
                               .cgroup = take_cgroup,
                               .container = take_container,
                               .counter = take_counter,
                               .reserved = take_reserved,
                               .reuse = take_reuse,
                               .sequence = take_sequence,
                               .nat = take_nat,
                               .flow = take_flow,
                               .event = take_event,
                               .need = UINT32_MAX,
                               .reference = take_reference,
                               .note = take_note};
    s->count = s->notes = 0;
    s->senseless = false;
}
