/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of notes. */
#include "harness.h"

static const char *text_of(struct pl_note note)
{
    static char buf[512];
    int len = pl_note_text(&note, buf, sizeof(buf));

    assert_int_equal(len, strlen(buf));
    assert_null(strchr(buf, '%'));
    assert_null(strchr(buf, '\n'));
    return buf;
}

static void texts(void **state)
{
    const struct pl_text feed = TEXT("linux/diag/tcp");

    (void)state;
    assert_string_equal(text_of((struct pl_note){.kind = PL_NOTE_OWNERS_HIDDEN, .count = 12}),
                        "owners of 12 sockets are hidden");
    assert_string_equal(text_of((struct pl_note){.kind = PL_NOTE_OWNERS_HIDDEN, .count = 1}),
                        "owners of 1 socket are hidden");
    assert_string_equal(
        text_of((struct pl_note){
            .kind = PL_NOTE_FEED_FAILED, .error = ENOENT, .feed = feed, .title = "TCP sockets"}),
        "cannot read TCP sockets: No such file or directory");
    assert_string_equal(text_of((struct pl_note){.kind = PL_NOTE_FEED_FAILED,
                                                 .error = ENOENT,
                                                 .feed = feed,
                                                 .title = "TCP sockets",
                                                 .only_details = true}),
                        "cannot read details of TCP sockets: No such file or directory");
    assert_string_equal(
        text_of((struct pl_note){
            .kind = PL_NOTE_FEED_PARTIAL, .error = E2BIG, .feed = feed, .title = "rules"}),
        "cannot read all rules: there are too many");
    assert_string_equal(text_of((struct pl_note){
                            .kind = PL_NOTE_FAMILY_ABSENT, .feed = feed, .title = "SCTP sockets"}),
                        "this kernel cannot list SCTP sockets");
    assert_string_equal(text_of((struct pl_note){.kind = PL_NOTE_FEED_MISSING, .feed = feed}),
                        "the recording does not include linux/diag/tcp");
    assert_non_null(strstr(text_of((struct pl_note){.kind = PL_NOTE_FEED_FOREIGN, .feed = feed}),
                           "linux/diag/tcp"));
    assert_string_equal(
        text_of((struct pl_note){.kind = PL_NOTE_FEED_FOREIGN, .count = 2, .feed = feed}),
        "ignored 'linux/diag/tcp' and 1 other file, which do not belong in the recording");
    assert_string_equal(
        text_of((struct pl_note){.kind = PL_NOTE_FEED_FOREIGN, .count = 100000, .feed = feed}),
        "ignored 'linux/diag/tcp' and 99999 other files, which do not belong in the recording");
    assert_string_equal(
        text_of((struct pl_note){.kind = PL_NOTE_FEED_FAILED, .error = PL_ENOTREG, .feed = feed}),
        "cannot read linux/diag/tcp: not a regular file");
    assert_non_null(strstr(text_of((struct pl_note){.kind = PL_NOTE_FEED_DAMAGED, .feed = feed}),
                           "the data of linux/diag/tcp is damaged"));
    assert_string_equal(
        text_of((struct pl_note){.kind = PL_NOTE_MALFORMED, .count = 1, .feed = feed}),
        "ignored 1 malformed entry of linux/diag/tcp");
    assert_string_equal(
        text_of((struct pl_note){.kind = PL_NOTE_MALFORMED, .count = UINT64_MAX, .feed = feed}),
        "ignored 18446744073709551615 malformed entries of linux/diag/tcp");
    assert_string_equal(text_of((struct pl_note){.kind = PL_NOTE_INCONSISTENT, .feed = feed}),
                        "linux/diag/tcp changed while being read");
    assert_non_null(strstr(
        text_of((struct pl_note){.kind = PL_NOTE_LAYOUT, .count = 400, .feed = feed}), "400"));
}

/* Every kind has a name and a text; larger numbers read no other memory. */
static void kinds(void **state)
{
    (void)state;
    for (unsigned int i = 1; i < PL_NOTE_MAX; i++) {
        const struct pl_note note = {.kind = (enum pl_note_kind)i, .feed = TEXT("f")};

        assert_true(strlen(pl_note_name(i)) > 0);
        assert_true(strlen(text_of(note)) > 0);
        assert_non_null(pl_note_help(&note));
        for (unsigned int j = 1; j < i; j++)
            assert_string_not_equal(pl_note_name(i), pl_note_name(j));
    }
    assert_null(pl_note_name(PL_NOTE_MAX));
    assert_string_equal(text_of((struct pl_note){.kind = PL_NOTE_MAX}), "");
    assert_string_equal(pl_note_help(&(struct pl_note){.kind = PL_NOTE_MAX}), "");
}

