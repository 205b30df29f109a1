/* SPDX-License-Identifier: BSD-2-Clause */
/* Local names of ports: services(5), without those that the registry also gives. */
#include "decode.h"

int pl_decode_services(const struct pl_input *in, struct pl_sink *sink)
{
    const struct pl_overlay text = {(const char *)in->bytes.data, in->bytes.len};
    struct pl_overlay_place place = {0};
    struct pl_overlay_entry entry;
    uint64_t malformed = 0;
    int found;

    while ((found = pl_overlay_next(&text, &place, &entry)) != 0) {
        int err;

        if (found < 0) {
            malformed++;
            continue;
        }
        if (!pl_overlay_is_local(&entry))
            continue;
        err = sink->name(sink, PL_NAME_SERVICE, PL_SERVICE_ID(entry.port, entry.proto), entry.name);
        if (err < 0)
            return err;
    }
    return pl_sink_end(sink, malformed, 0);
}
