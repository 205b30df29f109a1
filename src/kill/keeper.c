/* SPDX-License-Identifier: BSD-2-Clause */
/* systemd.service(5), systemd.socket(5), cgroups(7). */
#include "keeper.h"
#include "model/array.h"
#include "signals.h"

#include <stdio.h>
#include <string.h>

static bool is_text(struct pl_text text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.data, word, text.len) == 0;
}

static bool has_end(struct pl_text text, const char *end)
{
    size_t len = strlen(end);

    return text.len > len && memcmp(text.data + text.len - len, end, len) == 0;
}

/* ---- control groups ---- */

/* Which program stops a container of that runtime. The others do not start its processes again. */
static const enum keeper_kind stoppers[PL_RUNTIME_MAX] = {
    [PL_RUNTIME_DOCKER] = KEEPER_DOCKER,   [PL_RUNTIME_PODMAN] = KEEPER_PODMAN,
    [PL_RUNTIME_CRIO] = KEEPER_CRI,        [PL_RUNTIME_KUBERNETES] = KEEPER_CRI,
    [PL_RUNTIME_NERDCTL] = KEEPER_NERDCTL, [PL_RUNTIME_CONTAINERD] = KEEPER_NERDCTL,
};

bool keeper_is_container(const struct keeper *keeper)
{
    return keeper->kind == KEEPER_DOCKER || keeper->kind == KEEPER_PODMAN ||
           keeper->kind == KEEPER_CRI || keeper->kind == KEEPER_NERDCTL;
}

/* Characters of unit names that no shell interprets, except the backslash of "\x2d". */
static bool is_unit(struct pl_text name)
{
    for (uint32_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            (c == '\0' || !strchr(":_.@-\\", c)))
            return false;
    }
    return name.len < KEEPER_NAME && name.data[0] != '-' && has_end(name, ".service");
}

static struct pl_text next_line(const char **at, const char *end)
{
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    struct pl_text line = {*at, (uint32_t)((newline ? newline : end) - *at)};

    *at = newline ? newline + 1 : end;
    return line;
}

/* Units in a container are not those of this systemd; a snap and a flatpak are units of it. */
static bool has_own_units(const struct pl_group *group)
{
    return pl_group_is_container(group) && group->runtime != PL_RUNTIME_SNAP &&
           group->runtime != PL_RUNTIME_FLATPAK;
}

void keeper_read_cgroup(const char *text, size_t len, struct keeper *out)
{
    static const char manager[] = "user@";
    struct pl_group group;

    pl_group_decode_file((struct pl_text){text, (uint32_t)len}, &group);
    if (stoppers[group.runtime] != KEEPER_NONE) {
        out->kind = group.pod.data && group.runtime == PL_RUNTIME_CONTAINERD
                        ? KEEPER_CRI
                        : stoppers[group.runtime];
        (void)snprintf(out->name, sizeof(out->name), "%.*s", (int)PL_CONTAINER_SHORT,
                       group.id.data);
        (void)snprintf(out->id, sizeof(out->id), "%.*s", (int)group.id.len, group.id.data);
        return;
    }
    if (!group.unit.data || has_own_units(&group) || !is_unit(group.unit) ||
        memcmp(group.unit.data, manager, sizeof(manager) - 1) == 0)
        return;
    out->kind = group.user ? KEEPER_USER_UNIT : KEEPER_UNIT;
    (void)snprintf(out->name, sizeof(out->name), "%.*s", (int)group.unit.len, group.unit.data);
}

/* ---- unit files ---- */

/* Splits "Key = value", without the blanks. */
static bool read_setting(struct pl_text line, const char *key, struct pl_text *value)
{
    size_t len = strlen(key);
    const char *end = line.data + line.len;
    const char *at = line.data;

    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if ((size_t)(end - at) < len || memcmp(at, key, len) != 0)
        return false;
    at += len;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (at == end || *at != '=')
        return false;
    at++;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        end--;
    *value = (struct pl_text){at, (uint32_t)(end - at)};
    return true;
}

static const char *const restarts[] = {"no",          "always",      "on-success", "on-failure",
                                       "on-abnormal", "on-watchdog", "on-abort"};

const char *keeper_restart(const char *text, size_t len)
{
    const char *found = NULL;

    for (const char *at = text; at < text + len;) {
        struct pl_text value;

        if (!read_setting(next_line(&at, text + len), "Restart", &value))
            continue;
        found = restarts[0]; /* also for an empty or invalid value */
        for (size_t i = 0; i < COUNT_OF(restarts); i++) {
            if (is_text(value, restarts[i]))
                found = restarts[i];
        }
    }
    return found;
}

/* "RestartPolicy":{"Name":"always","MaximumRetryCount":0} */
const char *keeper_policy(const char *text, size_t len)
{
    static const char *const policies[] = {"no", "always", "unless-stopped", "on-failure"};
    static const char key[] = "\"RestartPolicy\":{\"Name\":\"";
    const char *at = memmem(text, len, key, sizeof(key) - 1);
    const char *end;

    if (!at)
        return NULL;
    at += sizeof(key) - 1;
    end = memchr(at, '"', (size_t)(text + len - at));
    if (end == at)
        return policies[0];
    for (size_t i = 0; i < COUNT_OF(policies) && end; i++) {
        if (is_text((struct pl_text){at, (uint32_t)(end - at)}, policies[i]))
            return policies[i];
    }
    return NULL;
}

