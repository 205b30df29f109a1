/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/PID/cgroup: what is found is part of the text; a path says the same alone as in its line. */
#include "fuzz.h"

#include "api/group.h"

static void promise_part(struct pl_text part, struct pl_text whole)
{
    PROMISE(!part.data || (part.data >= whole.data && part.len > 0 &&
                           part.data + part.len <= whole.data + whole.len));
}

static bool is_equal(struct pl_text a, struct pl_text b)
{
    return a.data == b.data && a.len == b.len;
}

static void check(const struct pl_group *group, struct pl_text whole)
{
    PROMISE(group->path.len <= whole.len);
    promise_part(group->unit, group->path);
    promise_part(group->id, group->path);
    promise_part(group->name, group->path);
    promise_part(group->pod, group->path);
    PROMISE(!group->id.data || group->id.len == PL_CONTAINER_ID);
    PROMISE(!group->id.data || !group->name.data);
    PROMISE(group->runtime < PL_RUNTIME_MAX);
    PROMISE(group->runtime == PL_RUNTIME_UNKNOWN || pl_group_is_container(group));
    PROMISE(!group->user || group->unit.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct pl_text whole = {(const char *)data, (uint32_t)size};
    struct pl_group group;
    struct pl_group again;
    char *plain;

    pl_group_decode_file(whole, &group);
    check(&group, whole);
    if (group.path.data) {
        pl_group_decode(group.path, &again);
        PROMISE(is_equal(again.unit, group.unit) && is_equal(again.id, group.id) &&
                is_equal(again.name, group.name) && is_equal(again.pod, group.pod) &&
                again.uid == group.uid && again.user == group.user &&
                again.runtime == group.runtime);
    }
    pl_group_decode(whole, &again);
    check(&again, whole);
    plain = malloc(size + 1);
    PROMISE(plain);
    if (size > 0)
        PROMISE(pl_group_unescape(whole, plain) <= size);
    free(plain);
    return 0;
}
