/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every field of one made-up snapshot: the value in a filter, and the text. No two members have the
 * same value, so that fields cannot be confused.
 */
#include "member.h"
#include "harness.h"

#include "view/column.h"

#include <ctype.h>

static const struct pl_attr attrs_of_client[] = {
    {.id = PL_ATTR_RTT, .u.num = 20000}, {.id = PL_ATTR_SND_MSS, .u.num = 1448},
    {.id = PL_ATTR_CWND, .u.num = 10},   {.id = PL_ATTR_CGROUP_ID, .u.num = 5},
    {.id = PL_ATTR_TIMER, .u.num = 2},
};
static const struct pl_attr attr_peer = {.id = PL_ATTR_PEER_KEY, .u.num = 1005};
static const struct pl_attr attr_protocol = {.id = PL_ATTR_PROTOCOL, .u.num = 16};

#define ID  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

/*
 * The value in a filter, NULL if filters lack the field. The text, NULL if the field is not a
 * column, "-" if it is absent.
 */
static const struct {
    enum pl_field_id id;
    unsigned int sock;
    const char *value;
    const char *shown;
} cases[] = {
    {PL_FIELD_PROTO, CLIENT, "tcp", "tcp"},
    {PL_FIELD_PROTO, DUAL, "tcp", "tcp6"},
    {PL_FIELD_FAMILY, DUAL, "inet6", "inet6"},
    {PL_FIELD_FAMILY, NOTHING, "#156", "unknown(28)"},
    {PL_FIELD_TYPE, BOUND, "dgram", "dgram"},
    {PL_FIELD_TYPE, NOTHING, "", "-"},
    {PL_FIELD_STATE, SERVER, "CLOSE_WAIT", "CLOSE_WAIT"},
    {PL_FIELD_STATE, NOTHING, "#32797", "unknown(29)"},
    {PL_FIELD_STATE, BOUND, "", "-"},
    {PL_FIELD_RECV_Q, CLIENT, "3", "3"},
    {PL_FIELD_RECV_Q, SERVER, "0", "0"},
    {PL_FIELD_RECV_Q, BOUND, "", "-"},
    {PL_FIELD_SEND_Q, CLIENT, "4", "4"},
    {PL_FIELD_SEND_Q, SERVER, "0", "0"},
    {PL_FIELD_SEND_Q, BOUND, "", "-"},
    {PL_FIELD_LOCAL, CLIENT, NULL, "10.0.0.1:6379"},
    {PL_FIELD_LOCAL, NOTHING, NULL, "-"},
    {PL_FIELD_LOCAL_ADDRESS, CLIENT, "10.0.0.1", "10.0.0.1"},
    {PL_FIELD_LOCAL_ADDRESS, NETLINK, "", "-"},
    {PL_FIELD_LOCAL_HOST, CLIENT, NULL, "host-10.0.0.1"},
    {PL_FIELD_LOCAL_HOST, NETLINK, NULL, "-"},
    {PL_FIELD_LOCAL_PORT, CLIENT, "6379", "6379"},
    {PL_FIELD_LOCAL_PORT, BOUND, "0", "0"},
    {PL_FIELD_LOCAL_PORT, NOTHING, "", "-"},
    {PL_FIELD_LOCAL_PORT, NETLINK, "51", "51"},
    {PL_FIELD_LOCAL_PORT, ALONE, "53", "53"},
    {PL_FIELD_LOCAL_PORT, STATELESS, "", "-"},
    {PL_FIELD_LOCAL_PORT, RAW, "58", "-"},
    {PL_FIELD_PEER, CLIENT, NULL, "10.0.0.2:443"},
    {PL_FIELD_PEER, BOUND, NULL, "-"},
    {PL_FIELD_PEER_ADDRESS, CLIENT, "10.0.0.2", "10.0.0.2"},
    {PL_FIELD_PEER_ADDRESS, LISTENER, "", "-"},
    {PL_FIELD_PEER_ADDRESS, BOUND, "", "-"},
    {PL_FIELD_PEER_HOST, CLIENT, NULL, "host-10.0.0.2"},
    {PL_FIELD_PEER_HOST, BOUND, NULL, "-"},
    {PL_FIELD_PEER_PORT, CLIENT, "443", "443"},
    {PL_FIELD_PEER_PORT, LISTENER, "", "-"},
    {PL_FIELD_PEER_PORT, BOUND, "", "-"},
    {PL_FIELD_PEER_PORT, NETLINK, "52", "-"},
    {PL_FIELD_PEER_PORT, ALONE, "", "-"},
    {PL_FIELD_PEER_PORT, STATELESS, "", "-"},
    {PL_FIELD_PEER_PORT, RAW, "", "-"},
    {PL_FIELD_INTERFACE, BOUND, "eth7", "eth7"},
    {PL_FIELD_INTERFACE, RAW, "", "-"},
    {PL_FIELD_SCOPE, RAW, "#8", "8"},
    {PL_FIELD_SCOPE, BOUND, "", "-"},
    {PL_FIELD_DEV, BOUND, "eth7", NULL},
    {PL_FIELD_DEV, RAW, "#8", NULL},
    {PL_FIELD_IFINDEX, BOUND, "7", NULL},
    {PL_FIELD_IFINDEX, RAW, "8", NULL},
    {PL_FIELD_IFINDEX, CLIENT, "", NULL},
    {PL_FIELD_V6ONLY, DUAL, "1", "true"},
    {PL_FIELD_V6ONLY, RAW, "", "-"},
    {PL_FIELD_UID, CLIENT, "1000", "1000"},
    {PL_FIELD_UID, LISTENER, "", "-"},
    {PL_FIELD_USER, CLIENT, "ann", "ann"},
    {PL_FIELD_USER, SERVER, "#4242", "4242"},
    {PL_FIELD_USER, LISTENER, "", "-"},
    {PL_FIELD_INODE, CLIENT, "1001", "1001"},
    {PL_FIELD_INODE, LISTENER, "", "-"},
    {PL_FIELD_COOKIE, CLIENT, "77", "77"},
    {PL_FIELD_COOKIE, SERVER, "78", "78"},
    {PL_FIELD_COOKIE, LISTENER, "", "-"},
    {PL_FIELD_SERVICE, SERVER, "https", "https"},
    {PL_FIELD_SERVICE, LOCAL_SIDE, "", "-"},
    {PL_FIELD_PEER_SERVICE, CLIENT, "https", "https"},
    {PL_FIELD_PEER_SERVICE, LISTENER, "", "-"},
    {PL_FIELD_LOCAL_SERVICE, LISTENER, "ourapi", "ourapi"},
    {PL_FIELD_LOCAL_SERVICE, CLIENT, "", "-"},
    {PL_FIELD_COMMON, CLIENT, "redis", "redis"},
    {PL_FIELD_COMMON, LISTENER, "", "-"},
    {PL_FIELD_USE, CLIENT, "redis", "redis"},
    {PL_FIELD_USE, DUAL, "finger", "finger"},
    {PL_FIELD_USE, LISTENER, "ourapi", "ourapi"},
    {PL_FIELD_CLASS, SERVER, "system", "system"},
    {PL_FIELD_CLASS, BOUND, "", "-"},
    {PL_FIELD_CLASS, RAW, "", "-"},
    {PL_FIELD_REACH, LISTENER, "loopback", "loopback"},
    {PL_FIELD_REACH, CLIENT, "", "-"},
    {PL_FIELD_PLACE, LISTENER, "moved", "moved"},
    {PL_FIELD_PLACE, CLIENT, "", "-"},
    {PL_FIELD_USUAL_PORTS, LISTENER, "22", "22"},
    {PL_FIELD_USUAL_PORTS, DUAL, "", "-"},
    {PL_FIELD_REMARK, LISTENER, "1", "sshd, usually 22"},
    {PL_FIELD_REMARK, CLIENT, "0", "to 10.0.0.7:8443"},
    {PL_FIELD_PID, CLIENT, "812,813", "812,813"},
    {PL_FIELD_PID, DUAL, "", "-"},
    {PL_FIELD_FD, CLIENT, "6,5", "6,5"},
    {PL_FIELD_PROCESS, CLIENT, "curl,#4294967295", "curl,-"},
    {PL_FIELD_COMMAND, CLIENT, "curl -s,#4294967295", "curl -s,-"},
    {PL_FIELD_EXE, CLIENT, "/bin/curl,#4294967295", "/bin/curl,-"},
    {PL_FIELD_PROCESS_UID, CLIENT, "33,?", "33,-"},
    {PL_FIELD_STARTED, CLIENT, "951782400,?", "2000-02-29T00:00:00Z,-"},
    {PL_FIELD_STARTED, SERVER, "?", "-"},
    {PL_FIELD_CONTEXT, CLIENT, "confined,#4294967295", "confined,-"},
    {PL_FIELD_CONTEXT, SERVER, "#34", "-"},
    {PL_FIELD_NETNS, LISTENER, "4026531833", "4026531833"},
    {PL_FIELD_NETNS, NETLINK, "7", "7"},
    {PL_FIELD_NETNS_NAME, LISTENER, "#4026531833", "4026531833"},
    {PL_FIELD_NETNS_NAME, NETLINK, "web", "web"},
    {PL_FIELD_CONTAINER, CLIENT, "0123456789ab,#4294967295", "0123456789ab,-"},
    {PL_FIELD_IMAGE, CLIENT, "#33,#4294967295", "-"},
    {PL_FIELD_IMAGE, LISTENER, "img", "img"},
    {PL_FIELD_POD_NAMESPACE, LISTENER, "prod", "prod"},
    {PL_FIELD_POD_NAMESPACE, SERVER, "#34", "-"},
    {PL_FIELD_POD, LISTENER, "web-0", "web-0"},
    {PL_FIELD_CONTAINER, SERVER, "a-b", "a-b"},
    {PL_FIELD_CONTAINER, LISTENER, "web", "web"},
    {PL_FIELD_CONTAINER_ID, CLIENT, ID ",#4294967295", ID ",-"},
    {PL_FIELD_CONTAINER_ID, SERVER, "#34", "-"},
    {PL_FIELD_RUNTIME, CLIENT, "cri-o,#4294967295", "cri-o,-"},
    {PL_FIELD_RUNTIME, SERVER, "systemd-nspawn", "systemd-nspawn"},
    {PL_FIELD_RUNTIME, LISTENER, "docker", "docker"},
    {PL_FIELD_POD, CLIENT, "2c48913c-b29f-11e7-9350-020968147796,#4294967295",
     "2c48913c-b29f-11e7-9350-020968147796,-"},
    {PL_FIELD_POD, SERVER, "#34", "-"},
    {PL_FIELD_UNIT, CLIENT, "crio-" ID ".scope,#4294967295", "crio-" ID ".scope,-"},
    {PL_FIELD_UNIT, SERVER, "machine-a\\x2db.scope", "machine-a\\\\x2db.scope"},
    {PL_FIELD_UNIT, LISTENER, "ssh.service", "ssh.service"},
    {PL_FIELD_OWNERS, CLIENT, "812,813", "812/curl,813/-"},
    {PL_FIELD_OWNERS, DUAL, "", "-"},
    {PL_FIELD_HOLDERS, CLIENT, "812,813", "812/curl(x2)"},
    {PL_FIELD_HOLDERS, DUAL, "", "-"},
    {PL_FIELD_OWNER_UNKNOWN, DUAL, "orphan", "orphan"},
    {PL_FIELD_OWNER_UNKNOWN, CLIENT, "", "-"},
    {PL_FIELD_PUBLISHED, LISTENER, "127.0.0.1:8821", "127.0.0.1:8821"},
    {PL_FIELD_PUBLISHED, CLIENT, "", "-"},
    {PL_FIELD_PUBLISHED_BY, LISTENER, "docker-proxy", "docker-proxy"},
    {PL_FIELD_PUBLISHED_BY, DUAL, "", "-"},
    {PL_FIELD_PUBLISHED_PROCESS, LISTENER, "sshd", "sshd"},
    {PL_FIELD_PUBLISHED_PROCESS, DUAL, "", "-"},
    {PL_FIELD_PUBLISHED_CONTAINER, LISTENER, "web", "web"},
    {PL_FIELD_PUBLISHED_CONTAINER, DUAL, "", "-"},
    {PL_FIELD_TRANSLATED, CLIENT, "10.0.0.7:8443", "10.0.0.7:8443"},
    {PL_FIELD_TRANSLATED, DUAL, "", "-"},
    {PL_FIELD_PEER_PID, CLIENT, "814", "814"},
    {PL_FIELD_PEER_PID, SERVER, "812,813", "812,813"},
    {PL_FIELD_PEER_PID, DUAL, "", "-"},
    {PL_FIELD_PEER_PROCESS, CLIENT, "nginx", "nginx"},
    {PL_FIELD_PEER_OWNERS, CLIENT, "814", "814/nginx"},
    {PL_FIELD_PEER_OWNERS, DUAL, "", "-"},
    {PL_FIELD_SEND_RATE, CLIENT, "724000", "724000"},
    {PL_FIELD_SEND_RATE, SERVER, "", "-"},
    {PL_FIELD_CGROUP, CLIENT, "/web", "/web"},
    {PL_FIELD_CGROUP, SERVER, "", "-"},
    {PL_FIELD_QUEUE_WAITING, LISTENER, "11", "11"},
    {PL_FIELD_QUEUE_WAITING, DUAL, "0", "0"},
    {PL_FIELD_QUEUE_WAITING, CLIENT, "", "-"},
    {PL_FIELD_QUEUE_LIMIT, LISTENER, "10", "10"},
    {PL_FIELD_QUEUE_LIMIT, DUAL, "0", "0"},
    {PL_FIELD_QUEUE_LIMIT, CLIENT, "", "-"},
    {PL_FIELD_QUEUE_USED, LISTENER, "100", "100"},
    {PL_FIELD_QUEUE_USED, DUAL, "", "-"},
    {PL_FIELD_QUEUE_REMARK, LISTENER, "full,somaxconn", "full,somaxconn"},
    {PL_FIELD_QUEUE_REMARK, DUAL, "", "-"},
    {PL_FIELD_LISTEN_OVERFLOWS, LISTENER, "91", "91"},
    {PL_FIELD_LISTEN_OVERFLOWS, CLIENT, "", "-"},
    {PL_FIELD_LISTEN_DROPS, LISTENER, "92", "92"},
    {PL_FIELD_LISTEN_DROPS, CLIENT, "", "-"},
    {PL_FIELD_ISN, CLIENT, "3141592653", "3141592653"},
    {PL_FIELD_ISN, SERVER, "", "-"},
    {PL_FIELD_PEER_ISN, CLIENT, "4294967295", "4294967295"},
    {PL_FIELD_PEER_ISN, SERVER, "0", "0"},
    {PL_FIELD_NEXT_SEQ, CLIENT, "3141592700", "3141592700"},
    {PL_FIELD_NEXT_SEQ, SERVER, "", "-"},
    {PL_FIELD_NEXT_ACK, CLIENT, "61", "61"},
    {PL_FIELD_NEXT_ACK, LISTENER, "", "-"},
    {PL_FIELD_OPENED_BY, CLIENT, "local", "local"},
    {PL_FIELD_OPENED_BY, SERVER, "", "-"},
    {PL_FIELD_DETAILS, CLIENT, "timer,cgroup_id,rtt,snd_mss,cwnd", "rtt=20000us"},
    {PL_FIELD_DETAILS, SERVER, "", "-"},
    {PL_FIELD_PEER_INODE, LOCAL_SIDE, "1005", "1005"},
    {PL_FIELD_PEER_INODE, CLIENT, "", "-"},
    {PL_FIELD_PROTOCOL_NAME, NETLINK, "generic", "generic"},
    {PL_FIELD_PROTOCOL_NAME, CLIENT, "", "-"},
    {PL_FIELD_AUTOBOUND, CLIENT, "0", NULL},
    {PL_FIELD_AUTOBOUND, LISTENER, "1", NULL},
    {PL_FIELD_AUTOBOUND, RAW, "0", NULL},
    {PL_FIELD_AUTOBOUND, NOTHING, "", NULL},
};

