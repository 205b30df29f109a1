/* SPDX-License-Identifier: BSD-2-Clause */
/* Names as the C library has them, or the recording, for the layouts. */
#include "names.h"

#include "as.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t copy_name(const char *text, char *buf, size_t size)
{
    size_t len = text ? strnlen(text, size) : 0;

    if (len > 0)
        memcpy(buf, text, len);
    return len;
}

static size_t service_name(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;

    if (lookup->services)
        return as_services_find(lookup->services, port, proto, buf, size);
    if (lookup->plain && port >= lookup->first && port <= lookup->last)
        return 0;
    return names_service(lookup->names, port, proto, buf, size);
}

static size_t protocol_name(void *arg, uint32_t number, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;

    return lookup->protocols ? copy_name(as_protocols_find(lookup->protocols, number), buf, size)
                             : 0;
}

/* Of a recording only those that hold a listed socket are known. */
static size_t process_name(void *arg, uint32_t pid, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;
    const struct pl_process *process = lookup->snap ? pl_snapshot_process(lookup->snap, pid) : NULL;
    char path[64];
    char line[64];
    FILE *file;
    size_t len = 0;

    if (lookup->snap) {
        len = process && process->name.len <= size ? process->name.len : 0;
        if (len > 0)
            memcpy(buf, process->name.data, len);
        return len;
    }
    (void)snprintf(path, sizeof(path), "/proc/%u/comm", pid);
    file = fopen(path, "re");
    if (!file)
        return 0;
    len = fread(line, 1, sizeof(line), file);
    (void)fclose(file);
    if (len > 0 && line[len - 1] == '\n')
        len--;
    if (memchr(line, ')', len))
        len = (size_t)((char *)memchr(line, ')', len) - line);
    len = len < size ? len : size;
    memcpy(buf, line, len);
    return len;
}

static size_t user_name(void *arg, uint32_t uid, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;

    if (lookup->snap) {
        struct pl_text text = pl_snapshot_user(lookup->snap, uid);
        size_t len = text.len < size ? text.len : size;

        if (len > 0)
            memcpy(buf, text.data, len);
        return len;
    }
    return names_user(lookup->names, uid, buf, size);
}

static size_t host_name(void *arg, unsigned int family, const uint8_t *addr, char *buf, size_t size)
{
    return copy_name(names_host(((const struct as_lookup *)arg)->hosts, family, addr), buf, size);
}

/* First and last port that this system hands out by itself. 0 or a negative errno. */
static int read_ephemeral(uint16_t *first, uint16_t *last)
{
    FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
    char line[64];
    char *rest = line;
    const char *word;
    const char *problem = NULL;

    if (!file)
        return -errno;
    if (!fgets(line, sizeof(line), file))
        line[0] = '\0';
    (void)fclose(file);
    line[strcspn(line, "\n")] = '\0';
    word = strsep(&rest, "\t ");
    *first = (uint16_t)strtonum(word, 0, UINT16_MAX, &problem);
    while (!problem && (word = strsep(&rest, "\t ")) && *word == '\0')
        continue;
    if (problem || !word)
        return -EINVAL;
    *last = (uint16_t)strtonum(word, 0, UINT16_MAX, &problem);
    return problem ? -EINVAL : 0;
}

void as_lookup_begin(struct as_lookup *lookup, const struct as_settings *settings,
                     const struct pl_snapshot *snap, struct as_names *out)
{
    int error; /* the other programs print numbers then, and do not report it */

    *lookup = (struct as_lookup){.names = settings->names,
                                 .plain = settings->ephemeral_plain,
                                 .services = settings->services,
                                 .protocols = settings->protocols,
                                 .snap = settings->own.replay ? snap : NULL};
    if (lookup->plain && read_ephemeral(&lookup->first, &lookup->last) < 0)
        lookup->plain = false;
    *out = (struct as_names){
        .arg = lookup,
        .service = settings->numeric_ports ? NULL : service_name,
        .user = settings->numeric_users ? NULL : user_name,
        .protocol = settings->protocols ? protocol_name : NULL,
        .process = process_name,
    };
    if (!settings->numeric_hosts && snap &&
        names_find_hosts(settings->names, snap, &lookup->hosts, &error) == 0)
        out->host = host_name;
}

void as_lookup_end(struct as_lookup *lookup)
{
    names_free_hosts(lookup->hosts);
}
