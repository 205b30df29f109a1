/* SPDX-License-Identifier: BSD-2-Clause */
#include "column.h"

#include <string.h>

typedef void get_fn(const struct view *view, const struct pl_sock *sock, struct cell *cell);

static struct pl_text literal(const char *word)
{
    return (struct pl_text){word, (uint32_t)strlen(word)};
}

/* A word of one of our tables, or unknown(N). */
static void set_word(struct cell *cell, const char *word, unsigned int number)
{
    cell->kind = word ? CELL_WORD : CELL_UNKNOWN;
    cell->number = number;
    if (word)
        cell->text = literal(word);
}

static void set_number(struct cell *cell, const struct pl_sock *sock, uint32_t have,
                       uint64_t number)
{
    if (!(sock->have & have))
        return;
    cell->kind = CELL_NUMBER;
    cell->number = number;
}

static void get_proto(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    set_word(cell, pl_proto_name(sock->proto), sock->proto);
    if (cell->kind == CELL_WORD)
        cell->kind = CELL_PROTO;
    cell->sock = sock;
}

static void get_family(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    set_word(cell, pl_family_name(sock->family), sock->family & ~PL_FAMILY_OTHER);
}

static void get_type(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    if (sock->type != PL_TYPE_UNKNOWN)
        set_word(cell, pl_type_name(sock->type), sock->type);
}

static void get_state(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    if (sock->have & PL_HAVE_STATE)
        set_word(cell, pl_state_name(sock->state), sock->state & ~PL_STATE_OTHER);
}

static void get_recv_q(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    set_number(cell, sock, PL_HAVE_RECV_Q, sock->recv_q);
}

static void get_send_q(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    set_number(cell, sock, PL_HAVE_SEND_Q, sock->send_q);
}

static void set_side(struct cell *cell, const struct pl_sock *sock, enum cell_kind kind, bool peer)
{
    /* Endpoints that are no addresses are made of other fields. */
    bool other = kind == CELL_ENDPOINT &&
                 (sock->family == PL_FAMILY_UNIX || sock->family == PL_FAMILY_PACKET ||
                  sock->family == PL_FAMILY_NETLINK || sock->family == PL_FAMILY_XDP);

    if (!other && !(sock->have & (peer ? PL_HAVE_PEER : PL_HAVE_LOCAL)))
        return;
    cell->kind = kind;
    cell->sock = sock;
    cell->peer = peer;
}

static void get_local(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    set_side(cell, sock, CELL_ENDPOINT, false);
}

static void get_peer(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    set_side(cell, sock, CELL_ENDPOINT, true);
}

static void get_local_address(const struct view *view, const struct pl_sock *sock,
                              struct cell *cell)
{
    (void)view;
    set_side(cell, sock, CELL_ADDRESS, false);
}

static void get_peer_address(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    set_side(cell, sock, CELL_ADDRESS, true);
}

static void set_host(const struct view *view, const struct pl_sock *sock, bool peer,
                     struct cell *cell)
{
    const uint8_t *addr = peer ? sock->peer_addr : sock->local_addr;
    const char *name = NULL;

    if (view->host && sock->have & (peer ? PL_HAVE_PEER : PL_HAVE_LOCAL))
        name = view->host(view->host_arg, sock->family, addr);
    cell->kind = name ? CELL_TEXT : CELL_ABSENT;
    cell->text = name ? literal(name) : (struct pl_text){0};
}

static void get_local_host(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_host(view, sock, false, cell);
}

static void get_peer_host(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_host(view, sock, true, cell);
}

static void get_local_port(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    /* Of a raw socket it is the protocol; a netlink one has a port and no address. */
    if (sock->proto == PL_PROTO_NETLINK)
        set_number(cell, sock, PL_HAVE_STATE, sock->local_port);
    else if (sock->proto != PL_PROTO_RAW)
        set_number(cell, sock, PL_HAVE_LOCAL, sock->local_port);
}

static void get_peer_port(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    if (sock->proto != PL_PROTO_RAW)
        set_number(cell, sock, PL_HAVE_PEER, sock->peer_port);
}

/* Its name, or its number when it has none. */
static void set_link(const struct view *view, const struct pl_sock *sock, uint32_t have,
                     struct cell *cell)
{
    if (!(sock->have & have))
        return;
    cell->text = pl_snapshot_link(view->snap, sock->ifindex);
    cell->kind = cell->text.data ? CELL_TEXT : CELL_NUMBER;
    cell->number = sock->ifindex;
}

