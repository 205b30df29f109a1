/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of runtimes, and the feed of what was found in them. */
#include "harness.h"

#include "decode/frames.h"
#include "decode/linux/containers.h"
#include "model/array.h"

#define ID    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define LONG                                                                                   \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
    enum pl_container_file file;
    const char *content;
    const char *parts[PL_CONTAINER_PARTS]; /* name, image, pod, namespace; NULL: absent */
} files[] = {
    {PL_CONTAINER_DOCKER,
     "{\"ID\":\"x\",\"Config\":{\"Hostname\":\"h\",\"Image\":\"nginx\",\"Labels\":{}},"
     "\"Image\":\"sha256:1\",\"Name\":\"/web\"}",
     {"web", "nginx", NULL, NULL}},
    {PL_CONTAINER_DOCKER,
     "{\"Config\":{\"Image\":\"i\",\"Labels\":{\"io.kubernetes.container.name\":\"app\","
     "\"io.kubernetes.pod.name\":\"p\",\"io.kubernetes.pod.namespace\":\"n\"}},\"Name\":\"/k8s_app\"}",
     {"app", "i", "p", "n"}},
    {PL_CONTAINER_DOCKER, "{\"Name\":\"web\"}", {"web", NULL, NULL, NULL}},
    {PL_CONTAINER_DOCKER, "{\"Name\":\"/\"}", {NULL, NULL, NULL, NULL}},
    {PL_CONTAINER_DOCKER, "{\"Name\":\"/w\"}", {"w", NULL, NULL, NULL}},
    {PL_CONTAINER_DOCKER, "{\"Name\":7}", {NULL, NULL, NULL, NULL}},
    {PL_CONTAINER_DOCKER,
     "{\"Name\":\"/" LONG "\",\"Config\":{\"Image\":\"i\"}}",
     {NULL, "i", NULL, NULL}},
    {PL_CONTAINER_DOCKER,
     "{\"Config\":[],\"Name\":\"/\\u001b[2J\"}",
     {"\x1b[2J", NULL, NULL, NULL}},
    {PL_CONTAINER_STORAGE,
     "[{\"id\":\"" OTHER "\",\"names\":[\"no\"]},{\"id\":\"" ID "\",\"names\":[\"db\",\"x\"],"
     "\"metadata\":\"{\\\"image-name\\\":\\\"pg:16\\\",\\\"name\\\":\\\"y\\\"}\"}]",
     {"db", "pg:16", NULL, NULL}},
    {PL_CONTAINER_STORAGE,
     "[{\"id\":\"" ID "\",\"metadata\":\"{\\\"name\\\":\\\"y\\\"}\"}]",
     {"y", NULL, NULL, NULL}},
    {PL_CONTAINER_STORAGE,
     "[{\"id\":\"" ID "\",\"names\":[\"db\"],\"metadata\":\"{\"}]",
     {"db", NULL, NULL, NULL}},
    {PL_CONTAINER_STORAGE, "[{\"id\":\"" ID "\",\"names\":[]}]", {NULL, NULL, NULL, NULL}},
    {PL_CONTAINER_STORAGE, "[{\"id\":\"" ID "0\",\"names\":[\"a\"]}]", {NULL, NULL, NULL, NULL}},
    {PL_CONTAINER_STORAGE, "[{\"id\":\"01\",\"names\":[\"a\"]},3,[]]", {NULL, NULL, NULL, NULL}},
    {PL_CONTAINER_STORAGE, "{\"id\":\"" ID "\"}", {NULL, NULL, NULL, NULL}},
    {PL_CONTAINER_OCI,
     "{\"ociVersion\":\"1.0\",\"annotations\":{\"io.kubernetes.cri.container-name\":\"app\","
     "\"io.kubernetes.cri.sandbox-name\":\"p\",\"io.kubernetes.cri.sandbox-namespace\":\"n\","
     "\"io.kubernetes.cri.image-name\":\"i\"}}",
     {"app", "i", "p", "n"}},
    {PL_CONTAINER_OCI,
     "{\"annotations\":{\"io.kubernetes.container.name\":\"app\",\"io.kubernetes.pod.name\":\"p\","
     "\"io.kubernetes.pod.namespace\":\"n\",\"io.kubernetes.cri-o.ImageName\":\"i\"}}",
     {"app", "i", "p", "n"}},
    {PL_CONTAINER_OCI, "{\"annotations\":{\"nerdctl/name\":\"web\"}}", {"web", NULL, NULL, NULL}},
    {PL_CONTAINER_OCI, "{\"annotations\":{\"nerdctl/name\":\"\"}}", {NULL, NULL, NULL, NULL}},
    {PL_CONTAINER_OCI, "{\"annotations\":null}", {NULL, NULL, NULL, NULL}},
    {PL_CONTAINER_OCI, "{\"nerdctl/name\":\"web\"}", {NULL, NULL, NULL, NULL}},
    {PL_CONTAINER_OCI, "", {NULL, NULL, NULL, NULL}},
};

