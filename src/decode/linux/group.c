/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths of control groups: cgroups(7), systemd.unit(5) and the naming of each runtime. A path is read
 * from its end, because the last container or unit is the one that the process is in.
 */
#include "api/group.h"
#include "decode/bytes.h"
#include "model/array.h"

#define UUID_LEN   36U
#define STATIC_LEN 32U /* UID of a static pod: a hash */

const char *pl_runtime_name(unsigned int runtime)
{
    static const char *const names[] = {
        [PL_RUNTIME_DOCKER] = "docker",
        [PL_RUNTIME_PODMAN] = "podman",
        [PL_RUNTIME_CONTAINERD] = "containerd",
        [PL_RUNTIME_CRIO] = "cri-o",
        [PL_RUNTIME_NERDCTL] = "nerdctl",
        [PL_RUNTIME_KUBERNETES] = "kubernetes",
        [PL_RUNTIME_LXC] = "lxc",
        [PL_RUNTIME_NSPAWN] = "systemd-nspawn",
        [PL_RUNTIME_LIBVIRT] = "libvirt",
        [PL_RUNTIME_FLATPAK] = "flatpak",
        [PL_RUNTIME_SNAP] = "snap",
    };

    return runtime < COUNT_OF(names) ? names[runtime] : NULL;
}

/* ---- parts of a name ---- */

/* Removes the start and the end if the text has both, and something between them. */
static bool strip(struct pl_text *text, const char *start, const char *end)
{
    size_t first = strlen(start);
    size_t last = strlen(end);

    if (text->len <= first + last || memcmp(text->data, start, first) != 0 ||
        memcmp(text->data + text->len - last, end, last) != 0)
        return false;
    text->data += first;
    text->len -= (uint32_t)(first + last);
    return true;
}

static bool is_word(struct pl_text text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.data, word, text.len) == 0;
}

static bool contains(struct pl_text text, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.data + i, word, len) == 0)
            return true;
    }
    return false;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_id(struct pl_text text)
{
    for (uint32_t i = 0; i < text.len; i++) {
        if (!is_hex(text.data[i]))
            return false;
    }
    return text.len == PL_CONTAINER_ID;
}

static bool is_pod_uid(struct pl_text text)
{
    for (uint32_t i = 0; i < text.len; i++) {
        bool dash = text.len == UUID_LEN && (i == 8 || i == 13 || i == 18 || i == 23);

        if (dash ? text.data[i] != '-' && text.data[i] != '_' : !is_hex(text.data[i]))
            return false;
    }
    return text.len == UUID_LEN || text.len == STATIC_LEN;
}

/* Removes digits and the end after them from the start: "3\x2d" of "3\x2dname". */
static void skip_number(struct pl_text *text, const char *end)
{
    uint32_t at = 0;
    struct pl_text rest;

    while (at < text->len && text->data[at] >= '0' && text->data[at] <= '9')
        at++;
    rest = (struct pl_text){text->data + at, text->len - at};
    if (at > 0 && strip(&rest, end, ""))
        *text = rest;
}

static bool read_number(struct pl_text text, uint32_t *out)
{
    const struct pl_slice digits = {.data = (const uint8_t *)text.data, .len = text.len};
    uint64_t number;

    if (!pl_text_dec(&digits, PL_UID_UNKNOWN - 1, &number))
        return false;
    *out = (uint32_t)number;
    return true;
}

/* ---- containers ---- */

/* How the part between start and end names a container. */
enum part {
    PART_ID,      /* 64 hexadecimal digits */
    PART_NAME,    /* a name */
    PART_MACHINE, /* a name as registered with systemd-machined(8) */
    PART_SNAP,    /* "NAME.APP" and more */
    PART_FLATPAK, /* "APP-PID" */
};

