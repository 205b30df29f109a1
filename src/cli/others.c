/* SPDX-License-Identifier: BSD-2-Clause */
#include "others.h"

const struct opt_other others_portls[] = {
    {"pid", "use 'pid NUMBER' for one process, --pids to print process ids"},
    {"port", "use 'port NUMBER'"},
    {"user uid", "use 'user NAME'"},
    {"name command", "use 'process NAME'"},
    {"state", "use 'state NAME'"},
    {"host address ip", "use 'host ADDRESS'"},
    {"filter", "write the filter without an option, as in: portls port 22"},
    {"proto protocol inet", "use -t, -u, -w or -x"},
    {"f family A query", "use -4, -6, -t, -u, -w or -x"},
    {"b", "use -p for the program, --as windows for the options of Windows"},
    {"v verbose", "leave it out; -V prints the version"},
    {"k K kill", "portls changes nothing; use portkill :PORT, or portkill --close"},
    {"E events watch interval", "use -c to list again every second"},
    {"y numeric-hosts numeric-ports", "use -n"},
    {"format output", "use --json, --jsonl, --csv, --tsv or --markdown"},
    {"g route interfaces statistics", "portls lists sockets; use ip(8) or nstat(8)"},
    {0},
};
