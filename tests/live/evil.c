/* SPDX-License-Identifier: BSD-2-Clause */
/* evil make DIR [CGROUP] | names | plain [tab] [color] | hex | csv: see evil.h */
#include "evil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print_names(void)
{
    size_t count;
    const struct evil_name *names = evil_names(&count);

    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < names[i].len; at++)
            printf("%02x", (unsigned char)names[i].bytes[at]);
        putchar('\n');
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *child = getenv("EVIL");
    const char *what = argc > 1 ? argv[1] : "";
    bool tab = false;
    bool color = false;

    if (child)
        evil_child(child);
    for (int i = 2; i < argc; i++) {
        tab |= strcmp(argv[i], "tab") == 0;
        color |= strcmp(argv[i], "color") == 0;
    }
    if (strcmp(what, "make") == 0 && argc > 2)
        return evil_make(argv[2], argc > 3 ? argv[3] : "");
    if (strcmp(what, "names") == 0)
        return print_names();
    if (strcmp(what, "plain") == 0)
        return evil_plain(tab, color);
    if (strcmp(what, "hex") == 0)
        return evil_hex();
    if (strcmp(what, "csv") == 0)
        return evil_csv();
    fprintf(stderr, "evil: make DIR [CGROUP], names, plain, hex or csv\n");
    return 2;
}