static const struct {
    const char *start, *end;
    enum part part;
    enum pl_runtime runtime;
} forms[] = {
    {"docker-", ".scope", PART_ID, PL_RUNTIME_DOCKER},
    {"libpod-", ".scope", PART_ID, PL_RUNTIME_PODMAN},
    {"libpod-payload-", "", PART_ID, PL_RUNTIME_PODMAN},
    {"libpod-", "", PART_ID, PL_RUNTIME_PODMAN},
    {"cri-containerd-", ".scope", PART_ID, PL_RUNTIME_CONTAINERD},
    {"crio-", ".scope", PART_ID, PL_RUNTIME_CRIO},
    {"crio-", "", PART_ID, PL_RUNTIME_CRIO},
    {"nerdctl-", ".scope", PART_ID, PL_RUNTIME_NERDCTL},
    {"nerdctl-", "", PART_ID, PL_RUNTIME_NERDCTL},
    {"lxc.payload.", "", PART_NAME, PL_RUNTIME_LXC},
    {"machine-", ".scope", PART_MACHINE, PL_RUNTIME_NSPAWN},
    {"systemd-nspawn@", ".service", PART_NAME, PL_RUNTIME_NSPAWN},
    {"", ".libvirt-lxc", PART_NAME, PL_RUNTIME_LIBVIRT},
    {"", ".libvirt-qemu", PART_NAME, PL_RUNTIME_LIBVIRT},
    {"app-flatpak-", ".scope", PART_FLATPAK, PL_RUNTIME_FLATPAK},
    {"snap.", ".scope", PART_SNAP, PL_RUNTIME_SNAP},
    {"snap.", ".service", PART_SNAP, PL_RUNTIME_SNAP},
};

/* Control groups that contain one named like the container; also the prefixes in "SLICE:PREFIX:ID". */
static const struct {
    const char *parent;
    enum part part;
    enum pl_runtime runtime;
} parents[] = {
    {"docker", PART_ID, PL_RUNTIME_DOCKER},
    {"moby", PART_ID, PL_RUNTIME_DOCKER},
    {"cri-containerd", PART_ID, PL_RUNTIME_CONTAINERD},
    {"k8s.io", PART_ID, PL_RUNTIME_CONTAINERD},
    {"default", PART_ID, PL_RUNTIME_CONTAINERD},
    {"crio", PART_ID, PL_RUNTIME_CRIO},
    {"nerdctl", PART_ID, PL_RUNTIME_NERDCTL},
    {"libpod", PART_ID, PL_RUNTIME_PODMAN},
    {"libvirt/lxc", PART_NAME, PL_RUNTIME_LIBVIRT},
    {"lxc", PART_NAME, PL_RUNTIME_LXC},
    {"lxc.payload", PART_NAME, PL_RUNTIME_LXC},
};

/* libvirt registers "qemu-3-NAME" and "lxc-3-NAME", with escapes; old versions without the number. */
static enum pl_runtime read_machine(struct pl_text *name)
{
    struct pl_text rest = *name;

    if (strip(&rest, "qemu\\x2d", "") || strip(&rest, "lxc\\x2d", "")) {
        skip_number(&rest, "\\x2d");
        *name = rest;
        return PL_RUNTIME_LIBVIRT;
    }
    return PL_RUNTIME_NSPAWN;
}

/* Cuts a name before the first dot: a snap; or before the last dash and digits: a flatpak. */
static bool cut_app(struct pl_text *name, bool flatpak)
{
    uint32_t at = 0;
    uint32_t ignored;

    if (!flatpak) {
        while (at < name->len && name->data[at] != '.')
            at++;
    } else {
        for (at = name->len; at > 0 && name->data[at - 1] != '-'; at--)
            ;
        if (at == 0 || !read_number((struct pl_text){name->data + at, name->len - at}, &ignored))
            return false;
        at--;
    }
    if (at == 0 || at == name->len)
        return false;
    name->len = at;
    return true;
}

