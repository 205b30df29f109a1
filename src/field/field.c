/* SPDX-License-Identifier: BSD-2-Clause */
#include "field.h"

#include <string.h>

enum part { PART_PID, PART_FD, PART_PROCESS, PART_COMMAND, PART_EXE, PART_UID, PART_CONTEXT };

#define PART_PEER 0x100U /* of an owner of the other end */

bool pl_value_literal(const char *word, struct pl_value *out)
{
    if (!word || word[0] == '\0')
        return false;
    out->text = (struct pl_text){word, (uint32_t)strlen(word)};
    return true;
}

/* ---- members of struct pl_sock ---- */

static bool get_member(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const char *member = (const char *)sock + field->offset;
    uint32_t word = 0;

    (void)snap;
    if (i > 0 || (sock->have & field->have) != field->have)
        return false;
    if (field->size == sizeof(uint64_t)) {
        memcpy(&out->number, member, sizeof(out->number));
        return true;
    }
    if (field->size == sizeof(uint8_t))
        word = *(const uint8_t *)member;
    else
        memcpy(&word, member, sizeof(word));
    out->number = word;
    return true;
}

/* A netlink socket has a port and no address. */
static bool get_port(const struct pl_field *field, const struct pl_snapshot *snap,
                     const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    bool peer = field->have == PL_HAVE_PEER;

    if (sock->proto != PL_PROTO_NETLINK)
        return get_member(field, snap, sock, i, out);
    out->number = peer ? sock->peer_port : sock->local_port;
    return i == 0 && (sock->have & PL_HAVE_STATE) && (!peer || sock->state == PL_STATE_ESTABLISHED);
}

static bool get_type(const struct pl_field *field, const struct pl_snapshot *snap,
                     const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    return sock->type != PL_TYPE_UNKNOWN && get_member(field, snap, sock, i, out);
}

/* A number we do not know is no word of ours. */
static bool get_state(const struct pl_field *field, const struct pl_snapshot *snap,
                      const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    (void)snap;
    out->number = sock->state;
    return i == 0 && (sock->have & PL_HAVE_STATE) && sock->state < PL_STATE_MAX;
}

static bool get_family(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    (void)snap;
    out->number = sock->family;
    return i == 0 && sock->family < PL_FAMILY_MAX;
}

static bool get_address(const struct pl_field *field, const struct pl_snapshot *snap,
                        const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)snap;
    out->addr = (const uint8_t *)sock + field->offset;
    out->family = sock->family;
    return i == 0 && (sock->have & field->have) != 0;
}

static bool get_v6only(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    (void)snap;
    out->number = (sock->flags & PL_FLAG_V6ONLY) != 0;
    return i == 0 && (sock->have & PL_HAVE_V6ONLY);
}

/* The name, or the number of one that has none. */
static bool get_link(const struct pl_field *field, const struct pl_snapshot *snap,
                     const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    out->number = sock->ifindex;
    if (i > 0 || !(sock->have & field->have))
        return false;
    if (snap)
        out->text = pl_snapshot_link(snap, sock->ifindex);
    return true;
}

static bool get_user(const struct pl_field *field, const struct pl_snapshot *snap,
                     const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    if (i > 0 || !(sock->have & PL_HAVE_UID))
        return false;
    out->text = pl_snapshot_user(snap, sock->uid);
    return out->text.data != NULL;
}

static bool get_reason(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    (void)snap;
    out->number = sock->owner_unknown;
    return i == 0 && sock->owner_unknown > PL_OWNER_KNOWN;
}

/* ---- owners ---- */

static struct pl_text text_of(const struct pl_process *process, enum part part)
{
    switch (part) {
    case PART_PROCESS:
        return process->name;
    case PART_COMMAND:
        return process->command;
    case PART_EXE:
        return process->exe;
    case PART_CONTEXT:
        return process->context;
    case PART_PID:
    case PART_FD:
    case PART_UID:
        break;
    }
    return (struct pl_text){0};
}

static bool get_owner(const struct pl_field *field, const struct pl_snapshot *snap,
                      const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    enum part part = (enum part)(field->part & ~PART_PEER);
    size_t count;
    const struct pl_owner *owners = field->part & PART_PEER
                                        ? pl_snapshot_peer_owners(snap, sock, &count)
                                        : pl_snapshot_owners(snap, sock, &count);
    const struct pl_process *process;

    *out = (struct pl_value){0};
    if (i >= count)
        return false;
    if (part == PART_PID || part == PART_FD) {
        out->number = part == PART_PID ? owners[i].pid : owners[i].fd;
        return true;
    }
    process = pl_snapshot_process(snap, owners[i].pid);
    /* Not known of this one; those after it may be: a value that equals nothing. */
    out->number = process ? process->uid : PL_UID_UNKNOWN;
    if (process)
        out->text = text_of(process, part);
    return true;
}