/* Fields with the value of one attribute, and their names. */
static const struct {
    const char *name;
    const char *attr;
    enum pl_field_id id;
    enum pl_attr_id number;
} attributes[] = {
#define FIELD(...)
#define PAIR(...)
#define DETAIL(option, kind, name, id, ...)   {name, #id, PL_FIELD_##id, PL_ATTR_##id},
#define ATTRIBUTE(kind, name, title, id, ...) {name, #id, PL_FIELD_##id, PL_ATTR_##id},
#include "field/fields.def"
};

static void put_socks(struct pl_snapshot *snap)
{
    for (size_t i = 0; i < SOCKS; i++) {
        const struct pl_attr *attrs = i == CLIENT       ? attrs_of_client
                                      : i == LOCAL_SIDE ? &attr_peer
                                                        : &attr_protocol;
        size_t count = i == CLIENT ? COUNT_OF(attrs_of_client) : i == LOCAL_SIDE || i == NETLINK;

        snap->space = i == NETLINK ? 7 : 0;
        assert_int_equal(snap->sink.sock(&snap->sink, &socks[i], attrs, count), 0);
    }
    snap->space = 0;
}

static const struct pl_flow flow = {{{10, 0, 0, 1}, {10, 0, 0, 2}, 6379, 443},
                                    {{10, 0, 0, 7}, {10, 0, 0, 1}, 8443, 6379},
                                    1,
                                    PL_PROTO_TCP};