/* Sets the container unless the part does not have that form. */
static bool set_container(struct pl_text part, enum part kind, enum pl_runtime runtime,
                          struct pl_group *out)
{
    if (kind == PART_ID ? !is_id(part) : part.len == 0)
        return false;
    if ((kind == PART_SNAP || kind == PART_FLATPAK) && !cut_app(&part, kind == PART_FLATPAK))
        return false;
    out->runtime = kind == PART_MACHINE ? read_machine(&part) : runtime;
    if (kind == PART_ID)
        out->id = part;
    else
        out->name = part;
    return true;
}

/* Whether the path ends with the word as whole components. */
static bool ends_with(struct pl_text path, const char *word)
{
    size_t len = strlen(word);

    return path.len >= len && memcmp(path.data + path.len - len, word, len) == 0 &&
           (path.len == len || path.data[path.len - len - 1] == '/');
}

/* "SLICE:PREFIX:ID", of a runtime that is not configured for systemd. */
static bool read_colons(struct pl_text part, struct pl_group *out)
{
    const struct pl_text id = pl_text_after(part, ':');
    struct pl_text prefix = {part.data, part.len - id.len};

    if (prefix.len == 0)
        return false;
    prefix.len--;
    prefix = pl_text_after(prefix, ':');
    for (size_t i = 0; i < COUNT_OF(parents); i++) {
        if (parents[i].part == PART_ID && is_word(prefix, parents[i].parent))
            return set_container(id, PART_ID, parents[i].runtime, out);
    }
    return false;
}

/* Of a component that is only an id: what the path before it contains. */
static enum pl_runtime guess_runtime(struct pl_text before)
{
    static const struct {
        const char *word;
        enum pl_runtime runtime;
    } words[] = {
        {"kubepods", PL_RUNTIME_KUBERNETES},
        {"/podman-", PL_RUNTIME_PODMAN},
        {"/ecs/", PL_RUNTIME_DOCKER},
    };

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (contains(before, words[i].word))
            return words[i].runtime;
    }
    return PL_RUNTIME_UNKNOWN;
}

static bool read_container(struct pl_text part, struct pl_text before, struct pl_group *out)
{
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        struct pl_text middle = part;

        if (strip(&middle, forms[i].start, forms[i].end) &&
            set_container(middle, forms[i].part, forms[i].runtime, out))
            return true;
    }
    for (size_t i = 0; i < COUNT_OF(parents); i++) {
        if (ends_with(before, parents[i].parent) &&
            set_container(part, parents[i].part, parents[i].runtime, out))
            return true;
    }
    if (read_colons(part, out))
        return true;
    return is_id(part) && set_container(part, PART_ID, guess_runtime(before), out);
}

/* "podUID" of the cgroupfs driver, "kubepods-burstable-podUID.slice" of systemd's. */
static void read_pod(struct pl_text part, struct pl_group *out)
{
    struct pl_text uid = part;

    /* The slice may be followed by ":cri-containerd:ID". */
    for (uint32_t i = 0; i < part.len; i++) {
        if (part.data[i] == ':') {
            uid.len = i;
            break;
        }
    }
    (void)strip(&uid, "kubelet-", "");
    if (strip(&uid, "kubepods-", ".slice")) {
        if (!strip(&uid, "besteffort-", ""))
            (void)strip(&uid, "burstable-", "");
    }
    if (strip(&uid, "pod", "") && is_pod_uid(uid))
        out->pod = uid;
}

/* ---- units ---- */

static bool is_unit(struct pl_text part)
{
    static const char *const ends[] = {".service", ".scope", ".socket", ".mount", ".swap"};

    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct pl_text name = part;

        if (strip(&name, "", ends[i]))
            return true;
    }
    return false;
}

/* A manager of a user, or the slice of the user's sessions. */
static void read_user(struct pl_text part, struct pl_group *out)
{
    struct pl_text uid = part;
    bool manager = strip(&uid, "user@", ".service");

    if (!manager && !strip(&uid, "user-", ".slice"))
        return;
    if (!read_number(uid, &out->uid))
        return;
    out->user |= manager && out->unit.data && out->unit.data != part.data;
}