static void get_interface(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_link(view, sock, PL_HAVE_INTERFACE, cell);
}

static void get_scope(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_link(view, sock, PL_HAVE_SCOPE, cell);
}

static void get_v6only(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    if (!(sock->have & PL_HAVE_V6ONLY))
        return;
    cell->kind = CELL_BOOL;
    cell->number = (sock->flags & PL_FLAG_V6ONLY) != 0;
}

static void get_uid(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    set_number(cell, sock, PL_HAVE_UID, sock->uid);
}

/* For people a number will do where there is no name; a machine asks for uid. */
static void get_user(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    if (!(sock->have & PL_HAVE_UID))
        return;
    if (view->data || view->user_names)
        cell->text = pl_snapshot_user(view->snap, sock->uid);
    if (cell->text.data)
        cell->kind = CELL_TEXT;
    else if (!view->data)
        set_number(cell, sock, PL_HAVE_UID, sock->uid);
}

static void get_inode(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    set_number(cell, sock, PL_HAVE_INODE, sock->key);
}

static void get_cookie(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    set_number(cell, sock, PL_HAVE_COOKIE, sock->cookie);
}

static void set_owners(const struct view *view, const struct pl_sock *sock, struct cell *cell,
                       enum cell_kind kind, enum owner_field field)
{
    cell->owners = pl_snapshot_owners(view->snap, sock, &cell->count);
    cell->number = field;
    if (cell->count > 0 || kind == CELL_OWNERS)
        cell->kind = kind;
}

static void get_owners(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_owners(view, sock, cell, CELL_OWNERS, OWNER_PID);
}

static void get_pid(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_owners(view, sock, cell, CELL_OWNER, OWNER_PID);
}

static void get_fd(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_owners(view, sock, cell, CELL_OWNER, OWNER_FD);
}

static void get_process(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_owners(view, sock, cell, CELL_OWNER, OWNER_PROCESS);
}

static void get_command(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_owners(view, sock, cell, CELL_OWNER, OWNER_COMMAND);
}

static void get_exe(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_owners(view, sock, cell, CELL_OWNER, OWNER_EXE);
}

static void get_process_uid(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_owners(view, sock, cell, CELL_OWNER, OWNER_UID);
}

static void get_holders(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    struct listener listener = overview_find(view->overview, sock);

    if (listener.sockets == 0) {
        listener.owner = pl_snapshot_owners(view->snap, sock, &cell->count);
        for (size_t i = 0; i < cell->count; i++)
            listener.processes += i == 0 || listener.owner[i - 1].pid != listener.owner[i].pid;
        if (cell->count == 0)
            listener.owner = NULL;
    }
    if (!listener.owner && listener.sockets < 2)
        return;
    cell->kind = CELL_HOLDERS;
    cell->owners = listener.owner;
    cell->count = listener.owner ? 1 : 0;
    cell->number = listener.processes > listener.sockets ? listener.processes : listener.sockets;
}

static void get_owner_unknown(const struct view *view, const struct pl_sock *sock,
                              struct cell *cell)
{
    (void)view;
    if (sock->owner_unknown > PL_OWNER_KNOWN)
        set_word(cell, pl_owner_unknown_name(sock->owner_unknown), sock->owner_unknown);
}

#define TABLE SHOWN_TABLE
#define DATA  (SHOWN_JSON | SHOWN_CSV)
#define JSON  SHOWN_JSON
#define CSV   SHOWN_CSV
#define P     SHOWN_PROCESSES
#define E     SHOWN_EXTENDED
#define OWN   PL_NEED_OWNERS
#define NAMES (PL_NEED_OWNERS | PL_NEED_NAMES)
#define LINKS PL_NEED_LINKS

