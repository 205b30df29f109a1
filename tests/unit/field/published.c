/* SPDX-License-Identifier: BSD-2-Clause */
/* A port with several targets: a column shows the first value, which has all; filters compare each. */
#include "harness.h"

#include "field/field.h"
#include "snapshot/snapshot.h"

static const struct pl_sock sock = {.have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE,
                                    .family = PL_FAMILY_INET,
                                    .proto = PL_PROTO_TCP,
                                    .state = PL_STATE_LISTEN,
                                    .local_port = 80};

static struct pl_snapshot *with(size_t targets)
{
    static const char *const texts[] = {"10.0.0.2:80", "10.0.0.3:80"};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, NULL, &snap), 0);
    for (size_t i = 0; i < targets; i++) {
        struct pl_published one = {
            .at = {.port = 80, .family = PL_FAMILY_INET, .proto = PL_PROTO_TCP},
            .target = {texts[i], 11},
            .by = TEXT("nftables"),
            .remark = i == 1 ? TEXT("nothing listens") : (struct pl_text){0},
            .order = (uint32_t)i};

        if (i == 0)
            one.all = targets == 1 ? one.target : TEXT("10.0.0.2:80,10.0.0.3:80");
        assert_int_equal(pl_published_add(snap, &one), 0);
    }
    return snap;
}

static void check(const struct pl_snapshot *snap, enum pl_field_id id, const char *const *want,
                  size_t count)
{
    const struct pl_field *field = pl_field_row(id);

    for (size_t i = 0; i <= count; i++) {
        struct pl_value value = {0};

        assert_int_equal(field->get(field, snap, &sock, i, &value), i < count);
        if (i == count)
            break;
        assert_int_equal(value.text.len, strlen(want[i]));
        assert_memory_equal(value.text.data, want[i], value.text.len);
    }
}

static void values(void **state)
{
    static const char *const both[] = {"10.0.0.2:80,10.0.0.3:80", "10.0.0.2:80", "10.0.0.3:80"};
    static const char *const one[] = {"10.0.0.2:80"};
    static const char *const by[] = {"nftables", "nftables"};

    (void)state;
    for (size_t count = 0; count <= 2; count++) {
        struct pl_snapshot *snap = with(count);

        check(snap, PL_FIELD_PUBLISHED, count == 2 ? both : one, count == 2 ? 3 : count);
        check(snap, PL_FIELD_PUBLISHED_BY, by, count);
        assert_int_equal(pl_published_remark(snap, &sock).data != NULL, count == 2);
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(values))
