/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of attempts: the table, their values, and filters. */
#include "fields.h"

#include "model/array.h"

#include <errno.h>
#include <string.h>

/* ---- values ---- */

static const char *verdict_word(unsigned int verdict)
{
    return verdict == PL_VERDICT_NONE ? "" : pl_verdict_name(verdict);
}

enum { ECN_NONE = 1, ECN_CLASSIC, ECN_ACCURATE };

static const char *ecn_word(unsigned int number)
{
    static const char *const words[] = {"", "none", "classic", "accurate"};

    return number < COUNT_OF(words) ? words[number] : NULL;
}

enum { FAST_OPEN_NONE = 1, FAST_OPEN_ASKED, FAST_OPEN_GIVEN, FAST_OPEN_USED, FAST_OPEN_DENIED };

static const char *fast_open_word(unsigned int number)
{
    static const char *const words[] = {"", "none", "asked", "given", "used", "denied"};

    return number < COUNT_OF(words) ? words[number] : NULL;
}

/* Returns whether both SYNs are known: one alone agrees to nothing. */
static bool is_answered(const struct pl_attempt *attempt)
{
    const unsigned int both = PL_ATTEMPT_SYN | PL_ATTEMPT_PEER_SYN;

    return (attempt->have & both) == both && attempt->synack_count > 0;
}

static bool agreed(const struct pl_attempt *attempt, uint16_t option)
{
    return (attempt->syn.have & attempt->peer_syn.have & option) != 0;
}

static unsigned int ecn_of(const struct pl_attempt *attempt)
{
    const uint16_t asked = attempt->syn.have;
    const uint16_t answer = attempt->peer_syn.have;

    if (asked & answer & PL_SYN_ACCECN)
        return ECN_ACCURATE;
    /* A responder that has only classic ECN answers with that. */
    return asked & (PL_SYN_ECN | PL_SYN_ACCECN) && answer & PL_SYN_ECN ? ECN_CLASSIC : ECN_NONE;
}

static unsigned int fast_open_of(const struct pl_attempt *attempt)
{
    if (!(attempt->syn.have & PL_SYN_FAST_OPEN))
        return FAST_OPEN_NONE;
    if (attempt->syn.have & PL_SYN_COOKIE)
        return attempt->taken > 0 ? FAST_OPEN_USED : FAST_OPEN_DENIED;
    return attempt->peer_syn.have & PL_SYN_COOKIE ? FAST_OPEN_GIVEN : FAST_OPEN_ASKED;
}

enum { SOURCE_PACKETS = 1, SOURCE_STATES, SOURCE_BOTH };

static const char *source_word(unsigned int number)
{
    static const char *const words[] = {"", "packets", "states", "both"};

    return number < COUNT_OF(words) ? words[number] : NULL;
}

static unsigned int source_of(const struct pl_attempt *attempt)
{
    if (!(attempt->have & PL_ATTEMPT_ANY_STATES))
        return SOURCE_PACKETS;
    return attempt->have & PL_ATTEMPT_PACKETS ? SOURCE_BOTH : SOURCE_STATES;
}

static const char *unknown_word(unsigned int number)
{
    return number > PL_OWNER_KNOWN ? pl_owner_unknown_name(number) : "";
}

/* Errors with which connect(2) ends. */
#define ERROR(number)   \
    {                   \
        number, #number \
    }
static const struct {
    int number;
    const char *name;
} errors[] = {
    ERROR(ECONNREFUSED), ERROR(ETIMEDOUT),  ERROR(EHOSTUNREACH),  ERROR(ENETUNREACH),
    ERROR(ECONNABORTED), ERROR(ECONNRESET), ERROR(ENOPROTOOPT),   ERROR(EHOSTDOWN),
    ERROR(ENETDOWN),     ERROR(EACCES),     ERROR(EPERM),         ERROR(EPROTO),
    ERROR(EMSGSIZE),     ERROR(EOPNOTSUPP), ERROR(EADDRNOTAVAIL), ERROR(ENOBUFS),
    ERROR(ENOMEM),       ERROR(EINVAL),     ERROR(EPIPE),
};

const char *columns_error(const struct pl_attempt *attempt)
{
    for (size_t i = 0; i < COUNT_OF(errors) && attempt->have & PL_ATTEMPT_ERROR; i++) {
        if (errors[i].number == attempt->error)
            return errors[i].name;
    }
    return NULL;
}

static bool number(bool have, uint64_t value, struct pl_value *out)
{
    out->number = value;
    return have;
}