bool keeper_listens(const char *text, size_t len, unsigned int port, unsigned int proto)
{
    const char *key = proto == PL_PROTO_UDP ? "ListenDatagram" : "ListenStream";
    char wanted[12];
    size_t digits = (size_t)snprintf(wanted, sizeof(wanted), "%u", port);

    for (const char *at = text; at < text + len;) {
        struct pl_text value;

        if (!read_setting(next_line(&at, text + len), key, &value) || value.len < digits ||
            memcmp(value.data + value.len - digits, wanted, digits) != 0)
            continue;
        if (value.len == digits || value.data[value.len - digits - 1] == ':')
            return true;
    }
    return false;
}

/* ---- parents ---- */

static const struct {
    const char *name, *command;
} parents[] = {
    {"supervisord", "supervisorctl stop NAME"},
    {"runsv", "sv down NAME"},
    {"s6-supervise", "s6-svc -d DIRECTORY"},
    {"supervise", "svc -d DIRECTORY"},
    {"circusd", "circusctl stop NAME"},
    {"PM2", "pm2 stop NAME"},
    {"monit", "monit stop NAME"},
};

bool keeper_is_parent(struct pl_text name, struct keeper *out)
{
    for (size_t i = 0; i < COUNT_OF(parents); i++) {
        size_t len = strlen(parents[i].name);

        /* pm2 writes "PM2 v5.3.0: God Daemon" over its name. */
        if (name.len < len || memcmp(name.data, parents[i].name, len) != 0 ||
            (name.len > len && name.data[len] != ' '))
            continue;
        *out = (struct keeper){.kind = KEEPER_PARENT};
        (void)strlcpy(out->name, parents[i].name, sizeof(out->name));
        return true;
    }
    return false;
}

/* ---- what follows ---- */

enum keeper_answer keeper_returns(const struct keeper *keeper, int signal)
{
    bool clean = signals_is_clean(signal);
    struct pl_text restart = {keeper->restart, 0};

    if (keeper->kind == KEEPER_NONE || keeper->member)
        return KEEPER_NO;
    if (keeper->kind == KEEPER_DOCKER && keeper->restart && strcmp(keeper->restart, "no") == 0)
        return KEEPER_NO;
    if (keeper->kind != KEEPER_UNIT && keeper->kind != KEEPER_USER_UNIT)
        return KEEPER_MAYBE;
    if (!keeper->restart)
        return KEEPER_NO;
    restart.len = (uint32_t)strlen(restart.data);
    if (is_text(restart, "no") || is_text(restart, "on-watchdog"))
        return KEEPER_NO;
    if (is_text(restart, "always") || is_text(restart, "on-success") == clean)
        return KEEPER_YES;
    /* The process may handle the signal and exit with an error. */
    return KEEPER_MAYBE;
}

void keeper_command(const struct keeper *keeper, char *buf, size_t size)
{
    static const char *const commands[] = {
        [KEEPER_UNIT] = "systemctl stop ",   [KEEPER_USER_UNIT] = "systemctl --user stop ",
        [KEEPER_SOCKET] = "systemctl stop ", [KEEPER_DOCKER] = "docker stop ",
        [KEEPER_PODMAN] = "podman stop ",    [KEEPER_CRI] = "crictl stop ",
        [KEEPER_NERDCTL] = "nerdctl stop ",
    };
    const char *quote = strchr(keeper->name, '\\') ? "'" : "";

    buf[0] = '\0';
    if (keeper->member)
        return;
    if (keeper->kind == KEEPER_PUBLISH)
        (void)snprintf(buf, size, "docker stop $(docker ps -q --filter publish=%u)", keeper->port);
    for (size_t i = 0; i < COUNT_OF(parents) && keeper->kind == KEEPER_PARENT; i++) {
        if (strcmp(parents[i].name, keeper->name) == 0)
            (void)strlcpy(buf, parents[i].command, size);
    }
    if (keeper->kind < COUNT_OF(commands) && commands[keeper->kind])
        (void)snprintf(buf, size, "%s%s%s%s", commands[keeper->kind], quote,
                       keeper->name[0] != '\0' ? keeper->name : "UNIT", quote);
}

void keeper_text(const struct keeper *keeper, int signal, char *buf, size_t size)
{
    static const char *const verbs[] = {
        [KEEPER_NO] = "started", [KEEPER_MAYBE] = "may restart", [KEEPER_YES] = "restarts"};
    char command[KEEPER_NAME + 64];

    keeper_command(keeper, command, sizeof(command));
    if (keeper->member) {
        (void)snprintf(buf, size, "belongs to %s, which did not start it itself", keeper->name);
        return;
    }
    switch (keeper->kind) {
    case KEEPER_NONE:
        buf[0] = '\0';
        break;
    case KEEPER_UNIT:
    case KEEPER_USER_UNIT:
        (void)snprintf(buf, size, "%s %s it%s%s%s; better: %s", keeper->name,
                       verbs[keeper_returns(keeper, signal)], keeper->restart ? " (Restart=" : "",
                       keeper->restart ? keeper->restart : "", keeper->restart ? ")" : "", command);
        break;
    case KEEPER_SOCKET:
        (void)snprintf(buf, size, "systemd holds the port for a socket unit; better: %s", command);
        break;
    case KEEPER_PUBLISH:
        (void)snprintf(buf, size, "Docker publishes the port of a container; better: %s", command);
        break;
    case KEEPER_DOCKER:
    case KEEPER_PODMAN:
    case KEEPER_CRI:
    case KEEPER_NERDCTL:
        if (keeper->restart)
            (void)snprintf(buf, size, "in a container with restart policy %s; better: %s",
                           keeper->restart, command);
        else
            (void)snprintf(buf, size, "the container may be restarted; better: %s", command);
        break;
    case KEEPER_PARENT:
        (void)snprintf(buf, size, "%s may restart it; better: %s", keeper->name, command);
        break;
    }
}
