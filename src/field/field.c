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
    return i == 0 && sock->owner_unknown != PL_OWNER_KNOWN;
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
    const struct pl_attr *id = pl_snapshot_attr(snap, sock, PL_ATTR_CGROUP);

    (void)field;
    if (i > 0 || !id)
        return false;
    out->text = pl_snapshot_cgroup(snap, id->u.num);
    return out->text.data != NULL;
}

#define MEMBER(m) .offset = offsetof(struct pl_sock, m), .size = sizeof(((struct pl_sock *)0)->m)
#define NUMBER(m) .kind = PL_FIELD_NUMBER, .get = get_member, MEMBER(m)
#define PORT(m)   .kind = PL_FIELD_NUMBER, .get = get_port, MEMBER(m)
#define OWN       PL_NEED_OWNERS

/* The optional details, row by row as the view has them. Of what is put together there, only what
 * follows the table below is a field. */
#define DETAIL(option, how, word, id, of, text) \
    {.name = (word),                            \
     .kind = KIND_##how,                        \
     .need = PL_NEED_##option,                  \
     .get = get_attr,                           \
     .words = WORDS_##how,                      \
     .named = KIND_##how == PL_FIELD_MASK,      \
     .told = true,                              \
     .part = PL_ATTR_##id,                      \
     .help = (text)},
#define ATTRIBUTE(word, heading, how, id, of, text) \
    {.name = (word),                                \
     .kind = KIND_##how,                            \
     .get = get_attr,                               \
     .late = true,                                  \
     .part = PL_ATTR_##id,                          \
     .help = (text)},
#define COMPUTED(...)
#define KIND_NUMBER   PL_FIELD_NUMBER
#define KIND_BOOL     PL_FIELD_BOOL
#define KIND_TEXT     PL_FIELD_TEXT
#define KIND_TIMER    PL_FIELD_MASK
#define KIND_CA_STATE PL_FIELD_MASK
#define KIND_SHUTDOWN PL_FIELD_MASK

#define WORDS_NUMBER   NULL
#define WORDS_BOOL     NULL
#define WORDS_TEXT     NULL
#define WORDS_TIMER    pl_words_timer
#define WORDS_CA_STATE pl_words_ca_state
#define WORDS_SHUTDOWN pl_words_shutdown

