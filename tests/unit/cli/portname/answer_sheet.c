/* SPDX-License-Identifier: BSD-2-Clause */
/* Port names in each format: no cell of a table is empty, and every key of JSON has a value. */
#include "layouts.h"

#include "cli/portname/answer.h"

static void prints(const char *format, bool header, const struct answer *rows, size_t count,
                   const char *wanted)
{
    struct answers answers = {.header = header};
    struct out out = {.fd = -1};

    for (size_t i = 0; i < count; i++)
        assert_true(answers_add(&answers, &rows[i]));
    answers_print(&answers, view_format_find(format), &out);
    out_char(&out, '\0');
    assert_int_equal(out.error, 0);
    assert_string_equal(out.data, wanted);
    out_free(&out);
    answers_free(&answers);
}

static void equal_rows_share_a_line(void **state)
{
    static const struct answer rows[] = {
        {.port = 8010, .proto = PL_PROTO_TCP}, {.port = 8010, .proto = PL_PROTO_UDP},
        {.port = 8011, .proto = PL_PROTO_TCP}, {.port = 8011, .proto = PL_PROTO_UDP},
        {.port = 8012, .proto = PL_PROTO_TCP}, {.port = 8012, .proto = PL_PROTO_UDP},
        {.port = 8013, .proto = PL_PROTO_TCP}, {.port = 115, .proto = PL_PROTO_UDP},
    };

    (void)state;
    prints("table", true, rows, 8,
           "Port      Proto   Common Name Class           Description\n"
           "8010      tcp,udp -      -    user-reserved   reserved by IANA\n"
           "8011-8012 tcp,udp -      -    user-unassigned not registered, no known common use\n"
           "8013      tcp     -      -    user-unassigned not registered, no known common use\n"
           "115       udp     -      sftp system          Simple File Transfer Protocol\n");
}

static void a_sentence_has_everything(void **state)
{
    static const struct answer row = {.port = 80, .proto = PL_PROTO_UDP};
    static const struct answer used = {.port = 9200, .proto = PL_PROTO_TCP};

    (void)state;
    prints("table", false, &row, 1,
           "80 udp - http system World Wide Web HTTP (also www www-http)\n");
    prints("markdown", false, &row, 1,
           "| 80 | udp | - | http | system | World Wide Web HTTP (also www www-http) |\n");
    prints("table", false, &used, 1,
           "9200 tcp elasticsearch wap-wsp user commonly: Elasticsearch or OpenSearch; IANA's "
           "wap-wsp is a relic; registered: WAP connectionless session service\n");
    prints("csv", false, &row, 1, "80,udp,http,www;www-http,World Wide Web HTTP,system,,,\n");
}

static void local_names_stand_beside(void **state)
{
    static const struct answer row = {
        .port = 8821, .proto = PL_PROTO_TCP, .local = {"my,own\033 x", 9}};

    (void)state;
    prints(
        "table", false, &row, 1,
        "8821 tcp my\\x2cown\\x1b\\x20x - user-unassigned named my,own\\x1b x by /etc/services of "
        "this machine\n");
}

static void tsv_has_a_line_for_each(void **state)
{
    static const struct answer rows[] = {
        {.port = 80, .proto = PL_PROTO_UDP},
        {.port = 8821, .proto = PL_PROTO_TCP, .local = {"mine", 4}},
        {.port = 989, .proto = PL_PROTO_TCP},
    };

    (void)state;
    prints("tsv", true, rows, 3,
           "port\tproto\tname\taliases\tdescription\tclass\tcommon\tprograms\tlocal\n"
           "80\tudp\thttp\twww;www-http\tWorld Wide Web HTTP\tsystem\t\t\t\n"
           "8821\ttcp\t\t\t\tuser-unassigned\t\t\tmine\n"
           "989\ttcp\tftps-data\t\tftp protocol, data, over TLS/SSL\tsystem\tftps-data\t"
           "vsftpd;proftpd\t\n");
    prints("tsv", false, NULL, 0, "");
    prints("table", true, NULL, 0, "");
}