static void names(void **state)
{
    (void)state;
    assert_string_equal(pl_note_name(PL_NOTE_OWNERS_HIDDEN), "owners_hidden");
    assert_string_equal(pl_note_name(PL_NOTE_FEED_FAILED), "feed_failed");
    assert_string_equal(pl_note_name(PL_NOTE_FEED_MISSING), "feed_missing");
    assert_string_equal(pl_note_name(PL_NOTE_FEED_FOREIGN), "feed_foreign");
    assert_string_equal(pl_note_name(PL_NOTE_FEED_DAMAGED), "feed_damaged");
    assert_string_equal(pl_note_name(PL_NOTE_MALFORMED), "malformed");
    assert_string_equal(pl_note_name(PL_NOTE_INCONSISTENT), "inconsistent");
    assert_string_equal(pl_note_name(PL_NOTE_LAYOUT), "layout");
}

static void helps(void **state)
{
    (void)state;
    assert_string_equal(pl_note_help(&(struct pl_note){.kind = PL_NOTE_OWNERS_HIDDEN}),
                        "run as root or with cap_sys_ptrace,cap_dac_read_search");
    assert_string_equal(
        pl_note_help(&(struct pl_note){.kind = PL_NOTE_FEED_FAILED, .error = EACCES}),
        "run as root");
    assert_string_equal(
        pl_note_help(&(struct pl_note){.kind = PL_NOTE_FEED_FAILED, .error = EPERM}),
        "run as root");
    assert_string_equal(
        pl_note_help(&(struct pl_note){.kind = PL_NOTE_FEED_FAILED, .error = ENOENT}), "");
}