/* An attribute as a column of its own; the same that is shown with an option; computed ones. */
#define ATTRIBUTE(word, heading, how, id, of, text) \
    {.name = (word),                                \
     .title = (heading),                            \
     .type = TYPE_##how,                            \
     .help = (text),                                \
     .shown = DATA | SHOWN_FAMILIES,                \
     .right = ATTR_##how == ATTR_NUMBER,            \
     .unit = (of),                                  \
     .form = ATTR_##how,                            \
     .attr = PL_ATTR_##id},
#define DETAIL(option, how, word, id, of, text)           \
    {.name = (word),                                      \
     .title = (word),                                     \
     .type = TYPE_##how,                                  \
     .help = (text),                                      \
     .shown = SHOWN_##option | SHOWN_PAIR | TABLE | DATA, \
     .need = PL_NEED_##option,                            \
     .right = true,                                       \
     .unit = (of),                                        \
     .form = ATTR_##how,                                  \
     .attr = PL_ATTR_##id},
#define COMPUTED(word, heading, json, function, at_right, where, needs, ...) \
    {.name = word,                                                           \
     .title = heading,                                                       \
     .type = json,                                                           \
     .shown = where,                                                         \
     .need = needs,                                                          \
     .get = function,                                                        \
     .right = at_right,                                                      \
     .help = __VA_ARGS__},
#define TYPE_NUMBER   "number"
#define TYPE_BOOL     "boolean"
#define TYPE_TEXT     "string"
#define TYPE_TIMER    "string"
#define TYPE_CA_STATE "string"
#define TYPE_SHUTDOWN "string"

/* name, title, type, help, shown, need, data_need, name_need, get, right */
const struct column view_columns[] = {
    {"proto", "Proto", "string", "protocol; in the table tcp6 and udp6 for IPv6 sockets",
     TABLE | DATA, 0, 0, 0, get_proto, false, .plain = PLAIN_PROTO},
    {"family", "Family", "string", "address family: inet, inet6, unix, ...", DATA, 0, 0, 0,
     get_family, false},
    {"type", "Type", "string", "socket type: stream, dgram, seqpacket, raw, ...", DATA, 0, 0, 0,
     get_type, false},
    {"recv_q", "Recv-Q", "number",
     "bytes received and not yet read; of a listener, connections waiting to be accepted",
     TABLE | DATA, 0, 0, 0, get_recv_q, true, .plain = PLAIN_RECV_Q},
    {"send_q", "Send-Q", "number",
     "bytes sent and not yet acknowledged; of a listener, the limit of its queue", TABLE | DATA, 0,
     0, 0, get_send_q, true, .plain = PLAIN_SEND_Q},
    {"local", "Local-Address", "string", "local address and port", TABLE, LINKS, 0,
     PL_NEED_SERVICES, get_local, false, .plain = PLAIN_LOCAL},
    {"local_address", "Local-IP", "string", "local address", DATA, 0, 0, 0, get_local_address,
     false},
    {"local_host", "Local-Host", "string", "name of the local address", DATA | SHOWN_HOSTS, 0, 0, 0,
     get_local_host, false},
    {"local_port", "Local-Port", "number", "local port; also port", DATA, 0, 0, 0, get_local_port,
     true},
    {"peer", "Foreign-Address", "string", "address and port of the other end", TABLE, LINKS, 0,
     PL_NEED_SERVICES, get_peer, false, .plain = PLAIN_PEER},
    {"peer_address", "Foreign-IP", "string", "address of the other end", DATA, 0, 0, 0,
     get_peer_address, false},
    {"peer_host", "Foreign-Host", "string", "name of the address of the other end",
     DATA | SHOWN_HOSTS, 0, 0, 0, get_peer_host, false},
    {"peer_port", "Foreign-Port", "number", "port of the other end; 0 without one", DATA, 0, 0, 0,
     get_peer_port, true},
    {"state", "State", "string", "state of the connection", TABLE | DATA, 0, 0, 0, get_state, false,
     .plain = PLAIN_STATE},
    {"interface", "Interface", "string", "interface the socket is bound to", DATA, LINKS, 0, 0,
     get_interface, false},
    {"scope", "Scope", "string", "interface of the link-local addresses", DATA, LINKS, 0, 0,
     get_scope, false},
    {"v6only", "V6only", "boolean", "serves IPv6 alone", DATA, 0, 0, 0, get_v6only, false},
    {"uid", "UID", "number", "user id of the socket's creator", DATA, 0, 0, 0, get_uid, true},
    {"user", "User", "string", "user of the socket's creator", TABLE | E | DATA, 0, PL_NEED_USERS,
     PL_NEED_USERS, get_user, false},
    {"inode", "Inode", "number", "inode of the socket (Linux)", TABLE | E | DATA, 0, 0, 0,
     get_inode, true, .plain = PLAIN_INODE},
    {"cookie", "Cookie", "number", "number of the socket that is never used again (Linux)", DATA, 0,
     0, 0, get_cookie, true},
    {"service", "Service", "string", "registered name of the local port", DATA, PL_NEED_SERVICES, 0,
     0, column_service, false},
    {"peer_service", "Foreign-Service", "string", "registered name of the other end's port", 0,
     PL_NEED_SERVICES, 0, 0, column_peer_service, false},
    {"common", "Common-Use", "string", "what people commonly run on the local port", DATA, 0, 0, 0,
     column_common, false},
    {"use", "Service", "string", "common use of the local port, else its registered name", 0,
     PL_NEED_SERVICES, 0, 0, column_use, false},
    {"class", "Class", "string",
     "class of the local port: system, user or dynamic, and -unassigned, -reserved", DATA | E, 0, 0,
     0, column_class, false},
    {"reach", "Reach", "string",
     "who can reach a listener: loopback, link_local, private, public, multicast, any_v4, any_v6, "
     "any (both), none (no interface has the address)",
     DATA, PL_NEED_ADDRS, 0, 0, column_reach, false},
    {"place", "Place", "string",
     "of a listener's program: usual, moved (it usually has another port), unlikely (the port is "
     "usually another's)",
     DATA | P, NAMES, 0, 0, column_place, false},
    {"usual_ports", "Usual-Ports", "list of numbers", "of a moved program: where it usually is",
     DATA | P, NAMES, 0, 0, column_usual_ports, false},
    {"remark", "Remark", "string", "the same in words: sshd, usually 22", JSON | P, NAMES, 0, 0,
     column_remark, false},
    {"pid", "PID", "list of numbers", "processes that hold the socket", CSV | P, OWN, 0, 0, get_pid,
     false},
    {"fd", "FD", "list of numbers", "their descriptors of it", CSV | P, OWN, 0, 0, get_fd, false},
    {"process", "Process", "list of strings", "their names", CSV | P, NAMES, 0, 0, get_process,
     false},
    {"command", "Command", "list of strings", "their command lines", 0, OWN | PL_NEED_COMMANDS, 0,
     0, get_command, false},
    {"exe", "Executable", "list of strings", "their executables", 0, OWN | PL_NEED_EXES, 0, 0,
     get_exe, false},
    {"process_uid", "PUID", "list of numbers", "their effective user ids", 0, OWN | PL_NEED_UIDS, 0,
     0, get_process_uid, false},
    {"owner_unknown", "No-Owner", "string",
     "why no process is known: time_wait, syn_recv, accept_queue, orphan, not_permitted, not_found, kernel",
     DATA | P, OWN, 0, 0, get_owner_unknown, false},
    {"holders", "PID/Program", "string", "the first process that holds the socket, and how many do",
     0, NAMES, 0, 0, get_holders, false},
    {"owners", "PID/Program", "list of objects", "processes that hold the socket", TABLE | JSON | P,
     NAMES, PL_NEED_COMMANDS | PL_NEED_EXES | PL_NEED_UIDS, 0, get_owners, false,
     .plain = PLAIN_OWNERS},
#include "field/details.def"
#include "field/families.def"
};

const size_t view_column_count = sizeof(view_columns) / sizeof(view_columns[0]);

void column_get(const struct column *column, const struct view *view, const struct pl_sock *sock,
                struct cell *cell)
{
    if (column->get)
        column->get(view, sock, cell);
    else
        detail_get(column, view, sock, cell);
}

const char *column_option(const struct column *column)
{
    static const struct {
        uint32_t shown;
        const char *option;
    } options[] = {
        {SHOWN_PROCESSES, "-p"}, {SHOWN_EXTENDED, "-e"},   {SHOWN_MORE, "-e"},
        {SHOWN_INTERNALS, "-i"}, {SHOWN_MEMORY, "-m"},     {SHOWN_TIMERS, "-o"},
        {SHOWN_CONTEXTS, "-Z"},  {SHOWN_PEERS, "--peers"}, {SHOWN_QUEUES, "--queues"},
        {SHOWN_HOSTS, "-r"},
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (column->shown & options[i].shown)
            return options[i].option;
    }
    if (column->shown & SHOWN_TABLE)
        return "";
    return column->shown != 0 ? "--json" : "--columns";
}

const struct column *column_find(const char *name, size_t len)
{
    /* In a filter it is either side, but a column has one. */
    if (len == 4 && memcmp(name, "port", 4) == 0)
        return column_find("local_port", 10);
    for (size_t i = 0; i < view_column_count; i++) {
        const char *own = view_columns[i].name;
        size_t at = 0;

        while (at < len && own[at] != '\0' &&
               (own[at] == name[at] || (own[at] == '_' && name[at] == '-')))
            at++;
        if (at == len && own[at] == '\0')
            return &view_columns[i];
    }
    return NULL;
}