static void json_lines(void **state)
{
    const struct answer rows[] = {
        {.port = 115, .proto = PL_PROTO_UDP},
        {.port = 80, .proto = PL_PROTO_UDP},
        {.port = 8821, .proto = PL_PROTO_TCP, .local = {"my\033\"", 4}},
        {.port = 27018, .proto = PL_PROTO_TCP},
    };

    (void)state;
    prints("jsonl", true, rows, 4,
           "{\"port\":115,\"proto\":\"udp\",\"name\":\"sftp\",\"description\":\"Simple File "
           "Transfer Protocol\",\"class\":\"system\"}\n"
           "{\"port\":80,\"proto\":\"udp\",\"name\":\"http\",\"aliases\":[\"www\",\"www-http\"],"
           "\"description\":\"World Wide Web HTTP\",\"class\":\"system\"}\n"
           "{\"port\":8821,\"proto\":\"tcp\",\"class\":\"user-unassigned\",\"local\":"
           "\"my\\u001b\\\"\"}\n"
           "{\"port\":27018,\"proto\":\"tcp\",\"class\":\"user-unassigned\",\"common\":[{\"name\":"
           "\"mongodb-cluster\",\"programs\":[\"mongod\"],\"text\":\"MongoDB shards and "
           "configuration\"},{\"name\":\"source-games\",\"programs\":[\"srcds_linux\","
           "\"srcds_run\",\"hlds_linux\",\"cs2\",\"steam\"],\"text\":\"Valve's game "
           "servers\"}]}\n");
}

static void json_document(void **state)
{
    const struct answer row = {.port = 8821, .proto = PL_PROTO_TCP};
    char wanted[256] = "{\"schema\":1,\"registry\":\"";

    (void)state;
    (void)strlcat(wanted, pl_service_table_date(), sizeof(wanted));
    (void)strlcat(wanted, "\",\"ports\":[", sizeof(wanted));
    prints("jsonl", true, NULL, 0, "");
    (void)strlcat(wanted, "\n{\"port\":8821,\"proto\":\"tcp\",\"class\":\"user-unassigned\"}\n]}\n",
                  sizeof(wanted));
    prints("json", true, &row, 1, wanted);
}

/* Processes by name; in JSON each socket with all values. */
static void who_is_here(void **state)
{
    static const struct answer row = {.port = 8080, .proto = PL_PROTO_TCP};
    static const char *const wanted[][2] = {
        {"tsv", "\t5/web;6/web\n"},
        {"jsonl",
         ",\"live\":[{\"local_address\":\"127.0.0.1\",\"state\":\"LISTEN\",\"owners\":["
         "{\"pid\":5,\"fd\":3,\"process\":\"web\"},{\"pid\":6,\"fd\":3,\"process\":\"web\"}]},"
         "{\"local_address\":\"2001:db8::1\",\"peer_address\":\"::ffff:10.0.0.9\","
         "\"peer_port\":443,\"state\":\"ESTABLISHED\",\"owner_unknown\":\"not_found\"}]}\n"},
    };
    struct pl_snapshot *snap = two_socks();
    struct answers answers = {0};
    struct out out = {.fd = -1};

    (void)state;
    assert_true(answers_add(&answers, &row));
    assert_true(answers_live(&answers, snap));
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        out.len = 0;
        answers_print(&answers, view_format_find(wanted[i][0]), &out);
        out_char(&out, '\0');
        assert_int_equal(out.error, 0);
        /* The live ones come last. */
        assert_true(strlen(out.data) > strlen(wanted[i][1]));
        assert_string_equal(out.data + strlen(out.data) - strlen(wanted[i][1]), wanted[i][1]);
    }
    out_free(&out);
    answers_free(&answers);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(equal_rows_share_a_line), TEST(a_sentence_has_everything),
          TEST(local_names_stand_beside), TEST(tsv_has_a_line_for_each), TEST(json_lines),
          TEST(json_document), TEST(who_is_here))