/* As snprintf(3): the length it would have, NUL-terminated, nothing beyond size. */
/* Why BPF cannot be used. */
static void without_bpf(void **state)
{
    static const struct {
        int error;
        const char *text;
    } cases[] = {
        {PL_ENOTYPES, "this kernel has no type information for BPF (/sys/kernel/btf/vmlinux)"},
        {PL_ENAMESPACE, "BPF reports processes of the initial pid namespace only"},
        {PL_EWORDS, "BPF is used on 64-bit systems only"},
        {PL_EJIT, "this kernel cannot compile BPF programs (net.core.bpf_jit_enable)"},
        {PL_EPROGRAM, "this kernel does not accept the BPF program"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_note note = {.kind = PL_NOTE_FEED_FAILED,
                               .error = cases[i].error,
                               .feed = TEXT("linux/owners"),
                               .title = "socket owners"};
        char want[128];

        (void)snprintf(want, sizeof(want), "cannot read socket owners: %s", cases[i].text);
        assert_string_equal(text_of(note), want);
        assert_string_equal(pl_note_help(&note), "leave out --owners bpf");
        note.feed = TEXT("linux/bound");
        assert_string_equal(pl_note_help(&note), "");
    }
}

static void small_buffers(void **state)
{
    const struct pl_note note = {.kind = PL_NOTE_OWNERS_HIDDEN, .count = 12};
    static const char whole[] = "owners of 12 sockets are hidden";

    (void)state;
    for (size_t size = 0; size <= sizeof(whole) + 1; size++) {
        char buf[64];

        memset(buf, '#', sizeof(buf));
        assert_int_equal(pl_note_text(&note, buf, size), sizeof(whole) - 1);
        assert_int_equal(buf[size], '#');
        if (size > 0) {
            size_t len = size < sizeof(whole) ? size - 1 : sizeof(whole) - 1;

            assert_int_equal(strlen(buf), len);
            assert_memory_equal(buf, whole, len);
        }
    }
}

/* A file of a recording may have any name: it is no format string and does not end the text. */
static void hostile_feed(void **state)
{
    const struct pl_note note = {.kind = PL_NOTE_FEED_FOREIGN, .feed = TEXT("%s%n\0%F\x1b[")};
    char buf[256];
    int len = pl_note_text(&note, buf, sizeof(buf));
    static const char want[] = "ignored '%s%n\0%F\x1b['";

    (void)state;
    assert_true(len > (int)sizeof(want));
    assert_memory_equal(buf, want, sizeof(want) - 1);
}

/* The help names the privileges that are lacking. */
static void lacking(void **state)
{
    static const struct {
        uint32_t lacks;
        const char *help;
    } cases[] = {
        {PL_LACK_KNOWN | PL_LACK_ROOT | PL_LACK_PTRACE | PL_LACK_READ_SEARCH,
         "run as root or with cap_sys_ptrace,cap_dac_read_search"},
        {PL_LACK_KNOWN | PL_LACK_ROOT | PL_LACK_PTRACE, "run as root or with cap_sys_ptrace"},
        {PL_LACK_KNOWN | PL_LACK_ROOT | PL_LACK_READ_SEARCH,
         "run as root or with cap_dac_read_search"},
        {PL_LACK_KNOWN | PL_LACK_ROOT, "run as root"},
        {PL_LACK_KNOWN | PL_LACK_PTRACE, "run with cap_sys_ptrace"},
        {PL_LACK_KNOWN | PL_LACK_PTRACE | PL_LACK_PIDS, "run with cap_sys_ptrace"},
        {PL_LACK_KNOWN | PL_LACK_READ_SEARCH, "run with cap_dac_read_search"},
        {PL_LACK_KNOWN | PL_LACK_PTRACE | PL_LACK_READ_SEARCH,
         "run with cap_sys_ptrace,cap_dac_read_search"},
        {PL_LACK_KNOWN | PL_LACK_NAMESPACE, "run as root outside this user namespace"},
        {PL_LACK_KNOWN, "run outside this sandbox, which refuses even root"},
    };
    struct pl_note failed = {.kind = PL_NOTE_FEED_FAILED, .error = EACCES, .feed = TEXT("f")};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_note note = {.kind = PL_NOTE_OWNERS_HIDDEN, .lacks = cases[i].lacks};

        assert_string_equal(pl_note_help(&note), cases[i].help);
    }
    failed.lacks = PL_LACK_KNOWN | PL_LACK_ROOT;
    assert_string_equal(pl_note_help(&failed), "run as root");
    failed.lacks = PL_LACK_KNOWN;
    assert_string_equal(pl_note_help(&failed), ""); /* already root */
    failed = (struct pl_note){
        .kind = PL_NOTE_FEED_FAILED, .error = ENOENT, .feed = TEXT("linux/owners")};
    assert_string_equal(pl_note_help(&failed), "is /proc mounted?");
    failed.error = ENOBUFS;
    assert_string_equal(pl_note_help(&failed), "");
    failed.feed = TEXT("freebsd/kern.file");
    assert_string_equal(pl_note_help(&failed), "raise sysctl vm.max_user_wired");
    failed.error = ENOENT;
    assert_string_equal(pl_note_help(&failed), "");
    failed.error = EAGAIN;
    assert_string_equal(pl_note_help(&failed), "run it again");
    assert_string_equal(text_of((struct pl_note){.kind = PL_NOTE_NAMES_CHANGED, .count = 2}),
                        "2 processes ended or changed during the listing and were not named");
}

/* Sockets that a filter omits, and hidden details. */
static void withheld(void **state)
{
    struct pl_note note = {.kind = PL_NOTE_WITHHELD, .feed = TEXT("mark, ulp")};

    (void)state;
    assert_string_equal(text_of(note), "the kernel withheld mark, ulp");
    assert_string_equal(pl_note_name(note.kind), "withheld");
    note.lacks = PL_LACK_NET_ADMIN | PL_LACK_NAMESPACE;
    assert_string_equal(pl_note_help(&note), "run with cap_net_admin");
    note = (struct pl_note){.kind = PL_NOTE_OWNERS_HIDDEN, .count = 7, .left_out = 5};
    assert_string_equal(text_of(note),
                        "owners of 7 sockets are hidden; 5 of them might match the filter");
    note.kind = PL_NOTE_OWNERS_OUTSIDE;
    assert_string_equal(
        text_of(note),
        "owners of 7 sockets are outside this pid namespace; 5 of them might match the filter");
}

TEST_MAIN(TEST(texts), TEST(kinds), TEST(names), TEST(helps), TEST(without_bpf),
          TEST(small_buffers), TEST(hostile_feed), TEST(lacking), TEST(withheld))
