/* SPDX-License-Identifier: BSD-2-Clause */
/* A name at a time: by the helper where there is one, else by the C library. */
#include "ways.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <string.h>

static size_t copy(const char *text, char *buf, size_t size)
{
    size_t len = strnlen(text, size);

    memcpy(buf, text, len);
    return len;
}

size_t names_user(struct names *names, uint32_t uid, char *buf, size_t size)
{
    const struct passwd *found;

    if (names->helper)
        return names->helper->user(names, uid, buf, size);
    found = getpwuid(uid);
    return found ? copy(found->pw_name, buf, size) : 0;
}

size_t names_service(struct names *names, uint32_t port, unsigned int proto, char *buf, size_t size)
{
    const struct servent *found = NULL;

    if (names->helper)
        return names->helper->service(names, port, proto, buf, size);
    if (port <= UINT16_MAX)
        found = getservbyport(htons((uint16_t)port),
                              proto == PL_PROTO_UNKNOWN ? NULL : pl_proto_name(proto));
    return found ? copy(found->s_name, buf, size) : 0;
}

pl_users_fn *names_users(const struct names *names)
{
    return names->helper ? names->helper->users : NULL;
}