static void contents(void **state)
{
    const struct pl_text id = {ID, PL_CONTAINER_ID};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        const struct pl_slice content = {.data = (const uint8_t *)files[i].content,
                                         .len = strlen(files[i].content)};
        struct pl_container_names names;
        bool wanted = false;
        bool any = pl_decode_container(files[i].file, content, id, &names);

        for (size_t part = 0; part < PL_CONTAINER_PARTS; part++) {
            const char *want = files[i].parts[part] ? files[i].parts[part] : "";

            wanted |= want[0] != '\0';
            if (names.len[part] != strlen(want) ||
                memcmp(names.text[part], want, names.len[part]) != 0)
                fail_msg("%s, part %zu: %.*s", files[i].content, part, (int)names.len[part],
                         names.text[part]);
        }
        assert_int_equal(any, wanted);
    }
}

/* ---- the feed ---- */

static struct pl_container seen[4];
static size_t seen_count;
static int answer;

static int keep(struct pl_sink *sink, const struct pl_container *container)
{
    (void)sink;
    assert_true(seen_count < COUNT_OF(seen));
    seen[seen_count++] = *container;
    return answer;
}

static size_t notes;

static int count_note(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count)
{
    (void)sink;
    assert_int_equal(kind, PL_NOTE_MALFORMED);
    notes += count;
    return 0;
}

static void put(struct bytes *b, uint32_t uid, const char *const texts[5])
{
    put_u32(b, uid);
    for (size_t i = 0; i < 5; i++)
        put_u32(b, (uint32_t)strlen(texts[i]));
    for (size_t i = 0; i < 5; i++)
        put_bytes(b, texts[i], strlen(texts[i]));
}

static int decode(const struct bytes *b, size_t len)
{
    struct pl_sink sink = {.container = keep, .note = count_note};

    seen_count = notes = 0;
    return decode_feed_abi("linux/containers", b->data, len, b->big_endian, 8, &sink);
}

static void frames(void **state)
{
    struct bytes b = {.big_endian = true};

    (void)state;
    answer = 0;
    put(&b, 1000, (const char *const[]){ID, "web", "", "p", "n"});
    put(&b, PL_UID_UNKNOWN, (const char *const[]){"short", "web", "", "", ""});
    assert_int_equal(decode(&b, b.len), 0);
    assert_int_equal(seen_count, 1);
    assert_int_equal(notes, 1);
    assert_int_equal(seen[0].uid, 1000);
    assert_int_equal(seen[0].name.len, 3);
    assert_memory_equal(seen[0].name.data, "web", 3);
    assert_null(seen[0].image.data);
    assert_memory_equal(seen[0].pod_namespace.data, "n", 1);
    answer = -ENOMEM;
    assert_int_equal(decode(&b, b.len), -ENOMEM);
    answer = 0;
    for (size_t len = 1; len < b.len; len++) {
        if (len != PL_CONTAINER_HEAD + PL_CONTAINER_ID + 5)
            assert_int_equal(decode(&b, len), -EBADMSG);
    }
    b.data[4] = 0xff; /* a length of 4 GB */
    assert_int_equal(decode(&b, b.len), -EBADMSG);
    assert_int_equal(seen_count, 0);
}

TEST_MAIN(TEST(contents), TEST(frames))