static const struct pl_field fields[] = {
    {"proto", PL_FIELD_MASK, 0, get_member, pl_words_proto, MEMBER(proto), .help = "protocol"},
    {"family", PL_FIELD_MASK, 0, get_family, pl_words_family, .help = "address family"},
    {"type", PL_FIELD_MASK, 0, get_type, pl_words_type, MEMBER(type), .help = "socket type"},
    {"state", PL_FIELD_MASK, 0, get_state, pl_words_state, .help = "state or group of states"},
    {"recv_q", NUMBER(recv_q), .have = PL_HAVE_RECV_Q, .help = "receive queue"},
    {"send_q", NUMBER(send_q), .have = PL_HAVE_SEND_Q, .help = "send queue"},
    {"local_address", PL_FIELD_ADDRESS, 0, get_address, NULL, PL_HAVE_LOCAL, MEMBER(local_addr),
     .help = "local address or prefix"},
    {"peer_address", PL_FIELD_ADDRESS, 0, get_address, NULL, PL_HAVE_PEER, MEMBER(peer_addr),
     .help = "address or prefix of the other end"},
    {"local_port", PORT(local_port), .have = PL_HAVE_LOCAL, .help = "local port"},
    {"peer_port", PORT(peer_port), .have = PL_HAVE_PEER, .help = "port of the other end"},
    {"dev", PL_FIELD_TEXT, PL_NEED_LINKS, get_link, NULL, PL_HAVE_INTERFACE | PL_HAVE_SCOPE,
     .named = true, .diag = true, .help = "interface after the \"%\" of an address"},
    {"interface", PL_FIELD_TEXT, PL_NEED_LINKS, get_link, NULL, PL_HAVE_INTERFACE, .named = true,
     .diag = true, .help = "interface the socket is bound to"},
    {"scope", PL_FIELD_TEXT, PL_NEED_LINKS, get_link, NULL, PL_HAVE_SCOPE, .named = true,
     .diag = true, .help = "interface of the link-local addresses"},
    {"ifindex", PL_FIELD_NUMBER, 0, get_link, NULL, PL_HAVE_INTERFACE | PL_HAVE_SCOPE, .diag = true,
     .help = "number of that interface"},
    {"v6only", PL_FIELD_BOOL, 0, get_v6only, .diag = true, .help = "serves IPv6 alone"},
    {"uid", NUMBER(uid), .have = PL_HAVE_UID, .help = "user id of the creator"},
    {"user", PL_FIELD_TEXT, PL_NEED_USERS, get_user, .named = true, .help = "user of the creator"},
    {"inode", NUMBER(key), .have = PL_HAVE_INODE, .help = "inode of the socket"},
    {"cookie", NUMBER(cookie), .have = PL_HAVE_COOKIE, .diag = true,
     .help = "cookie of the socket"},
    {"pid", PL_FIELD_NUMBER, OWN, get_owner, .part = PART_PID, .help = "process id of an owner"},
    {"fd", PL_FIELD_NUMBER, OWN, get_owner, .part = PART_FD, .help = "descriptor of an owner"},
    {"process", PL_FIELD_TEXT, OWN | PL_NEED_NAMES, get_owner, .part = PART_PROCESS,
     .help = "name of an owner"},
    {"command", PL_FIELD_TEXT, OWN | PL_NEED_COMMANDS, get_owner, .part = PART_COMMAND,
     .help = "command line of an owner"},
    {"exe", PL_FIELD_TEXT, OWN | PL_NEED_EXES, get_owner, .part = PART_EXE,
     .help = "executable of an owner"},
    {"process_uid", PL_FIELD_NUMBER, OWN | PL_NEED_UIDS, get_owner, .part = PART_UID,
     .help = "effective user id of an owner"},
    {"owner_unknown", PL_FIELD_MASK, OWN, get_reason, pl_words_reason,
     .help = "why no process is known"},
    {"owners", PL_FIELD_NUMBER, OWN, get_owner, .part = PART_PID,
     .help = "a process is known; or its id"},
    {"holders", PL_FIELD_NUMBER, OWN, get_owner, .part = PART_PID, .help = "the same"},
    {"service", PL_FIELD_TEXT, PL_NEED_SERVICES, pl_get_service,
     .help = "registered name of the local port"},
    {"peer_service", PL_FIELD_TEXT, PL_NEED_SERVICES, pl_get_service, .part = 1,
     .help = "registered name of the port of the other end"},
    {"common", PL_FIELD_TEXT, 0, pl_get_common, .help = "what people run on the local port"},
    {"use", PL_FIELD_TEXT, PL_NEED_SERVICES, pl_get_use, .help = "either of these names"},
    {"class", PL_FIELD_TEXT, 0, pl_get_class, .help = "class of the local port"},
    {"reach", PL_FIELD_MASK, PL_NEED_ADDRS, pl_get_reach, pl_words_reach,
     .help = "who can reach a listener"},
    {"place", PL_FIELD_MASK, OWN | PL_NEED_NAMES, pl_get_place, pl_words_place, .listener = true,
     .help = "usual, moved, unlikely"},
    {"usual_ports", PL_FIELD_NUMBER, OWN | PL_NEED_NAMES, pl_get_usual_ports, .listener = true,
     .help = "a usual port of a moved program"},
    {"remark", PL_FIELD_BOOL, OWN | PL_NEED_NAMES, pl_get_remark, .listener = true,
     .help = "moved, or unlikely"},
    {"peer_inode", PL_FIELD_NUMBER, 0, pl_get_peer_inode, .late = true,
     .help = "UNIX: inode of the socket at the other end"},
    {"queue_waiting", PL_FIELD_NUMBER, 0, get_queue, NULL, PL_HAVE_RECV_Q, MEMBER(recv_q),
     .help = "listener: connections waiting to be accepted"},
    {"queue_limit", PL_FIELD_NUMBER, 0, get_queue, NULL, PL_HAVE_SEND_Q, MEMBER(send_q),
     .help = "listener: how many may wait"},
    {"queue_used", PL_FIELD_NUMBER, 0, pl_get_queue_used,
     .help = "listener: share of the queue in use, in percent"},
    {"queue_remark", PL_FIELD_TEXT, PL_NEED_COUNTERS, pl_get_queue_remark,
     .help = "listener: somaxconn, full"},
    {"listen_overflows", PL_FIELD_NUMBER, PL_NEED_COUNTERS, pl_get_counter, .told = true,
     .part = PL_COUNTER_LISTEN_OVERFLOWS,
     .help = "listener: connections of the namespace that found a queue full"},
    {"listen_drops", PL_FIELD_NUMBER, PL_NEED_COUNTERS, pl_get_counter, .told = true,
     .part = PL_COUNTER_LISTEN_DROPS, .help = "listener: connections of the namespace dropped"},
    {"cgroup", PL_FIELD_TEXT, PL_NEED_MORE | PL_NEED_CGROUPS, get_cgroup, .told = true,
     .help = "control group (cgroups v2)"},
    {"context", PL_FIELD_TEXT, OWN | PL_NEED_CONTEXTS, get_owner, .told = true,
     .part = PART_CONTEXT, .help = "security context of an owner"},
    {"peer_pid", PL_FIELD_NUMBER, OWN | PL_NEED_PEERS, get_owner, .part = PART_PEER | PART_PID,
     .help = "process id of an owner of the other end"},
    {"peer_process", PL_FIELD_TEXT, OWN | PL_NEED_NAMES | PL_NEED_PEERS, get_owner,
     .part = PART_PEER | PART_PROCESS, .help = "its name"},
    {"peer_owners", PL_FIELD_NUMBER, OWN | PL_NEED_PEERS, get_owner, .part = PART_PEER | PART_PID,
     .help = "a process of the other end is known; or its id"},
    {"protocol_name", PL_FIELD_TEXT, 0, pl_get_protocol_name, .late = true,
     .help = "raw, packet, netlink: name of the protocol"},
    {"send_rate", PL_FIELD_NUMBER, PL_NEED_INTERNALS, pl_get_send_rate, .told = true,
     .help = "bytes a second that the congestion window allows"},
    {"autobound", PL_FIELD_BOOL, PL_NEED_COUNTERS, pl_get_autobound, .told = true,
     .help = "the local port is of the range that the system hands out"},
    {"details", PL_FIELD_TEXT, PL_NEED_MORE | PL_NEED_INTERNALS | PL_NEED_MEMORY | PL_NEED_TIMERS,
     pl_get_details, .help = "name of a detail that is known"},
#include <portls/details.def>
#include <portls/families.def>
};

#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

const struct pl_field *pl_field_find(const char *name, size_t len)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
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
    if (index >= FIELD_COUNT)
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
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (id != PL_ATTR_NONE && pl_field_attr(&fields[i]) == id)
            return &fields[i];
    }
    return NULL;
}