/* Decodes a path that stays. */
static const struct pl_group *group_of(const char *path, struct pl_group *out)
{
    pl_group_decode((struct pl_text){path, (uint32_t)strlen(path)}, out);
    return out;
}

static void put_owners(struct pl_snapshot *snap)
{
    struct pl_group groups[3];
    static const struct pl_owner owners[] = {
        {812, 6, 1001}, {813, 5, 1001}, {814, 4, 1002}, {815, 3, 1003}};
    const struct pl_process processes[] = {
        {.pid = 812,
         .uid = 33,
         .started = 951782400,
         .name = TEXT("curl"),
         .command = TEXT("curl -s"),
         .exe = TEXT("/bin/curl"),
         .context = TEXT("confined"),
         .group = group_of("/kubepods.slice/kubepods-pod2c48913c_b29f_11e7_9350_020968147796.slice/"
                           "crio-" ID ".scope",
                           &groups[0])},
        {.pid = 814,
         .uid = 34,
         .name = TEXT("nginx"),
         .group = group_of("/machine.slice/machine-a\\x2db.scope/payload", &groups[1])},
        {.pid = 815,
         .uid = 35,
         .name = TEXT("sshd"),
         .command =
             TEXT("docker-proxy -host-port 8821 -container-ip 127.0.0.1 -container-port 8821"),
         .group = group_of("/docker/" ID2 "/ssh.service", &groups[2])},
    };

    assert_int_equal(pl_join_prepare(snap), 0);
    for (size_t i = 0; i < COUNT_OF(owners); i++)
        assert_int_equal(snap->sink.owner(&snap->sink, &owners[i]), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    assert_int_equal(pl_published_prepare(snap), 0);
    assert_int_equal(pl_peer_join(snap), 0);
    for (size_t i = 0; i < COUNT_OF(owners); i++)
        assert_int_equal(pl_peer_owner(snap, &owners[i]), 0);
    for (size_t i = 0; i < COUNT_OF(processes); i++)
        assert_int_equal(snap->sink.process(&snap->sink, &processes[i]), 0);
}

static struct pl_snapshot *made(void)
{
    static const struct pl_query all = {.protos = UINT32_MAX, .need = UINT32_MAX};
    static const struct {
        enum pl_counter counter;
        uint64_t value;
    } counters[] = {{PL_COUNTER_LISTEN_OVERFLOWS, 91},
                    {PL_COUNTER_LISTEN_DROPS, 92},
                    {PL_COUNTER_SOMAXCONN, 10},
                    {PL_COUNTER_EPHEMERAL_FIRST, 8000},
                    {PL_COUNTER_EPHEMERAL_LAST, 9000}};
    const struct pl_addr addr = {.family = PL_FAMILY_INET, .bytes = {10, 0, 0, 1}};
    const struct pl_container container = {.id = TEXT(ID2),
                                           .name = TEXT("web"),
                                           .image = TEXT("img"),
                                           .pod = TEXT("web-0"),
                                           .pod_namespace = TEXT("prod"),
                                           .uid = PL_UID_UNKNOWN};
    const struct pl_sequence sequences[] = {{.cookie = 78, .have = PL_BIT(PL_SEQUENCE_PEER_ISN)},
                                            {.cookie = 77,
                                             .numbers = {3141592653U, UINT32_MAX, 3141592700U, 61},
                                             .have = 0xf,
                                             .opened = PL_OPENED_LOCAL}};
    const uint32_t ours = PL_SERVICE_ID(8821, PL_PROTO_TCP);
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    snap->sink.need = PL_NEED_PUBLISHED;
    put_socks(snap);
    put_owners(snap);
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        (void)snap->sink.counter(&snap->sink, counters[i].counter, counters[i].value);
    for (size_t i = 0; i < COUNT_OF(sequences); i++)
        assert_int_equal(snap->sink.sequence(&snap->sink, &sequences[i]), 0);
    assert_int_equal(snap->sink.addr(&snap->sink, &addr), 0);
    assert_int_equal(snap->sink.container(&snap->sink, &container), 0);
    assert_int_equal(snap->sink.cgroup(&snap->sink, 5, TEXT("/web")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, 1000, TEXT("ann")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_LINK, 7, TEXT("eth7")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_SERVICE, ours, TEXT("ourapi")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_NETNS, 7, TEXT("web")), 0);
    snap->netns = 4026531833U;
    pl_join_settle(snap);
    assert_int_equal(pl_published_join(snap), 0);
    assert_int_equal(pl_translated_put(&snap->sink, &flow), 0);
    assert_int_equal(pl_translated_keep(snap, pl_translated_find(snap, &socks[CLIENT])), 0);
    return snap;
}

/* Returns the keyword of a number, if the field has keywords. */
static struct pl_text word_of(const struct pl_field *field, const struct pl_value *value)
{
    const char *word = NULL;

    if (field->kind == PL_KIND_TEXT)
        return value->text;
    if (field->kind == PL_KIND_MASK)
        word = field->word((unsigned int)value->number);
    return (struct pl_text){word, word ? (uint32_t)strlen(word) : 0};
}

/* Returns the values as "a,b"; a number without its text is "#N". */
static void value_text(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, struct out *out)
{
    struct pl_value value = {0};

    for (size_t i = 0; field->get(field, snap, sock, i, &value); i++) {
        if (i > 0)
            out_char(out, ',');
        if (field->kind == PL_KIND_ADDRESS && out_room(out, PL_ADDR_TEXT)) {
            out->len += pl_addr_print(value.family, value.addr, out->data + out->len);
        } else if (word_of(field, &value).data) {
            out_bytes(out, word_of(field, &value).data, word_of(field, &value).len);
        } else if (value.absent) {
            out_char(out, '?');
        } else {
            if (field->kind == PL_KIND_TEXT || field->kind == PL_KIND_MASK)
                out_char(out, '#');
            out_number(out, value.number);
        }
        value = (struct pl_value){0};
    }
}

static const char *host_of(const void *arg, unsigned int family, const uint8_t *addr)
{
    static char name[PL_ADDR_TEXT + 8] = "host-";

    (void)arg;
    name[5 + pl_addr_print(family, addr, name + 5)] = '\0';
    return name;
}

static void assert_text(struct out *out, const char *want, enum pl_field_id id, const char *what)
{
    char got[256];

    if (strcmp(out_text(out, got, sizeof(got)), want) != 0)
        fail_msg("%s %s: \"%s\", not \"%s\"", pl_fields[id].name, what, got, want);
    out->len = 0;
}

static void values(void **state)
{
    struct pl_snapshot *snap = made();
    const struct pl_field *pair = pl_field_row(PL_FIELD_RTT);
    const struct view view = {
        .snap = snap, .host = host_of, .user_names = true, .pairs = &pair, .pair_count = 1};
    bool seen[PL_FIELD_MAX] = {false};
    struct out out = {.fd = -1};
    size_t count;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_field *field = pl_field_row(cases[i].id);
        const struct pl_sock *sock = &pl_snapshot_socks(snap, &count)[cases[i].sock];
        struct cell cell = {0};

        assert_true((cases[i].value != NULL) == (field->get != NULL));
        assert_true((cases[i].shown != NULL) == (cases[i].id < PL_FIELD_COLUMNS));
        seen[cases[i].id] |= (cases[i].value && cases[i].value[0] != '\0') || !field->get;
        if (field->get) {
            value_text(field, snap, sock, &out);
            assert_text(&out, cases[i].value, cases[i].id, "is");
        }
        if (cases[i].shown) {
            column_get(field, &view, sock, &cell);
            cell_plain(&out, &view, &cell, ',', "");
            assert_text(&out, cases[i].shown, cases[i].id, "is shown as");
        }
    }
    for (size_t i = 0; i < COUNT_OF(attributes); i++)
        seen[attributes[i].id] = true; /* below */
    for (size_t i = 0; i < PL_FIELD_MAX; i++) {
        if (!seen[i])
            fail_msg("no case for the field %s", pl_fields[i].name);
    }
    out_free(&out);
    pl_snapshot_free(snap);
}