/* Times, counts and numbers of a handshake. */
static bool get_step(const struct pl_attempt *attempt, enum id id, struct pl_value *out)
{
    const uint32_t have = attempt->have;
    const bool icmp = attempt->verdict == PL_VERDICT_ICMP && have & PL_ATTEMPT_PACKETS;

    switch ((int)id) {
    case COLUMN_VERDICT:
        return number(true, attempt->verdict, out);
    case COLUMN_ISN:
        return number(have & PL_ATTEMPT_ISN, attempt->isn, out);
    case COLUMN_PEER_ISN:
        return number(have & PL_ATTEMPT_PEER_ISN, attempt->peer_isn, out);
    case COLUMN_SYNS:
        return number(have & PL_ATTEMPT_SYN_COUNT, attempt->syn_count, out);
    case COLUMN_SYN_LAST:
        return number(attempt->syn_count > 1 && have & PL_ATTEMPT_PACKETS, attempt->syn_last_us,
                      out);
    case COLUMN_SYNACKS:
        return number(have & PL_ATTEMPT_SYNACK_COUNT, attempt->synack_count, out);
    case COLUMN_SYNACK_TIME:
        return number(have & PL_ATTEMPT_SYNACK_TIME, attempt->synack_us, out);
    case COLUMN_THIRD_TIME:
        return number(have & PL_ATTEMPT_THIRD_TIME, attempt->third_us, out);
    case COLUMN_REFUSED_TIME:
        return number(have & PL_ATTEMPT_END && have & PL_ATTEMPT_SYN, attempt->end_us, out);
    case COLUMN_SYN_DATA:
        return number(have & PL_ATTEMPT_SYN, attempt->syn_data, out);
    case COLUMN_SYN_TAKEN:
        return number(is_answered(attempt), attempt->taken, out);
    case COLUMN_ICMP_TYPE:
        return number(icmp, attempt->icmp_type, out);
    case COLUMN_ICMP_CODE:
        return number(icmp, attempt->icmp_code, out);
    default:
        return false;
    }
}

static bool get_option(const struct pl_attempt *attempt, enum id id, struct pl_value *out)
{
    static const struct {
        uint8_t id;
        uint16_t option;
    } options[] = {
        {COLUMN_SACK, PL_SYN_SACK},
        {COLUMN_TIMESTAMPS, PL_SYN_TIMESTAMPS},
        {COLUMN_MPTCP, PL_SYN_MPTCP | PL_SYN_JOIN},
        {COLUMN_MD5, PL_SYN_MD5},
        {COLUMN_AO, PL_SYN_AO},
    };

    switch ((int)id) {
    case COLUMN_MSS:
        return number(attempt->syn.have & PL_SYN_MSS, attempt->syn.mss, out);
    case COLUMN_PEER_MSS:
        return number(attempt->peer_syn.have & PL_SYN_MSS, attempt->peer_syn.mss, out);
    case COLUMN_SCALE:
        return number(attempt->syn.have & PL_SYN_SCALE, attempt->syn.scale, out);
    case COLUMN_PEER_SCALE:
        return number(attempt->peer_syn.have & PL_SYN_SCALE, attempt->peer_syn.scale, out);
    case COLUMN_ECN:
        return number(is_answered(attempt), ecn_of(attempt), out);
    case COLUMN_FAST_OPEN:
        return number(is_answered(attempt), fast_open_of(attempt), out);
    default:
        break;
    }
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        if (options[i].id == id)
            return number(is_answered(attempt), agreed(attempt, options[i].option), out);
    }
    return false;
}

static bool get_value(const struct pl_field *field, const struct pl_snapshot *snap,
                      const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_attempt *attempt = attempt_of(sock);

    (void)snap;
    if (i > 0)
        return false;
    return get_step(attempt, (enum id)field->part, out) ||
           get_option(attempt, (enum id)field->part, out);
}

/* The listener that gave no answer. A counter that has not risen is no evidence. */
static bool get_queue(const struct pl_attempt *attempt, enum id id, struct pl_value *out)
{
    switch ((int)id) {
    case COLUMN_QUEUE:
        return number(attempt->have & PL_ATTEMPT_QUEUE, attempt->queue, out);
    case COLUMN_QUEUE_LIMIT:
        return number(attempt->have & PL_ATTEMPT_QUEUE, attempt->queue_limit, out);
    case COLUMN_OVERFLOWS:
        return number(attempt->overflows != 0, attempt->overflows, out);
    case COLUMN_SYN_DROPS:
        return number(attempt->syn_drops != 0, attempt->syn_drops, out);
    default:
        return false;
    }
}