/* ---- details ---- */

static bool get_attr(const struct pl_field *field, const struct pl_snapshot *snap,
                     const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_attr *attr;

    if (i > 0)
        return false;
    attr = pl_snapshot_attr(snap, sock, (enum pl_attr_id)field->part);
    if (!attr)
        return false;
    if (attr->text)
        out->text = (struct pl_text){attr->u.text, attr->len};
    else
        out->number = attr->u.num;
    return true;
}

static bool get_queue(const struct pl_field *field, const struct pl_snapshot *snap,
                      const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    return sock->state == PL_STATE_LISTEN && get_member(field, snap, sock, i, out);
}

static bool get_cgroup(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_attr *id = pl_snapshot_attr(snap, sock, PL_ATTR_CGROUP_ID);

    (void)field;
    if (i > 0 || !id)
        return false;
    out->text = pl_snapshot_cgroup(snap, id->u.num);
    return out->text.data != NULL;
}

#define MEMBER(m) .offset = offsetof(struct pl_sock, m), .size = sizeof(((struct pl_sock *)0)->m)
#define NUMBER(m) .kind = PL_KIND_NUMBER, .get = get_member, MEMBER(m)
#define PORT(m)   .kind = PL_KIND_NUMBER, .get = get_port, MEMBER(m)
#define OWN       PL_NEED_OWNERS

/* The optional details, row by row as the view has them. Of what is put together there, only what
 * follows the table below is a field. */
#define DETAIL(option, how, word, attr, of, text)             \
    [PL_FIELD_##attr] = {.id = PL_FIELD_##attr,               \
                         .name = (word),                      \
                         .kind = KIND_##how,                  \
                         .need = PL_NEED_##option,            \
                         .get = get_attr,                     \
                         .words = WORDS_##how,                \
                         .named = KIND_##how == PL_KIND_MASK, \
                         .told = true,                        \
                         .part = PL_ATTR_##attr,              \
                         .help = (text)},
#define ATTRIBUTE(word, heading, how, attr, of, text) \
    [PL_FIELD_##attr] = {.id = PL_FIELD_##attr,       \
                         .name = (word),              \
                         .kind = KIND_##how,          \
                         .get = get_attr,             \
                         .late = true,                \
                         .part = PL_ATTR_##attr,      \
                         .help = (text)},
#define COMPUTED(...)
#define KIND_NUMBER   PL_KIND_NUMBER
#define KIND_BOOL     PL_KIND_BOOL
#define KIND_TEXT     PL_KIND_TEXT
#define KIND_TIMER    PL_KIND_MASK
#define KIND_CA_STATE PL_KIND_MASK
#define KIND_SHUTDOWN PL_KIND_MASK

#define WORDS_NUMBER   NULL
#define WORDS_BOOL     NULL
#define WORDS_TEXT     NULL
#define WORDS_TIMER    pl_words_timer
#define WORDS_CA_STATE pl_words_ca_state
#define WORDS_SHUTDOWN pl_words_shutdown

#define FIELD(row, word, ...) \
    [PL_FIELD_##row] = {.id = PL_FIELD_##row, .name = (word), __VA_ARGS__},

static const struct pl_field fields[PL_FIELD_MAX] = {
#include "fields.def"
};

const struct pl_field *pl_field_row(enum pl_field_id id)
{
    return &fields[id];
}

const struct pl_field *pl_field_find(const char *name, size_t len)
{
    for (size_t i = 0; i < PL_FIELD_MAX; i++) {
        const char *own = fields[i].name;
        size_t at = 0;

        while (at < len && own[at] != '\0' &&
               (own[at] == name[at] || (own[at] == '_' && name[at] == '-')))
            at++;
        if (at == len && own[at] == '\0')
            return &fields[i];
    }
    return NULL;
}

bool pl_field_is_early(const struct pl_field *field)
{
    return field->need == 0 && !field->late;
}

const char *pl_filter_field(size_t index, const char **help)
{
    if (index >= PL_FIELD_MAX)
        return NULL;
    if (help)
        *help = fields[index].help;
    return fields[index].name;
}

enum pl_attr_id pl_field_attr(const struct pl_field *field)
{
    return field->get == get_attr ? (enum pl_attr_id)field->part : PL_ATTR_NONE;
}

const struct pl_field *pl_field_of_attr(enum pl_attr_id id)
{
    for (size_t i = 0; i < PL_FIELD_MAX; i++) {
        if (id != PL_ATTR_NONE && pl_field_attr(&fields[i]) == id)
            return &fields[i];
    }
    return NULL;
}