/* Each attribute has a unique number, or 0, or is absent. */
static struct pl_snapshot *with_attrs(bool zero)
{
    static struct pl_attr attrs[COUNT_OF(attributes)];
    static char texts[COUNT_OF(attributes)][8];
    static const struct pl_query all = {.protos = UINT32_MAX, .need = UINT32_MAX};
    struct pl_snapshot *snap;

    for (size_t i = 0; i < COUNT_OF(attributes); i++) {
        const struct pl_field *field = pl_field_row(attributes[i].id);

        attrs[i] = (struct pl_attr){.id = (uint16_t)attributes[i].number};
        if (field->kind == PL_KIND_TEXT) {
            (void)snprintf(texts[i], sizeof(texts[i]), "t%zu", 5000 + i);
            attrs[i].text = 1;
            attrs[i].len = zero ? 0 : (uint32_t)strlen(texts[i]);
            attrs[i].u.text = texts[i];
        } else {
            attrs[i].u.num = zero ? 0 : 5000 + i;
        }
    }
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, &socks[CLIENT], attrs, COUNT_OF(attributes)), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, &socks[SERVER], NULL, 0), 0);
    return snap;
}

static void each_attribute(void **state)
{
    static const char *const marks[] = {
        [PL_KIND_NUMBER] = "", [PL_KIND_BOOL] = "", [PL_KIND_MASK] = "#", [PL_KIND_TEXT] = "t"};
    static const char *const zeros[] = {
        [PL_KIND_NUMBER] = "0", [PL_KIND_BOOL] = "0", [PL_KIND_TEXT] = ""};
    struct pl_snapshot *full = with_attrs(false);
    struct pl_snapshot *zero = with_attrs(true);
    struct out out = {.fd = -1};
    size_t count;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(attributes); i++) {
        const struct pl_field *field = pl_field_row(attributes[i].id);
        char want[16];
        char name[64] = "";

        for (size_t c = 0; attributes[i].attr[c]; c++)
            name[c] = (char)tolower((unsigned char)attributes[i].attr[c]);
        assert_string_equal(field->name, attributes[i].name);
        assert_string_equal(field->name, name);
        assert_ptr_equal(pl_field_of_attr(attributes[i].number), field);
        assert_int_equal(pl_field_attr(field), attributes[i].number);
        (void)snprintf(want, sizeof(want), "%s%zu", marks[field->kind], 5000 + i);
        value_text(field, full, &pl_snapshot_socks(full, &count)[0], &out);
        assert_text(&out, want, field->id, "is");
        value_text(field, full, &pl_snapshot_socks(full, &count)[1], &out);
        assert_text(&out, "", field->id, "is");
        value_text(field, zero, &pl_snapshot_socks(zero, &count)[0], &out);
        assert_text(&out, field->word ? field->word(0) : zeros[field->kind], field->id, "is 0 as");
    }
    out_free(&out);
    pl_snapshot_free(full);
    pl_snapshot_free(zero);
}

TEST_MAIN(TEST(values), TEST(each_attribute))