/* What the kernel reports about the socket of an end on this machine. */
static bool get_reported(const struct pl_field *field, const struct pl_snapshot *snap,
                         const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_attempt *attempt = attempt_of(sock);
    const uint32_t have = attempt->have;

    (void)snap;
    if (i > 0)
        return false;
    switch ((int)field->part) {
    case COLUMN_CONNECT_TIME:
        return number(have & PL_ATTEMPT_CONNECT_TIME, attempt->connect_us, out);
    case COLUMN_NETNS:
        return number(have & PL_ATTEMPT_NETNS, attempt->netns, out);
    case COLUMN_OWNER_UNKNOWN:
        return number(attempt->owner_unknown > PL_OWNER_KNOWN, attempt->owner_unknown, out);
    case COLUMN_SOURCE:
        return number(true, source_of(attempt), out);
    case COLUMN_DROP_COUNT:
        return number(have & PL_ATTEMPT_DROPPED, attempt->drop_count, out);
    case COLUMN_DROP_NETNS:
        return number(have & PL_ATTEMPT_DROPPED && attempt->drop_netns != 0, attempt->drop_netns,
                      out);
    default:
        return get_queue(attempt, (enum id)field->part, out);
    }
}

/* The kernel's names: of an error, or of a reason. */
static bool get_name(const struct pl_field *field, const struct pl_snapshot *snap,
                     const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_attempt *attempt = attempt_of(sock);
    const char *reason = attempt->have & PL_ATTEMPT_DROPPED ? attempt->drop_reason : NULL;
    const char *name = field->part == COLUMN_ERRNO ? columns_error(attempt) : reason;

    (void)snap;
    if (!name || i > 0)
        return false;
    out->text = (struct pl_text){name, (uint32_t)strlen(name)};
    out->word = true;
    return true;
}

static bool get_end(const struct pl_field *field, const struct pl_snapshot *snap,
                    const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_attempt *attempt = attempt_of(sock);

    (void)snap;
    if (!field->peer && attempt->have & (field->kind == PL_KIND_NUMBER ? PL_ATTEMPT_NO_PORT
                                                                       : PL_ATTEMPT_NO_ADDRESS))
        return false;
    out->number = attempt->ports[field->peer];
    out->addr = attempt->addrs[field->peer];
    out->family = sock->family;
    return i == 0;
}

/* ---- the table ---- */

