/* SPDX-License-Identifier: BSD-2-Clause */
#include "containers.h"
#include "decode/frames.h"
#include "decode/json.h"
#include "model/array.h"

#include <errno.h>

#define METADATA_MAX 8192 /* bytes of JSON in a string */

/* Annotations, and labels of Docker. The first that exists is taken. */
static const struct {
    const char *key;
    enum pl_container_part part;
} annotations[] = {
    {"io.kubernetes.cri.container-name", PL_CONTAINER_NAME},
    {"io.kubernetes.container.name", PL_CONTAINER_NAME},
    {"nerdctl/name", PL_CONTAINER_NAME},
    {"io.kubernetes.cri.image-name", PL_CONTAINER_IMAGE},
    {"io.kubernetes.cri-o.ImageName", PL_CONTAINER_IMAGE},
    {"io.kubernetes.cri.sandbox-name", PL_CONTAINER_POD},
    {"io.kubernetes.pod.name", PL_CONTAINER_POD},
    {"io.kubernetes.cri.sandbox-namespace", PL_CONTAINER_NAMESPACE},
    {"io.kubernetes.pod.namespace", PL_CONTAINER_NAMESPACE},
};

/* Sets a part from a string, unless it is known. */
static void keep(struct pl_slice value, enum pl_container_part part, struct pl_container_names *out)
{
    if (out->len[part] == 0 &&
        !pl_json_string(value, out->text[part], PL_CONTAINER_TEXT, &out->len[part]))
        out->len[part] = 0;
}

static void keep_member(struct pl_slice object, const char *name, enum pl_container_part part,
                        struct pl_container_names *out)
{
    struct pl_slice value;

    if (pl_json_get(object, name, &value))
        keep(value, part, out);
}

static void keep_annotations(struct pl_slice object, struct pl_container_names *out)
{
    for (size_t i = 0; i < COUNT_OF(annotations); i++)
        keep_member(object, annotations[i].key, annotations[i].part, out);
}

/* {"Config":{"Image":"nginx","Labels":{}},"Name":"/web"} */
static void read_docker(struct pl_slice content, struct pl_container_names *out)
{
    struct pl_slice config;
    struct pl_slice labels;
    struct pl_slice name;

    if (pl_json_get(content, "Config", &config)) {
        if (pl_json_get(config, "Labels", &labels))
            keep_annotations(labels, out);
        keep_member(config, "Image", PL_CONTAINER_IMAGE, out);
    }
    if (!pl_json_get(content, "Name", &name))
        return;
    if (name.len > 2 && name.data[1] == '/') {
        char text[PL_CONTAINER_TEXT + 1];
        uint32_t len;

        if (out->len[PL_CONTAINER_NAME] == 0 && pl_json_string(name, text, sizeof(text), &len) &&
            len > 1) {
            memcpy(out->text[PL_CONTAINER_NAME], text + 1, len - 1);
            out->len[PL_CONTAINER_NAME] = len - 1;
        }
        return;
    }
    keep(name, PL_CONTAINER_NAME, out);
}

/* [{"id":"...","names":["web"],"metadata":"{\"image-name\":\"nginx\"}"}] */
static void read_storage(struct pl_slice content, struct pl_text id, struct pl_container_names *out)
{
    char metadata[METADATA_MAX];
    struct pl_slice item, value, name;
    uint32_t len;

    while (pl_json_next(&content, &item)) {
        char own[PL_CONTAINER_ID];

        if (!pl_json_get(item, "id", &value) || !pl_json_string(value, own, sizeof(own), &len) ||
            len != id.len || memcmp(own, id.data, len) != 0)
            continue;
        if (pl_json_get(item, "names", &value) && pl_json_next(&value, &name))
            keep(name, PL_CONTAINER_NAME, out);
        if (!pl_json_get(item, "metadata", &value) ||
            !pl_json_string(value, metadata, sizeof(metadata), &len))
            return;
        value = (struct pl_slice){.data = (const uint8_t *)metadata, .len = len};
        keep_member(value, "name", PL_CONTAINER_NAME, out);
        keep_member(value, "image-name", PL_CONTAINER_IMAGE, out);
        return;
    }
}

bool pl_decode_container(enum pl_container_file file, struct pl_slice content, struct pl_text id,
                         struct pl_container_names *out)
{
    struct pl_slice found;
    bool any = false;

    memset(out->len, 0, sizeof(out->len));
    if (file == PL_CONTAINER_DOCKER)
        read_docker(content, out);
    else if (file == PL_CONTAINER_STORAGE)
        read_storage(content, id, out);
    else if (pl_json_get(content, "annotations", &found))
        keep_annotations(found, out);
    for (size_t i = 0; i < PL_CONTAINER_PARTS; i++)
        any |= out->len[i] > 0;
    return any;
}

/* ---- the feed ---- */

/* Takes the next text of a frame; an empty one is absent. */
static struct pl_text take(struct pl_slice *rest, uint32_t len)
{
    const struct pl_slice part = pl_slice_part(rest, 0, len);

    *rest = pl_slice_part(rest, len, rest->len);
    return len > 0 ? pl_slice_text(&part) : (struct pl_text){0};
}

int pl_decode_linux_containers(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;

    while (rest.len >= PL_CONTAINER_HEAD) {
        struct pl_container container = {.uid = pl_slice_u32(&rest, 0)};
        struct pl_text *const parts[] = {&container.id, &container.name, &container.image,
                                         &container.pod, &container.pod_namespace};
        const struct pl_slice head = pl_slice_part(&rest, 0, PL_CONTAINER_HEAD);
        uint64_t total = 0;
        int err;

        rest = pl_slice_part(&rest, PL_CONTAINER_HEAD, rest.len);
        for (size_t i = 0; i < COUNT_OF(parts); i++)
            total += pl_slice_u32(&head, 4 + 4 * i);
        if (total > rest.len)
            return -EBADMSG;
        for (size_t i = 0; i < COUNT_OF(parts); i++)
            *parts[i] = take(&rest, pl_slice_u32(&head, 4 + 4 * i));
        err = container.id.len == PL_CONTAINER_ID ? sink->container(sink, &container)
                                                  : sink->note(sink, PL_NOTE_MALFORMED, 1);
        if (err < 0)
            return err;
    }
    return rest.len == 0 ? 0 : -EBADMSG;
}
