/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for the layouts: those of the C library, or of the recording. */
#include "as.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t copy(struct pl_text name, char *buf, size_t size)
{
    size_t len = name.len < size ? name.len : size;

    if (len > 0)
        memcpy(buf, name.data, len);
    return len;
}

static size_t copy_word(const char *word, char *buf, size_t size)
{
    return word ? copy((struct pl_text){word, (uint32_t)strlen(word)}, buf, size) : 0;
}

static size_t service_name(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;
    const char *name;

    if (as_services_find(lookup->settings->services, port, proto, &name))
        return copy_word(name, buf, size);
    if (port >= lookup->first && port <= lookup->last)
        return 0;
    return names_service(lookup->settings->names, port, proto, buf, size);
}

/* A recording has only the names of processes that hold a listed socket. */
static size_t process_name(void *arg, uint32_t pid, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;
    const struct pl_process *process = lookup->snap ? pl_snapshot_process(lookup->snap, pid) : NULL;
    char path[64];
    char line[64];
    FILE *file;
    const char *end;
    size_t len;

    if (lookup->snap)
        return process ? copy(as_comm(lookup->snap, process), buf, size) : 0;
    (void)snprintf(path, sizeof(path), "/proc/%u/comm", pid);
    file = fopen(path, "re");
    if (!file)
        return 0;
    len = fread(line, 1, sizeof(line), file);
    (void)fclose(file);
    if (len > 0 && line[len - 1] == '\n')
        len--;
    end = memchr(line, ')', len); /* ss ends the name there */
    return copy((struct pl_text){line, (uint32_t)(end ? (size_t)(end - line) : len)}, buf, size);
}

static size_t user_name(void *arg, uint32_t uid, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;

    if (lookup->snap)
        return copy(pl_snapshot_user(lookup->snap, uid), buf, size);
    return names_user(lookup->settings->names, uid, buf, size);
}

static size_t host_name(void *arg, unsigned int family, const uint8_t *addr, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;

    return copy_word(names_host(lookup->hosts, family, addr), buf, size);
}

/* Leaves both 0 if they cannot be read. */
static void read_ephemeral(struct as_lookup *lookup)
{
    FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
    char line[64];
    char *rest = line;

    if (!file)
        return;
    if (fgets(line, sizeof(line), file)) {
        lookup->first = strtonum(strsep(&rest, "\t"), 0, UINT16_MAX, NULL);
        lookup->last = rest ? strtonum(strsep(&rest, "\n"), 0, UINT16_MAX, NULL) : 0;
    }
    (void)fclose(file);
}

void as_lookup_begin(struct as_lookup *lookup, const struct as_settings *settings,
                     const struct pl_snapshot *snap, struct as_names *out)
{
    int error; /* the other programs print numbers then, and do not report it */

    *lookup = (struct as_lookup){.settings = settings, .snap = settings->own.replay ? snap : NULL};
    if (settings->ephemeral_plain)
        read_ephemeral(lookup);
    *out = (struct as_names){
        .arg = lookup,
        .service = settings->numeric_ports ? NULL : service_name,
        .user = settings->numeric_users ? NULL : user_name,
        .process = process_name,
    };
    if (!settings->numeric_hosts && snap &&
        names_find_hosts(settings->names, snap, &lookup->hosts, &error) == 0)
        out->host = host_name;
}
