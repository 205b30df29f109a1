/* SPDX-License-Identifier: BSD-2-Clause */
/* Separate: libc declares if_nameindex(3) in a header that redefines much. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "double.h"

#define LINKS_MAX 16

struct if_nameindex *if_nameindex(void)
{
    struct table table = double_call("links", "links");
    struct if_nameindex *links = calloc(LINKS_MAX + 1, sizeof(*links));
    char *rest = (char *)table.bytes;
    size_t count = 0;
    char *name;
    unsigned int number;

    if (!links)
        double_die("links");
    while (rest && count < LINKS_MAX && (name = double_name(&rest, &number)) != NULL)
        links[count++] = (struct if_nameindex){number, strdup(name)};
    free(table.bytes);
    if (table.error == 0)
        return links;
    if_freenameindex(links);
    errno = table.error;
    return NULL;
}

void if_freenameindex(struct if_nameindex *links)
{
    for (size_t i = 0; links[i].if_index != 0; i++)
        free(links[i].if_name);
    free(links);
}