static struct pl_text last_part(struct pl_text *path)
{
    struct pl_text part;
    uint32_t at = path->len;

    while (at > 0 && path->data[at - 1] != '/')
        at--;
    part = (struct pl_text){path->data + at, path->len - at};
    path->len = at > 0 ? at - 1 : 0;
    return part;
}

/* systemd-nspawn(1) itself, beside the "payload". */
static bool is_supervisor(struct pl_text child, const struct pl_group *group)
{
    return group->runtime == PL_RUNTIME_NSPAWN && is_word(child, "supervisor");
}

void pl_group_decode(struct pl_text path, struct pl_group *out)
{
    struct pl_text child = {"", 0};
    bool found = false;

    *out = (struct pl_group){.path = path, .uid = PL_UID_UNKNOWN};
    while (path.len > 0) {
        struct pl_text part = last_part(&path);

        if (!out->unit.data && is_unit(part)) {
            out->unit = part;
            /* systemd escapes a name that could be that of a file of the kernel. */
            (void)strip(&out->unit, "_", "");
        }
        if (!found && read_container(part, path, out)) {
            found = true;
            out->escaped = is_unit(part);
            /* Users and pods in the container are not those of the runtime. */
            out->uid = PL_UID_UNKNOWN;
            out->pod = (struct pl_text){0};
            if (is_supervisor(child, out)) {
                out->runtime = PL_RUNTIME_UNKNOWN;
                out->name = (struct pl_text){0};
            }
        }
        if (!out->pod.data)
            read_pod(part, out);
        if (out->uid == PL_UID_UNKNOWN)
            read_user(part, out);
        child = part;
    }
}

/* ---- /proc/PID/cgroup ---- */

static unsigned int rank_of(const struct pl_group *group)
{
    return pl_group_is_container(group) ? 2 : group->unit.data ? 1 : 0;
}

/* "0::/PATH" of version 2, "1:name=systemd:/PATH", "4:memory:/PATH". */
static bool read_line(struct pl_slice line, unsigned int *order, struct pl_group *out)
{
    struct pl_slice number, controllers;

    if (!pl_text_part(&line, ':', &number) || !pl_text_part(&line, ':', &controllers) ||
        line.len == 0 || line.data[0] != '/')
        return false;
    *order = controllers.len == 0 ? 0 : pl_slice_is(&controllers, "name=systemd") ? 1 : 2;
    pl_group_decode(pl_slice_text(&line), out);
    return true;
}

void pl_group_decode_file(struct pl_text content, struct pl_group *out)
{
    struct pl_slice rest = {.data = (const uint8_t *)content.data, .len = content.len};
    struct pl_slice line;
    unsigned int best = 0;

    *out = (struct pl_group){.uid = PL_UID_UNKNOWN};
    while (pl_text_line(&rest, &line)) {
        struct pl_group one;
        unsigned int order;

        if (!read_line(line, &order, &one))
            continue;
        if (!out->path.data || rank_of(&one) > rank_of(out) ||
            (rank_of(&one) == rank_of(out) && order < best)) {
            *out = one;
            best = order;
        }
    }
}

uint32_t pl_group_unescape(struct pl_text text, char *out)
{
    uint32_t len = 0;

    for (uint32_t i = 0; i < text.len; i++) {
        const struct pl_slice code = {.data = (const uint8_t *)text.data + i + 2, .len = 2};
        uint64_t byte;

        if (text.data[i] == '\\' && text.len - i >= 4 && text.data[i + 1] == 'x' &&
            pl_text_hex(&code, UINT8_MAX, &byte)) {
            out[len++] = (char)byte;
            i += 3;
        } else {
            out[len++] = text.data[i];
        }
    }
    return len;
}
