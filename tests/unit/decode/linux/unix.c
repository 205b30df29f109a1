/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIX sockets: names of every kind, and tables with forged rows. */
#include "harness.h"

#define DIAG "linux/diag/unix"
#define PROC "linux/proc/net/unix"
#define HEAD "Num       RefCount Protocol Flags    Type St Inode Path\n"
#define LINE "00000000aaaaaaaa: 00000002 00000000 00010000 0001 01 "

static void put_row(struct bytes *b, uint8_t state, uint32_t inode, const char *name, size_t len)
{
    size_t at = nl_begin(b, 20, 0);

    put_u8(b, 1);
    put_u8(b, 1); /* SOCK_STREAM */
    put_u8(b, state);
    put_u8(b, 0);
    put_u32(b, inode);
    put_u64(b, 7);
    if (name)
        nl_attr(b, 0, name, len);
    nl_attr(b, 2, "\5\0\0\0", 4);         /* peer */
    nl_attr(b, 4, "\1\0\0\0\2\0\0\0", 8); /* queues */
    nl_attr(b, 99, "x", 1);               /* unknown */
    nl_end(b, at);
}

static void names(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};

    (void)state;
    put_row(&b, 10, 11, "/run/a\nb\0", 9);
    put_row(&b, 1, 12, "\0x\0y", 4);
    put_row(&b, 7, 13, NULL, 0);
    put_row(&b, 99, 0, "\xff\xfe", 2);
    put_row(&b, 7, 14, "", 0);
    put_row(&b, 7, 15, "a", 1);
    assert_int_equal(decode_feed(DIAG, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 6);
    assert_int_equal(got->attr_count, 10); /* a peer each, and four paths */
    assert_int_equal(got->attrs[8].id, PL_ATTR_PATH);
    assert_int_equal(got->attr_sock[8], 5);
    assert_int_equal(got->attrs[8].len, 1);
    assert_int_equal(got->socks[0].state, PL_STATE_LISTEN);
    assert_int_equal(got->socks[0].recv_q, 1);
    assert_int_equal(got->socks[0].send_q, 2);
    assert_int_equal(got->socks[1].state, PL_STATE_ESTABLISHED);
    assert_int_equal(got->socks[2].state, PL_STATE_UNCONN);
    assert_int_equal(got->socks[3].state, PL_STATE_OTHER | 99);
    assert_int_equal(got->socks[3].have & PL_HAVE_INODE, 0);
    assert_int_equal(got->socks[3].flags, PL_FLAG_ACCEPT_QUEUE);
    assert_int_equal(got->socks[2].flags, 0);
    assert_int_equal(got->attrs[0].id, PL_ATTR_PATH);
    assert_int_equal(got->attrs[0].len, 8); /* without its final NUL */
    assert_int_equal(got->attrs[2].len, 4); /* abstract: with its NUL bytes */
    assert_memory_equal(got->attrs[2].u.text, "\0x\0y", 4);
    assert_int_equal(got->attrs[1].id, PL_ATTR_PEER_KEY);
    assert_int_equal(got->attrs[1].u.num, 5);
    recorder_free(got);
}

/* The device and the inode of the path, only if requested; they are no peer. */
static void files(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};
        size_t at = nl_begin(&b, 20, 0);

        got->sink.need = more ? PL_NEED_MORE : 0;
        put_u8(&b, 1);
        put_zeros(&b, 15);
        nl_attr(&b, 1, "\5\0\0\0\6\0\0\0", 8);
        nl_attr(&b, 6, "\2", 1); /* shut down for sending */
        nl_end(&b, at);
        assert_int_equal(decode_feed(DIAG, b.data, b.len, &got->sink), 0);
        assert_int_equal(got->attr_count, more ? 3 : 0);
        for (size_t i = 0; i < got->attr_count; i++) {
            static const struct {
                enum pl_attr_id id;
                unsigned int value;
            } want[] = {{PL_ATTR_VFS_INODE, 5}, {PL_ATTR_VFS_DEVICE, 6}, {PL_ATTR_SHUTDOWN, 2}};

            assert_int_equal(got->attrs[i].id, want[i].id);
            assert_int_equal(got->attrs[i].u.num, want[i].value);
        }
        recorder_free(got);
    }
}

static void attributes_of_any_length(void **state)
{
    struct recorder_sink *got = recorder_new();
    char value[40] = {0};

    (void)state;
    got->sink.need = UINT32_MAX;
    for (uint16_t type = 0; type < 12; type++) {
        for (size_t len = 0; len < sizeof(value); len++) {
            struct bytes b = {0};
            size_t at = nl_begin(&b, 20, 0);

            put_zeros(&b, 16);
            nl_attr(&b, type, value, len);
            nl_end(&b, at);
            assert_int_equal(decode_feed(DIAG, b.data, b.len, &got->sink), 0);
            /* Queues are 8 bytes, of attribute 4. */
            assert_int_equal((got->socks[0].have & PL_HAVE_RECV_Q) != 0, type == 4 && len >= 8);
            got->sock_count = 0;
        }
    }
    assert_int_equal(got->note_count, 0);
    recorder_free(got);
}