#define TABLE    PL_SHOWN_TABLE
#define LIVE     PL_SHOWN_PROCESSES /* not with -r */
#define DATA     (PL_SHOWN_JSON | PL_SHOWN_CSV)
#define NUMBER   .kind = PL_KIND_NUMBER, .type = "number", .right = true, .get = get_value
#define BOOL     .kind = PL_KIND_BOOL, .type = "boolean", .get = get_value
#define WORD(of) .kind = PL_KIND_MASK, .type = "string", .word = (of), .get = get_value
#define US       NUMBER, .unit = "us"
#define REPORTED .kind = PL_KIND_NUMBER, .type = "number", .right = true, .get = get_reported
#define ROW(row, own, heading, where, text, ...)                                  \
    [COLUMN_##row] = {.name = (own),                                              \
                      .title = (heading),                                         \
                      .shown = (where),                                           \
                      .help = (text),                                             \
                      .part = COLUMN_##row,                                       \
                      .id = (enum pl_field_id)(PL_FIELD_MAX + 10 + COLUMN_##row), \
                      __VA_ARGS__}

/* One row per column; portwire(1) has the same list. */
const struct pl_field attempt_fields[COLUMN_MAX] = {
    ROW(TIME, "time", "Time", TABLE | DATA, "when the first SYN was sent, UTC", .type = "string"),
    ROW(VERDICT, "verdict", "Verdict", TABLE | DATA, "what became of the attempt",
        WORD(verdict_word)),
    ROW(INITIATOR, "initiator", "Initiator", TABLE, "address and port of the end that sent the SYN",
        .type = "string"),
    ROW(INITIATOR_ADDRESS, "initiator_address", "Initiator-IP", DATA, "its address",
        .kind = PL_KIND_ADDRESS, .type = "string", .get = get_end),
    ROW(INITIATOR_PORT, "initiator_port", "Initiator-Port", DATA, "its port",
        .kind = PL_KIND_NUMBER, .type = "number", .right = true, .get = get_end),
    ROW(RESPONDER, "responder", "Responder", TABLE, "address and port of the other end",
        .type = "string", .peer = true),
    ROW(RESPONDER_ADDRESS, "responder_address", "Responder-IP", DATA, "its address",
        .kind = PL_KIND_ADDRESS, .type = "string", .get = get_end, .peer = true),
    ROW(RESPONDER_PORT, "responder_port", "Responder-Port", DATA, "its port",
        .kind = PL_KIND_NUMBER, .type = "number", .right = true, .get = get_end, .peer = true),
    ROW(ISN, "isn", "ISN", TABLE | DATA, "initial sequence number of the initiator", NUMBER),
    ROW(PEER_ISN, "peer_isn", "Peer-ISN", TABLE | DATA, "initial sequence number of the responder",
        NUMBER),
    ROW(SYNS, "syn_count", "SYNs", TABLE | DATA, "SYNs with this number", NUMBER),
    ROW(SYN_LAST, "syn_last_us", "Last-SYN", DATA, "from the first to the last of several SYNs",
        US),
    ROW(SYNACKS, "synack_count", "SYN-ACKs", DATA, "SYN-ACKs that answer the SYN", NUMBER),
    ROW(SYNACK_TIME, "syn_to_synack_us", "To-SYN-ACK", TABLE | DATA,
        "from the first SYN to the first SYN-ACK", US),
    ROW(THIRD_TIME, "synack_to_ack_us", "To-ACK", TABLE | DATA,
        "from the first SYN-ACK to the third step", US),
    ROW(REFUSED_TIME, "refused_us", "Refused-After", DATA,
        "from the first SYN to the RST or ICMP error", US),
    ROW(SYN_DATA, "syn_data", "SYN-Data", DATA, "bytes of data in the SYN", NUMBER,
        .unit = "bytes"),
    ROW(SYN_TAKEN, "syn_data_acked", "SYN-Data-Acked", DATA,
        "bytes of them that the SYN-ACK acknowledges", NUMBER, .unit = "bytes"),
    ROW(MSS, "mss", "MSS", DATA, "maximum segment size in the SYN", NUMBER, .unit = "bytes"),
    ROW(PEER_MSS, "peer_mss", "Peer-MSS", DATA, "maximum segment size in the SYN-ACK", NUMBER,
        .unit = "bytes"),
    ROW(SCALE, "window_scale", "Scale", DATA, "window scale in the SYN", NUMBER),
    ROW(PEER_SCALE, "peer_window_scale", "Peer-Scale", DATA, "window scale in the SYN-ACK", NUMBER),
    ROW(SACK, "sack", "SACK", DATA, "both ends permit selective acknowledgments", BOOL),
    ROW(TIMESTAMPS, "timestamps", "Timestamps", DATA, "both ends send timestamps", BOOL),
    ROW(ECN, "ecn", "ECN", DATA, "congestion notification agreed: none, classic or accurate",
        WORD(ecn_word)),
    ROW(FAST_OPEN, "fast_open", "Fast-Open", DATA,
        "none, asked (for a cookie), given (one), used (the data was taken) or denied",
        WORD(fast_open_word)),
    ROW(MPTCP, "mptcp", "MPTCP", DATA, "both ends use MPTCP", BOOL),
    ROW(MD5, "md5", "MD5", DATA, "both ends sign segments with MD5", BOOL),
    ROW(AO, "ao", "AO", DATA, "both ends sign segments with TCP-AO", BOOL),
    ROW(ICMP_TYPE, "icmp_type", "ICMP-Type", DATA, "type of the ICMP error", NUMBER),
    ROW(ICMP_CODE, "icmp_code", "ICMP-Code", DATA, "code of the ICMP error", NUMBER),
    ROW(ICMP, "icmp", "ICMP", DATA, "what the ICMP error says", .type = "string"),
    ROW(REMARK, "remark", "Remark", TABLE | DATA, "what is unusual", .type = "string"),
    ROW(CONNECT_TIME, "connect_us", "Connect", DATA | LIVE,
        "from connect(2) until the initiator's socket was connected or closed",
        .kind = PL_KIND_NUMBER, .type = "number", .right = true, .unit = "us", .get = get_reported),
    ROW(ERRNO, "errno", "Errno", DATA | LIVE, "error of connect(2)", .kind = PL_KIND_TEXT,
        .type = "string", .get = get_name),
    ROW(OWNERS, "owners", "PID/Program", TABLE | PL_SHOWN_JSON | LIVE,
        "processes of the initiator, and after > those of the responder",
        .type = "list of objects"),
    ROW(PID, "pid", "PID", PL_SHOWN_CSV | LIVE, "process IDs of the owners", .kind = PL_KIND_NUMBER,
        .type = "list of numbers", .get = owners_get),
    ROW(PROCESS, "process", "Process", PL_SHOWN_CSV | LIVE, "names of these processes",
        .kind = PL_KIND_TEXT, .type = "list of strings", .get = owners_get),
    ROW(USER, "user", "User", PL_SHOWN_CSV | LIVE, "users that they run as", .kind = PL_KIND_TEXT,
        .type = "list of strings", .get = owners_get),
    ROW(OWNER_UNKNOWN, "owner_unknown", "No-Owner", DATA | LIVE, "why no owner is known",
        .kind = PL_KIND_MASK, .type = "string", .word = unknown_word, .get = get_reported),
    ROW(NETNS, "netns", "Netns", DATA | LIVE, "inode of the network namespace",
        .kind = PL_KIND_NUMBER, .type = "number", .right = true, .get = get_reported),
    ROW(SOURCE, "source", "Source", DATA | LIVE, "packets, states (of sockets) or both",
        .kind = PL_KIND_MASK, .type = "string", .word = source_word, .get = get_reported),
    ROW(DROP_REASON, "drop_reason", "Drop-Reason", DATA | LIVE,
        "why this machine dropped its SYN, in the kernel's words", .kind = PL_KIND_TEXT,
        .type = "string", .get = get_name),
    ROW(DROP_COUNT, "drop_count", "Drops", DATA | LIVE, "how often in a row it did",
        .kind = PL_KIND_NUMBER, .type = "number", .right = true, .get = get_reported),
    ROW(DROP_NETNS, "drop_netns", "Drop-Netns", DATA | LIVE,
        "inode of the network namespace that dropped it", .kind = PL_KIND_NUMBER, .type = "number",
        .right = true, .get = get_reported),
    ROW(QUEUE, "accept_queue", "Accept-Queue", DATA | LIVE,
        "without an answer: connections that wait in its listener", REPORTED),
    ROW(QUEUE_LIMIT, "accept_queue_limit", "Queue-Limit", DATA | LIVE, "how many may wait there",
        REPORTED),
    ROW(OVERFLOWS, "listen_overflows", "Overflows", DATA | LIVE,
        "how far ListenOverflows has risen meanwhile", REPORTED),
    ROW(SYN_DROPS, "syn_queue_drops", "SYN-Drops", DATA | LIVE,
        "how far TCPReqQFullDrop has risen meanwhile", REPORTED),
};

/* ---- the filter ---- */

int fields_parse(struct ask *ask, const struct pl_filter_names *names, const struct pl_record *own,
                 struct pl_filter_error *error)
{
    static const enum pl_field_id shared[] = {
        PL_FIELD_PROTO,        PL_FIELD_FAMILY,    PL_FIELD_LOCAL_ADDRESS, PL_FIELD_LOCAL_PORT,
        PL_FIELD_PEER_ADDRESS, PL_FIELD_PEER_PORT, PL_FIELD_SERVICE,       PL_FIELD_PEER_SERVICE};
    struct pl_record record = *own;
    struct pl_dialect dialect = pl_dialect_own;

    record.shared = shared;
    record.shared_count = COUNT_OF(shared);
    dialect.record = &record;
    return pl_filter_parse_dialect(ask->expression, names, &dialect, PL_FAMILY_UNSPEC, &ask->filter,
                                   error);
}

int columns_parse(struct ask *ask, const struct pl_filter_names *names,
                  struct pl_filter_error *error)
{
    const struct pl_record record = {
        .fields = attempt_fields,
        .count = COLUMN_CONNECT_TIME, /* a capture has no sockets */
        .bare = &attempt_fields[COLUMN_VERDICT],
        .lacks = "attempts in a capture do not have what is compared in",
    };

    return fields_parse(ask, names, &record, error);
}

int columns_parse_live(struct ask *ask, const struct pl_filter_names *names,
                       struct pl_filter_error *error)
{
    const struct pl_record record = {
        .fields = attempt_fields,
        .count = COLUMN_MAX,
        .bare = &attempt_fields[COLUMN_VERDICT],
        .lacks = "attempts do not have what is compared in",
    };

    return fields_parse(ask, names, &record, error);
}

bool columns_match(const struct pl_filter *filter, const struct attempt_row *row)
{
    return !filter || pl_filter_eval(filter, NULL, &row->sock) == PL_TRUE;
}