static void text_rows(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(
        decode_text(PROC,
                    HEAD LINE "11\n"
                              "0: 00000003 00000000 00000000 0002 03 12 @abs\n" LINE
                              "13 /run/a path that is too long for anything to be told behind it\n",
                    &got->sink),
        0);
    assert_int_equal(got->sock_count, 3);
    assert_int_equal(got->socks[0].state, PL_STATE_LISTEN);
    assert_int_equal(got->socks[1].state, PL_STATE_ESTABLISHED);
    assert_int_equal(got->socks[1].type, PL_TYPE_DGRAM);
    assert_int_equal(got->socks[2].type, PL_TYPE_STREAM);
    assert_int_equal(got->attrs[1].len, 62);
    assert_memory_equal(got->attrs[0].u.text, "\0abs", 4);
    assert_int_equal(got->note_count, 0);
    recorder_free(got);
}

/* enum sock_state of include/linux/net.h; an unknown one stays unknown. */
static void text_states(void **state)
{
    static const uint16_t want[] = {PL_STATE_UNCONN,      PL_STATE_UNCONN, PL_STATE_ESTABLISHED,
                                    PL_STATE_ESTABLISHED, PL_STATE_UNCONN, PL_STATE_OTHER | 5};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        struct recorder_sink *got = recorder_new();
        char text[256];

        (void)snprintf(text, sizeof(text), HEAD "0: 00000003 00000000 00000000 0001 %02zx 12\n", i);
        assert_int_equal(decode_text(PROC, text, &got->sink), 0);
        assert_int_equal(got->socks[0].state, want[i]);
        recorder_free(got);
    }
}

/* Every row that a name could have forged is marked, in any place. */
static void forged(void **state)
{
    static const char *const tables[] = {
        HEAD LINE "11 /a\n" LINE "666 /b\n",
        HEAD LINE "11 @\n" LINE "666\n",
        HEAD LINE "11 \n" LINE "666 /b\n",
        HEAD LINE "11 /x\n/y\n" LINE "666\n",
        /* the name of the doubtful row begins the next forgery */
        HEAD LINE "11 /0123456789012345678901234567890123456789012\n" LINE "12 /b\n" LINE
                  "666 /c\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct recorder_sink *got = recorder_new();

        assert_int_equal(decode_text(PROC, tables[i], &got->sink), 0);
        for (size_t j = 0; j < got->sock_count; j++) {
            assert_true(got->socks[j].key != 666 || got->socks[j].flags & PL_FLAG_DOUBTFUL);
            assert_true(got->socks[j].key != 11 || !(got->socks[j].flags & PL_FLAG_DOUBTFUL));
        }
        recorder_free(got);
    }
}

/* Lines that are not rows belong to a name, up to its length; others are malformed. */
static void names_of_lines(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_text(PROC,
                                 HEAD LINE
                                 "11 @a\nb\n\nc\n" LINE "12\nno row\n" LINE
                                 "13 /0123456789012345678901234567890123456789012345678\n"
                                 "0123456789012345678901234567890123456789012345678901234567\n"
                                 "9\n",
                                 &got->sink),
                     0);
    assert_int_equal(got->sock_count, 3);
    assert_int_equal(got->attrs[0].len, 7);
    assert_memory_equal(got->attrs[0].u.text, "\0a\nb\n\nc", 7);
    assert_int_equal(got->attrs[1].len, 50);
    assert_int_equal(got->attr_count, 2);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    assert_true(got->notes[0].count == 3);
    recorder_free(got);
}

/* Connections waiting at a listener: complete numbers only, up to the space. */
static void waiting(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    struct bytes inodes = {0};
    struct bytes many = {0};
    size_t at;

    (void)state;
    put_u32(&inodes, 5);
    put_u32(&inodes, 4294967295U);
    put_u8(&inodes, 9);
    for (uint32_t n = 0; n < 2000; n++)
        put_u32(&many, 4294967295U);
    for (int i = 0; i < 3; i++) {
        at = nl_begin(&b, 20, 0);
        put_u32(&b, 0x000a0101);
        put_u32(&b, 11 + (uint32_t)i);
        put_u64(&b, 7);
        nl_attr(&b, 3, i == 2 ? many.data : inodes.data,
                i == 0   ? inodes.len
                : i == 1 ? 0
                         : many.len);
        nl_end(&b, at);
    }
    got->sink.need = PL_NEED_MORE;
    assert_int_equal(decode_feed(DIAG, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->attr_count, 3);
    assert_int_equal(got->attrs[0].id, PL_ATTR_WAITING_INODES);
    assert_int_equal(got->attrs[0].len, 12);
    assert_memory_equal(got->attrs[0].u.text, "5 4294967295", 12);
    assert_int_equal(got->attrs[1].len, 0);
    assert_true(got->attrs[2].len > 4000 && got->attrs[2].len <= 4096);
    recorder_free(got);
}

TEST_MAIN(TEST(names_of_lines), TEST(waiting), TEST(names), TEST(files),
          TEST(attributes_of_any_length), TEST(text_rows), TEST(text_states), TEST(forged))
